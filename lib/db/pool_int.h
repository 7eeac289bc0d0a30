#ifndef KF_DB_POOL_INT_H
#define KF_DB_POOL_INT_H
/* Shared by pool.c, what a thread sees of a pool, and pool_entry.c, its connections. */
#include <apr_thread_cond.h>
#include <apr_thread_mutex.h>

#include "base/gate.h"
#include "db/db_int.h"
#include "db/pool.h"

#define KF_POOL_DOWN_WAIT_MS 250 /* how long others wait for the one thread that tries a database that is down */

typedef enum {
    ENTRY_NONE,    /* never opened, or handed back to the opener */
    ENTRY_OPENING, /* a thread is in the opener or libpq with it: nobody else touches it */
    ENTRY_IDLE,
    ENTRY_HELD,
    ENTRY_DEAD /* closed, may be reopened */
} kf_pool_state_t;

typedef struct {
    volatile kf_pool_state_t state;
    PGconn *conn; /* NULL in ENTRY_NONE, and in ENTRY_OPENING what comes of that */
    void *handle;
    int64_t used_ms;
    int64_t old_ms; /* when it reaches its maximum age */
} kf_pool_entry_t;

struct kf_db_pool_t {
    kf_db_opener_t opener;
    kf_db_pool_rules_t rules;
    kf_db_source_t source;
    kf_gate_t *gate;
    volatile bool closed;
    int whole_ms;              /* from asking for a connection to the answer to the first statement */
    apr_thread_mutex_t *mutex; /* guards all below */
    apr_thread_cond_t *changed;
    kf_pool_entry_t *entries;  /* rules.size of them */
    int live;             /* ENTRY_IDLE and ENTRY_HELD */
    int places;           /* of the gate */
    bool opening, down;
    bool shared;          /* it was logged that the database accepts no more */
    int64_t next_open_ms; /* no thread asks for one more before it */
    int pause_ms;         /* after the next refusal; 0: the first one */
    int64_t heard_ms;     /* when a working connection was last opened or returned */
};

typedef enum {
    GRANT_GOT,
    GRANT_AGAIN,       /* queue again: the gate has fewer places now */
    GRANT_UNREACHABLE,
    GRANT_BUSY,
    GRANT_SHARED, /* refused: the party has its share */
    GRANT_ENDING
} kf_pool_grant_t;

/* All of these need the mutex. */

/** Sets how many the gate admits: from 1 to rules.size. */
void kf_pool_set_places(kf_db_pool_t *pool, int places);
/** From time to time, lets one more thread try to open a connection. */
void kf_pool_grow(kf_db_pool_t *pool, int64_t now);
/** Inside the gate: a connection, or why there is none by `deadline`. Releases the mutex meanwhile. */
kf_pool_grant_t kf_pool_get(kf_pool_entry_t **out, kf_db_pool_t *pool, int64_t deadline);
/** Returns what a thread no longer uses; `db` NULL: it never used it. */
void kf_pool_put_back(kf_db_pool_t *pool, kf_pool_entry_t *entry, const kf_db_t *db);

#endif
