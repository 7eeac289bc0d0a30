/*
 * The one file that knows mod_dbd. Of apr_dbd nothing but the native handle is
 * used: its statements cannot tell an error from "no row" and are lost when a
 * connection is reset.
 */
#include "db_pool.h"

#include <apr_dbd.h>
#include <apr_hash.h>
#include <apr_strings.h>
#include <apr_thread_cond.h>
#include <apr_thread_mutex.h>
#include <ap_mmn.h>
#include <http_config.h>
#include <mod_dbd.h>
#include <mpm_common.h>
#include <string.h>

#include "cfg/cfg.h"
#include "db/conn.h"
#include "log_bridge.h"

APLOG_USE_MODULE(konfirmado);

#define PROBE_PAUSE apr_time_from_msec(50) /* a dead database is asked again after it */
#define DRAIN_LIMIT apr_time_from_sec(3)
#define DRAIN_STEP apr_time_from_msec(5)

/* One server's database. */
typedef struct {
    server_rec *server;
    kf_db_source_t source;
    bool down;                /* the last opening failed: one thread at a time tries again */
    bool probing;             /* that thread is at it; the others wait for what it finds */
    apr_time_t next_probe;    /* before it, nobody tries */
} database_t;

/* Of this process; `mutex` guards what is below it, and the state of each database_t. */
static struct {
    apr_hash_t *databases;    /* server_rec * -> database_t *; not changed after child_init */
    int size;
    apr_interval_time_t wait;
    volatile bool stopping;   /* begin nothing new in the background */
    apr_thread_mutex_t *mutex;
    apr_thread_cond_t *freed;
    int out;
    PGconn **held;            /* `size` places, NULL = free: for cancelling at the end */
    bool closed;              /* hand out nothing at all */
} gate;

/* What this thread holds. */
static _Thread_local struct {
    kf_db_t *db;
    ap_dbd_t *rec;
    server_rec *server;
    int place;
} mine;

static APR_OPTIONAL_FN_TYPE(ap_dbd_open) *dbd_open;
static APR_OPTIONAL_FN_TYPE(ap_dbd_close) *dbd_close;

static kf_err_t *unavailable(apr_pool_t *p, const char *why)
{
    return kf_err_because(p, kf_err(p, KF_E_UNAVAILABLE,
                                    "The service is not available for a moment."), "%s", why);
}

/* With the mutex: may this thread go to the database? NULL = yes, and it is counted. */
static const char *admit(database_t *database)
{
    apr_time_t now = apr_time_now(), deadline = now + gate.wait;

    while ((gate.out >= gate.size || database->probing) && !gate.closed && now < deadline) {
        apr_thread_cond_timedwait(gate.freed, gate.mutex, deadline - now);
        now = apr_time_now();
    }
    if (gate.closed) {
        return "the process is ending";
    }
    if (gate.out >= gate.size) {
        return "all database connections of the process are in use";
    }
    if (database->probing || (database->down && now < database->next_probe)) {
        return "the database could not be reached a moment ago";
    }
    /* an opening may hang, with mod_dbd's lock held: only one thread risks that */
    database->probing = database->down;
    gate.out++;
    return NULL;
}

static void settle_admission(database_t *database, PGconn *conn)
{
    apr_thread_mutex_lock(gate.mutex);
    database->down = conn == NULL;
    if (database->probing || !conn) {
        database->probing = false;
        apr_thread_cond_broadcast(gate.freed);
    }
    if (conn) {
        for (mine.place = 0; gate.held[mine.place]; mine.place++) {
        }
        gate.held[mine.place] = conn;
    } else {
        database->next_probe = apr_time_now() + PROBE_PAUSE;
        gate.out--;
    }
    apr_thread_mutex_unlock(gate.mutex);
}

static ap_dbd_t *open_native(PGconn **conn, server_rec *s, apr_pool_t *p)
{
    ap_dbd_t *rec = dbd_open(p, s);

    *conn = NULL;
    if (!rec) {
        return NULL;
    }
    if (strcmp(apr_dbd_name(rec->driver), "pgsql") != 0) {
        ap_log_error(APLOG_MARK, APLOG_CRIT, 0, s,
                     KFLOGNO(00230) "DBDriver is %s: Konfirmado needs \"DBDriver pgsql\"",
                     apr_dbd_name(rec->driver));
    } else {
        *conn = apr_dbd_native_handle(rec->driver, rec->handle);
    }
    if (!*conn) {
        dbd_close(s, rec);
        return NULL;
    }
    return rec;
}

static kf_err_t *take(kf_db_t **out, database_t *database, apr_pool_t *p)
{
    server_rec *s = database->server;
    const char *refusal;
    PGconn *conn;
    kf_err_t *err;

    if (mine.db) {
        return kf_err_because(p, kf_err(p, KF_E_INTERNAL, "Something went wrong on our side."),
                              "a thread asked for a second database connection");
    }
    apr_thread_mutex_lock(gate.mutex);
    refusal = admit(database);
    apr_thread_mutex_unlock(gate.mutex);
    if (refusal) {
        return unavailable(p, refusal);
    }
    mine.rec = open_native(&conn, s, p);
    settle_admission(database, conn);
    if (!conn) {
        return unavailable(p, "mod_dbd has no connection");
    }
    mine.server = s;
    err = kf_db_wrap(&mine.db, conn, kfm_cfg_get(s)->prepare, p);
    if (err) {
        kfm_db_give(NULL);
        return err;
    }
    *out = mine.db;
    return NULL;
}

static void give_back(void)
{
    dbd_close(mine.server, mine.rec);
    mine.rec = NULL;
    mine.db = NULL;
}

void kfm_db_give(kf_db_t *db)
{
    if (!mine.rec || db != mine.db) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, mine.server,
                     KFLOGNO(00231) "a database connection was given back that was not taken");
        return;
    }
    if (db) {
        kf_db_settle(db);
    }
    /* out of the list first: a connection that went back must not be cancelled */
    apr_thread_mutex_lock(gate.mutex);
    gate.held[mine.place] = NULL;
    apr_thread_mutex_unlock(gate.mutex);
    give_back();
    apr_thread_mutex_lock(gate.mutex);
    gate.out--;
    apr_thread_cond_signal(gate.freed);
    apr_thread_mutex_unlock(gate.mutex);
}

static kf_err_t *source_take(kf_db_t **out, void *baton, apr_pool_t *p)
{
    return take(out, baton, p);
}

static void source_give(kf_db_t *db, void *baton)
{
    (void)baton;
    kfm_db_give(db);
}

static database_t *database_of(const server_rec *s)
{
    return gate.databases ? apr_hash_get(gate.databases, &s, sizeof(const server_rec *)) : NULL;
}

kf_err_t *kfm_db_take(kf_db_t **out, server_rec *s, apr_pool_t *p)
{
    database_t *database = database_of(s);

    return database ? take(out, database, p) : unavailable(p, "the process has just started");
}

const kf_db_source_t *kfm_db_source(const server_rec *s)
{
    database_t *database = database_of(s);

    return database ? &database->source : NULL;
}

bool kfm_db_stopping(void)
{
    return gate.stopping;
}

static void cancel(PGconn *conn)
{
    PGcancel *request = PQgetCancel(conn);
    char why[256];

    if (request) {
        PQcancel(request, why, sizeof(why));
        PQfreeCancel(request);
    }
}

/*
 * Before the child's pools go: under prefork this may run in a signal handler
 * of the very thread that holds a connection, so it never blocks on the mutex.
 */
static apr_status_t drain(void *unused)
{
    apr_time_t deadline = apr_time_now() + DRAIN_LIMIT;

    (void)unused;
    gate.stopping = gate.closed = true;
    if (mine.rec) {
        give_back();
        return APR_SUCCESS;
    }
    for (bool cancelled = false; gate.out > 0 && apr_time_now() < deadline;) {
        if (!cancelled && apr_thread_mutex_trylock(gate.mutex) == APR_SUCCESS) {
            for (int i = 0; i < gate.size; i++) {
                if (gate.held[i]) {
                    cancel(gate.held[i]);
                }
            }
            apr_thread_mutex_unlock(gate.mutex);
            cancelled = true;
        }
        apr_sleep(DRAIN_STEP);
    }
    return APR_SUCCESS;
}

static void add_database(apr_hash_t *databases, server_rec *s, apr_pool_t *p)
{
    database_t *database = apr_pcalloc(p, sizeof(*database));
    const server_rec **key = apr_pmemdup(p, &s, sizeof(const server_rec *));

    database->server = s;
    database->source.take = source_take;
    database->source.give = source_give;
    database->source.baton = database;
    apr_hash_set(databases, key, sizeof(*key), database);
}

static void child_init(apr_pool_t *pchild, server_rec *main_server)
{
    const kfm_cfg_t *cfg = kfm_cfg_get(main_server);
    apr_hash_t *databases;

    if (!kfm_cfg_first_enabled(main_server)) {
        return;
    }
    dbd_open = APR_RETRIEVE_OPTIONAL_FN(ap_dbd_open);
    dbd_close = APR_RETRIEVE_OPTIONAL_FN(ap_dbd_close);
    gate.size = cfg->db_connections;
    gate.wait = cfg->db_wait;
    gate.held = apr_pcalloc(pchild, sizeof(PGconn *) * (size_t)gate.size);
    if (apr_thread_mutex_create(&gate.mutex, APR_THREAD_MUTEX_DEFAULT, pchild) != APR_SUCCESS
        || apr_thread_cond_create(&gate.freed, pchild) != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_CRIT, 0, main_server,
                     KFLOGNO(00232) "no mutex for the database connections");
        return;
    }
    databases = apr_hash_make(pchild);
    for (server_rec *s = main_server; s; s = s->next) {
        if (kfm_cfg_get(s)->enabled) {
            add_database(databases, s, pchild);
        }
    }
    /* the watchdog may ask already: only now is there something to find */
    gate.databases = databases;
    apr_pool_pre_cleanup_register(pchild, NULL, drain);
}

#if AP_MODULE_MAGIC_AT_LEAST(20120211, 110)
static void child_stopping(apr_pool_t *pchild, int graceful)
{
    (void)pchild;
    (void)graceful;
    gate.stopping = true;
}
#endif

void kfm_db_pool_register(apr_pool_t *p)
{
    /* after mod_dbd has its pools, before the rooms that use the sources (they come last) */
    static const char *const after[] = {"mod_dbd.c", NULL};

    (void)p;
    ap_hook_child_init(child_init, after, NULL, APR_HOOK_MIDDLE);
#if AP_MODULE_MAGIC_AT_LEAST(20120211, 110)
    ap_hook_child_stopping(child_stopping, NULL, NULL, APR_HOOK_MIDDLE);
#endif
}
