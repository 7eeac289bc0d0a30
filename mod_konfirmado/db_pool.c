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

#include "base/gate.h"
#include "base/metric.h"
#include "cfg/cfg.h"
#include "db/conn.h"
#include "db_role.h"
#include "log_bridge.h"
#include "metrics.h"

APLOG_USE_MODULE(konfirmado);

#define PROBE_PAUSE apr_time_from_msec(50) /* a dead database is asked again after it */
#define DRAIN_LIMIT apr_time_from_sec(3)
#define DRAIN_STEP apr_time_from_msec(5)

/* One server's database. */
typedef struct {
    server_rec *server;
    kf_db_source_t source;
    kfm_db_role_t role;
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
    kf_gate_t *places;
    apr_thread_mutex_t *mutex;
    apr_thread_cond_t *probed;
    PGconn **held;            /* `size` places, NULL = free: for cancelling at the end */
} pool;

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

/* With the mutex: waits while another thread tries to reach the database. */
static bool reachable(const database_t *database, apr_time_t deadline)
{
    apr_time_t now = apr_time_now();

    while (database->probing && now < deadline) {
        apr_thread_cond_timedwait(pool.probed, pool.mutex, deadline - now);
        now = apr_time_now();
    }
    return !database->probing && !(database->down && now < database->next_probe);
}

static const char *refuse(int reason)
{
    static const char *const words[] = {
        [KF_REFUSED_UNREACHABLE] = "the database could not be reached a moment ago",
        [KF_REFUSED_BUSY] = "all database connections of the process are in use",
        [KF_REFUSED_ENDING] = "the process is ending",
    };

    kf_metric_count(KF_M_DB_REFUSED, reason, 0);
    return words[reason];
}

/* May this thread go to the database? NULL = yes, and it has a place. */
static const char *admit(database_t *database)
{
    apr_time_t began = apr_time_now(), deadline = began + pool.wait;
    bool go;

    apr_thread_mutex_lock(pool.mutex);
    go = reachable(database, deadline);
    apr_thread_mutex_unlock(pool.mutex);
    if (!go) {
        return refuse(KF_REFUSED_UNREACHABLE);
    }
    switch (kf_gate_enter(pool.places, deadline)) {
    case APR_SUCCESS:
        break;
    case APR_EOF:
        return refuse(KF_REFUSED_ENDING);
    default:
        return refuse(KF_REFUSED_BUSY);
    }
    kf_metric_time(KF_M_DB_WAIT, 0, 0, apr_time_now() - began);
    apr_thread_mutex_lock(pool.mutex);
    go = reachable(database, deadline);
    /* an opening may hang, with mod_dbd's lock held: only one thread risks that */
    database->probing = database->probing || (go && database->down);
    apr_thread_mutex_unlock(pool.mutex);
    if (!go) {
        kf_gate_leave(pool.places);
        return refuse(KF_REFUSED_UNREACHABLE);
    }
    return NULL;
}

static void settle_admission(database_t *database, PGconn *conn)
{
    apr_thread_mutex_lock(pool.mutex);
    database->down = conn == NULL;
    if (database->probing || !conn) {
        database->probing = false;
        apr_thread_cond_broadcast(pool.probed);
    }
    if (conn) {
        for (mine.place = 0; pool.held[mine.place]; mine.place++) {
        }
        pool.held[mine.place] = conn;
    } else {
        database->next_probe = apr_time_now() + PROBE_PAUSE;
    }
    apr_thread_mutex_unlock(pool.mutex);
    if (!conn) {
        kf_gate_leave(pool.places);
    }
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
    refusal = admit(database);
    if (refusal) {
        return unavailable(p, refusal);
    }
    mine.rec = open_native(&conn, s, p);
    settle_admission(database, conn);
    kfm_metrics_places(pool.size, kf_gate_inside(pool.places));
    if (!conn) {
        kf_metric_count(KF_M_DB_REFUSED, KF_REFUSED_UNREACHABLE, 0);
        return unavailable(p, "mod_dbd has no connection");
    }
    mine.server = s;
    err = kf_db_wrap(&mine.db, conn, kfm_cfg_get(s)->prepare, p);
    err = err ? err : kfm_db_role_check(&database->role, mine.db, s, p);
    if (err) {
        kfm_db_give(mine.db);
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
    apr_thread_mutex_lock(pool.mutex);
    pool.held[mine.place] = NULL;
    apr_thread_mutex_unlock(pool.mutex);
    give_back();
    kf_gate_leave(pool.places);
    kfm_metrics_places(pool.size, kf_gate_inside(pool.places));
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
    return pool.databases ? apr_hash_get(pool.databases, &s, sizeof(const server_rec *)) : NULL;
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

const char *kfm_db_refusal(const server_rec *s)
{
    const database_t *database = database_of(s);

    return database ? database->role.refusal : NULL;
}

bool kfm_db_stopping(void)
{
    return pool.stopping;
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
    pool.stopping = true;
    kf_gate_close(pool.places);
    if (mine.rec) {
        give_back();
        return APR_SUCCESS;
    }
    for (bool cancelled = false; kf_gate_inside(pool.places) > 0 && apr_time_now() < deadline;) {
        if (!cancelled && apr_thread_mutex_trylock(pool.mutex) == APR_SUCCESS) {
            for (int i = 0; i < pool.size; i++) {
                if (pool.held[i]) {
                    cancel(pool.held[i]);
                }
            }
            apr_thread_mutex_unlock(pool.mutex);
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
    pool.size = cfg->db_connections;
    pool.wait = cfg->db_wait;
    pool.held = apr_pcalloc(pchild, sizeof(PGconn *) * (size_t)pool.size);
    if (kf_gate_create(&pool.places, pool.size, pchild) != APR_SUCCESS
        || apr_thread_mutex_create(&pool.mutex, APR_THREAD_MUTEX_DEFAULT, pchild) != APR_SUCCESS
        || apr_thread_cond_create(&pool.probed, pchild) != APR_SUCCESS) {
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
    pool.databases = databases;
    apr_pool_pre_cleanup_register(pchild, NULL, drain);
}

#if AP_MODULE_MAGIC_AT_LEAST(20120211, 110)
static void child_stopping(apr_pool_t *pchild, int graceful)
{
    (void)pchild;
    (void)graceful;
    pool.stopping = true;
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
