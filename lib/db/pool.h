#ifndef KF_DB_POOL_H
#define KF_DB_POOL_H
/*
 * The connections of one process to one database, shared by its threads.
 *
 * Threads pass a gate with one place for each available connection: `size`
 * of them, or fewer while the database refuses more. Then the open ones are shared,
 * and from time to time one more is tried. A thread holds one connection at
 * a time, over all pools. Only one thread of a pool opens a connection at a time,
 * because that may take as long as connect_timeout.
 *
 *   full   the database answers but accepts no more connections: a thread without one
 *          waits for `wait_ms`
 *   down   no connection is open and the database does not answer, or a statement got no
 *          answer in time and no other thread had one for as long: one caller at a time
 *          tries, after a pause. During the pause the others are refused at once,
 *          during the try after a quarter of a second
 *
 * From asking for a connection to the answer to the first statement it takes at most the
 * longer of `patience_ms`, and `wait_ms` and 3 s, if the opener finishes
 * within 2 s; each later statement takes at most `patience_ms`. A connection that must
 * be reopened and does not answer goes back to the opener, which knows more hosts.
 *
 * Each thread names the party it works for (kf_db_pool_for): no business can keep all
 * connections or threads, or use most of the time, while others need them (base/share.h).
 * A thread refused for that reason gets KF_E_BUSY at once.
 *
 * A connection is closed when it was not used for five minutes or has reached its
 * maximum age, except the last one: PostgreSQL keeps the plan of every statement of a
 * connection, so rare ones would accumulate in each.
 */
#include "base/share.h"
#include "db/conn.h"

typedef struct kf_db_pool_t kf_db_pool_t;

/* Opens connections. Each function may block; one thread at a time calls them. */
typedef struct {
    /** A new connection, which *handle stands for; NULL = none. */
    PGconn *(*open)(void **handle, void *baton);
    void (*close)(void *handle, void *baton);
    /** After a failed open: whether the server answers at all. */
    bool (*answers)(void *baton);
    void *baton;
} kf_db_opener_t;

typedef struct {
    int size;        /* connections, at least 1 */
    int wait_ms;     /* for one of them */
    int patience_ms; /* for the answer to a statement (db/conn.h) */
    int prepare;
    int life_ms; /* maximum age of a connection; up to twice that, so that not all end at once */
    kf_share_rules_t shares; /* of each party; all 0: no limits */
} kf_db_pool_rules_t;

/** A pool without connections. It lives in `p`, but holds what the opener gave it until kf_db_pool_end(). */
kf_err_t *kf_db_pool_create(kf_db_pool_t **out, const kf_db_opener_t *opener, const kf_db_pool_rules_t *rules,
                            apr_pool_t *p);

/**
 * Sets the party for which this thread takes connections from now on: a number of base/share.h. KF_NOBODY
 * at first, and again when the work is done. Not while the thread holds a connection.
 */
void kf_db_pool_for(uint64_t who);

/** Takes from the pool: KF_E_UNAVAILABLE, KF_E_BUSY; KF_E_INTERNAL to a thread that holds one already. */
const kf_db_source_t *kf_db_pool_source(const kf_db_pool_t *pool);

/** Admits no more threads and shuts down the connections in use: they see an end of file. Takes no lock. */
void kf_db_pool_stop(kf_db_pool_t *pool);

/**
 * The same; waits for the threads for at most `limit_ms` and returns everything to the
 * opener, except connections that a thread still uses or opens: those are left alone
 * for good. False: there is such a thread. May be called in a signal
 * handler, even in that of a thread that holds a connection.
 */
bool kf_db_pool_end(kf_db_pool_t *pool, int limit_ms);

typedef struct {
    int open, in_use, places;
    bool down;
} kf_db_pool_state_t;

/** The current state, for tests. Takes the lock. */
kf_db_pool_state_t kf_db_pool_state(kf_db_pool_t *pool);

#endif
