/*
 * The only file that uses mod_dbd. From apr_dbd it uses only the native handle:
 * apr_dbd statements cannot tell an error from "no row" and are lost when a
 * connection is reset. Connections are not acquired from mod_dbd for each use,
 * because it opens new ones under a lock that all other threads would wait for.
 */
#include "db_pool.h"

#include <apr_dbd.h>
#include <apr_hash.h>
#include <apr_strings.h>
#include <ap_mmn.h>
#include <ap_mpm.h>
#include <http_config.h>
#include <mod_dbd.h>
#include <mpm_common.h>
#include <string.h>

#include "cfg/cfg.h"
#include "cfg/tree.h"
#include "db/pool.h"
#include "db_role.h"
#include "log_bridge.h"
#include "metrics.h"

APLOG_USE_MODULE(konfirmado);

#define LIFE_MS 600000   /* maximum age of a connection, except the last one; a new one costs 0.1 s */
#define PATIENCE_MS 5500 /* for a result: more than the role's statement_timeout */
#define DRAIN_MS 3000    /* wait for threads that still use a connection when the process ends */

typedef struct database_t database_t;
struct database_t {
    int no;
    server_rec *server; /* the first server with this database; passed to mod_dbd */
    const char *params; /* DBDParams, a libpq conninfo; NULL if it could not be read */
    kf_db_pool_t *pool; /* of this process; NULL before child_init */
    kf_db_source_t source;
    kfm_db_role_t role;
    apr_pool_t *p;      /* for opening connections: one thread at a time */
    database_t *next;
};

/* Made in post_config and inherited by the children. */
static struct {
    apr_hash_t *by_server; /* server_rec * -> database_t * */
    database_t *first;
    int count;
    int places;             /* connections of all pools */
    volatile bool ready;    /* the pools of this process exist */
    volatile bool stopping; /* no new background work */
} databases;

static APR_OPTIONAL_FN_TYPE(ap_dbd_open) *dbd_open;
static APR_OPTIONAL_FN_TYPE(ap_dbd_close) *dbd_close;

static void close_native(void *rec, void *baton)
{
    const database_t *database = baton;

    dbd_close(database->server, rec);
}

static PGconn *open_native(void **handle, void *baton)
{
    database_t *database = baton;
    ap_dbd_t *rec = dbd_open(database->p, database->server);
    PGconn *conn = NULL;

    if (!rec) {
        return NULL;
    }
    if (strcmp(apr_dbd_name(rec->driver), "pgsql") != 0) {
        ap_log_error(APLOG_MARK, APLOG_CRIT, 0, database->server,
                     KFLOGNO(00230) "DBDriver is %s: Konfirmado needs \"DBDriver pgsql\"",
                     apr_dbd_name(rec->driver));
    } else {
        conn = apr_dbd_native_handle(rec->driver, rec->handle);
    }
    if (!conn) {
        dbd_close(database->server, rec);
        return NULL;
    }
    *handle = rec;
    return conn;
}

/* Whether the server accepts connections, even if it is full or refuses this role. */
static bool server_answers(void *baton)
{
    const database_t *database = baton;
    const char *const keys[] = {"dbname", "connect_timeout", NULL};
    const char *const values[] = {database->params, "2", NULL};

    return database->params && PQpingParams(keys, values, 1) == PQPING_OK;
}

static void give(kf_db_t *db, void *baton)
{
    const database_t *database = baton;
    const kf_db_source_t *pool = kf_db_pool_source(database->pool);

    pool->give(db, pool->baton);
    kfm_metrics_in_use(-1);
}

/* Takes a connection from the pool after checking that its role is subject to row-level security. */
static kf_err_t *take(kf_db_t **out, void *baton, apr_pool_t *p)
{
    database_t *database = baton;
    const kf_db_source_t *pool = kf_db_pool_source(database->pool);
    kf_err_t *err;

    kfm_metrics_waiting(1);
    err = pool->take(out, pool->baton, p);
    kfm_metrics_waiting(-1);
    KF_TRY(err);
    kfm_metrics_in_use(1);
    err = kfm_db_role_check(&database->role, *out, database->server, p);
    if (err) {
        give(*out, database);
    }
    return err;
}

static const database_t *find(const server_rec *s)
{
    return databases.by_server ? apr_hash_get(databases.by_server, &s, sizeof(s)) : NULL;
}

int kfm_database_of(const server_rec *s)
{
    const database_t *database = find(s);

    return database ? database->no : -1;
}

int kfm_database_count(void)
{
    return databases.count;
}

static kf_err_t *refuse(kf_db_t **out, void *unused, apr_pool_t *p)
{
    (void)unused;
    *out = NULL;
    return kf_err_because(p, kf_err(p, KF_E_UNAVAILABLE, "The service is not available for a moment."),
                          "there was not enough memory for the connections");
}

const kf_db_source_t *kfm_db_source(const server_rec *s)
{
    static const kf_db_source_t none = {refuse, NULL, NULL};
    const database_t *database = find(s);

    return !database ? NULL : databases.ready ? &database->source : &none;
}

const char *kfm_db_refusal(const server_rec *s)
{
    const database_t *database = databases.ready ? find(s) : NULL;

    return database ? database->role.refusal : NULL;
}

void kfm_db_for(const kf_uuid_t *tenant)
{
    uint64_t who;

    memcpy(&who, tenant->bytes + sizeof(tenant->bytes) - sizeof(who), sizeof(who)); /* the random part */
    kf_db_pool_for(who);
}

void kfm_db_for_strangers(void)
{
    kf_db_pool_for(KF_STRANGERS);
}

void kfm_db_for_nobody(void)
{
    kf_db_pool_for(KF_NOBODY);
}

bool kfm_db_stopping(void)
{
    return databases.stopping;
}

/* Runs before the child's pools are destroyed. Under prefork it may run in a signal handler, which must not log. */
static apr_status_t drain(void *unused)
{
    apr_time_t until = apr_time_now() + apr_time_from_msec(DRAIN_MS);
    int threaded = 0;

    (void)unused;
    databases.stopping = true;
    ap_mpm_query(AP_MPMQ_IS_THREADED, &threaded);
    for (database_t *one = databases.first; one; one = one->next) {
        kf_db_pool_stop(one->pool);
    }
    for (database_t *one = databases.first; one; one = one->next) {
        apr_time_t left = until - apr_time_now();

        if (!kf_db_pool_end(one->pool, left > 0 ? (int)apr_time_as_msec(left) : 0) && threaded) {
            ap_log_error(APLOG_MARK, APLOG_WARNING, 0, one->server,
                         KFLOGNO(00233) "a thread did not release its database connection in time");
        }
    }
    return APR_SUCCESS;
}

static int threads_of_process(void)
{
    int threads = 0;

    ap_mpm_query(AP_MPMQ_MAX_THREADS, &threads);
    return threads;
}

static kf_err_t *make_pool(database_t *database, const kfm_cfg_t *cfg, apr_pool_t *p)
{
    const kf_db_opener_t opener = {open_native, close_native, server_answers, database};
    const kf_db_pool_rules_t rules = {cfg->set.db_connections, cfg->set.db_wait_ms, PATIENCE_MS,
                                      cfg->set.prepare, LIFE_MS,
                                      {cfg->set.db_share, apr_time_from_msec(cfg->set.db_budget_ms), threads_of_process()}};

    database->source = (kf_db_source_t){take, give, database};
    databases.places += cfg->set.db_connections;
    apr_pool_create(&database->p, p);
    return kf_db_pool_create(&database->pool, &opener, &rules, p);
}

static void child_init(apr_pool_t *pchild, server_rec *main_server)
{
    dbd_open = APR_RETRIEVE_OPTIONAL_FN(ap_dbd_open);
    dbd_close = APR_RETRIEVE_OPTIONAL_FN(ap_dbd_close);
    databases.ready = databases.stopping = false;
    databases.places = 0;
    for (database_t *one = databases.first; one; one = one->next) {
        if (make_pool(one, kfm_cfg_get(one->server), pchild)) {
            ap_log_error(APLOG_MARK, APLOG_CRIT, 0, main_server,
                         KFLOGNO(00232) "no mutex for the database connections");
            return;
        }
    }
    if (databases.first) {
        apr_pool_pre_cleanup_register(pchild, NULL, drain);
        kfm_metrics_places(databases.places);
        /* set last: the watchdog thread may already be running */
        databases.ready = true;
    }
}

#if AP_MODULE_MAGIC_AT_LEAST(20120211, 110)
static void child_stopping(apr_pool_t *pchild, int graceful)
{
    (void)pchild;
    (void)graceful;
    databases.stopping = true;
}
#endif

static database_t *with_params(const char *params)
{
    for (database_t *one = databases.first; one && params; one = one->next) {
        if (one->params && !strcmp(one->params, params)) {
            return one;
        }
    }
    return NULL;
}

static database_t *add_database(server_rec *s, const char *params, apr_pool_t *p)
{
    database_t *database = apr_pcalloc(p, sizeof(*database)), **end = &databases.first;

    while (*end) {
        end = &(*end)->next;
    }
    *end = database;
    database->no = databases.count++;
    database->server = s;
    database->params = params;
    return database;
}

/* In post_config, because the configuration tree no longer exists when the children start. */
static int post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *main_server)
{
    (void)plog;
    (void)ptemp;
    memset(&databases, 0, sizeof(databases));
    databases.by_server = apr_hash_make(pconf);
    for (server_rec *s = main_server; s; s = s->next) {
        const char *params = kfm_tree_word(s, "DBDParams", pconf);
        database_t *database = with_params(params);

        if (kfm_cfg_get(s)->set.enabled) {
            database = database ? database : add_database(s, params, pconf);
            apr_hash_set(databases.by_server, apr_pmemdup(pconf, &s, sizeof(s)), sizeof(s), database);
        }
    }
    return OK;
}

void kfm_db_pool_register(apr_pool_t *p)
{
    /* after mod_dbd has its pools; the users of the sources run last */
    static const char *const after[] = {"mod_dbd.c", NULL};

    (void)p;
    /* before the post_config hooks that ask for a server's database; one of them is APR_HOOK_FIRST */
    ap_hook_post_config(post_config, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_child_init(child_init, after, NULL, APR_HOOK_MIDDLE);
#if AP_MODULE_MAGIC_AT_LEAST(20120211, 110)
    ap_hook_child_stopping(child_stopping, NULL, NULL, APR_HOOK_MIDDLE);
#endif
}
