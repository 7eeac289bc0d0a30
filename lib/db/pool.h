#ifndef KF_DB_POOL_H
#define KF_DB_POOL_H
/*
 * The connections of one process to one database, shared by its threads.
 *
 * Threads pass a gate with a place for each connection that is to be had: `size`
 * of them, or fewer while the database refuses more; then those that are open are
 * shared, and now and then one more is asked for. A thread holds one connection at
 * a time, over all pools. Only one thread of a pool opens a connection at a time,
 * since that may take as long as connect_timeout.
 *
 *   full   the database answers, but gives no more: who has none waits for `wait_ms`
 *   down   nothing is open and it does not answer, or a statement had no answer in
 *          time and nobody else has heard of it for as long: one caller at a time
 *          tries, after a pause; during the pause the others are refused at once,
 *          during the try after a quarter of a second
 *
 * From the wish for a connection to the answer to the first statement it takes the
 * longer of `patience_ms`, and `wait_ms` and 3 s, at most, if the opener is done
 * within 2 s; each statement after that takes `patience_ms` at most. What must be
 * opened anew and does not answer goes back to the opener, which knows of more hosts.
 *
 * Each thread says for whom it asks (kf_db_pool_for): no business keeps all connections
 * or threads, or uses most of the time, while others are there (base/share.h). Who is
 * refused over that gets KF_E_BUSY at once.
 *
 * A connection that nobody used for five minutes is closed, and so is one that has had its
 * time, but never the last one: PostgreSQL keeps the plan of whatever was ever asked
 * over a connection, and what is rare would stay in each.
 */
#include "base/share.h"
#include "db/conn.h"

typedef struct kf_db_pool_t kf_db_pool_t;

/* Where connections come from. Each may block; one thread at a time is in here. */
typedef struct {
    /** A new connection, which *handle stands for; NULL = none. */
    PGconn *(*open)(void **handle, void *baton);
    void (*close)(void *handle, void *baton);
    /** After an opening failed: whether the server answers all the same. */
    bool (*answers)(void *baton);
    void *baton;
} kf_db_opener_t;

typedef struct {
    int size;        /* connections, at least 1 */
    int wait_ms;     /* for one of them */
    int patience_ms; /* for the answer to a statement (db/conn.h) */
    int prepare;
    int life_ms; /* of a connection, and up to twice as long, so that they do not all end at once */
    kf_share_rules_t shares; /* of each party; all 0: anybody may have everything */
} kf_db_pool_rules_t;

/** A pool without connections. It lives in `p`, but holds what the opener gave it until kf_db_pool_end(). */
kf_err_t *kf_db_pool_create(kf_db_pool_t **out, const kf_db_opener_t *opener, const kf_db_pool_rules_t *rules,
                            apr_pool_t *p);

/**
 * For whom this thread takes connections from now on, of any pool: a number of base/share.h. KF_NOBODY at first, and
 * again when the work is over. Not while it holds a connection.
 */
void kf_db_pool_for(uint64_t who);

/** Takes from the pool: KF_E_UNAVAILABLE, KF_E_BUSY; KF_E_INTERNAL to a thread that holds one already. */
const kf_db_source_t *kf_db_pool_source(const kf_db_pool_t *pool);

/** Lets nobody in any more and hangs up what threads use: they find an end of file. Takes no lock. */
void kf_db_pool_stop(kf_db_pool_t *pool);

/**
 * The same; waits for the threads for `limit_ms` at most and hands everything back to
 * the opener, but for what a thread still uses or is opening: it may not be touched
 * and stays out for good. False: there is such a thread. May be called in a signal
 * handler, even in that of a thread which holds a connection.
 */
bool kf_db_pool_end(kf_db_pool_t *pool, int limit_ms);

typedef struct {
    int open, in_use, places;
    bool down;
} kf_db_pool_state_t;

/** How it stands at this moment: for tests. Takes the lock. */
kf_db_pool_state_t kf_db_pool_state(kf_db_pool_t *pool);

#endif
