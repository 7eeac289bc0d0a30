/*
 * Synchronises the watchdogs' threads with the end of the process. A thread works
 * in ticks. The thread that ends the process asks it to finish and waits, while
 * the resources of the work still exist: mod_watchdog does not wait for its thread
 * when the child's pools are destroyed. Without a threaded MPM the end may be in a
 * signal handler, so it only uses a few atomic words and the threads do the rest.
 */
#include "job/job.h"

#include <apr_allocator.h>
#include <apr_atomic.h>
#include <apr_optional.h>
#include <apr_strings.h>
#include <http_config.h>
#include <http_core.h>
#include <http_log.h>
#include <mod_watchdog.h>

#include "cfg/cfg.h"
#include "db_pool.h"
#include "flow/work.h"
#include "flow_ctx.h"
#include "log_bridge.h"

APLOG_USE_MODULE(konfirmado);

#define WATCHDOG "_konfirmado_%d_" /* index of the database */
#define INTERVAL apr_time_from_msec(100)
#define TICK_MS 100
#define KEEP_FREE (1024 * 1024)         /* bytes; free memory beyond that is returned to the system */
#define FINISH_MS 1000                  /* for work in progress when the process ends */
#define FINISH_LIMIT apr_time_from_msec(FINISH_MS + 500) /* plus the time for the thread to notice */
#define STOP_LIMIT apr_time_from_sec(4) /* enough for a tick, as its statements are cancelled */
#define STOP_STEP apr_time_from_msec(5)

/* One per database. Only its watchdog's thread uses it, except for the atomic words. */
typedef struct {
    server_rec *server;
    kf_work_t *work;  /* NULL: not begun */
    apr_pool_t *pool; /* has its own allocator, not shared with other threads */
    bool failed;
    volatile apr_uint32_t begun; /* the watchdog runs in this child */
    volatile apr_uint32_t ended;
} worker_t;

/* What the end of the process requests of the threads. */
enum { GO_ON, FINISH, DROP };

/* Per process; `workers` is made in post_config and inherited by the children. */
static struct {
    worker_t *workers;
    int n;
    volatile apr_uint32_t ready; /* the child's resources for the work exist */
    volatile apr_uint32_t asked; /* GO_ON, FINISH, DROP */
} jobs;

static apr_pool_t *own_pool(void)
{
    apr_allocator_t *allocator;
    apr_pool_t *pool = NULL;

    if (apr_allocator_create(&allocator) != APR_SUCCESS) {
        return NULL;
    }
    if (apr_pool_create_unmanaged_ex(&pool, NULL, allocator) != APR_SUCCESS) {
        apr_allocator_destroy(allocator);
        return NULL;
    }
    apr_allocator_owner_set(allocator, pool);
    apr_allocator_max_free_set(allocator, KEEP_FREE);
    apr_pool_tag(pool, "konfirmado_jobs");
    return pool;
}

/* The database's work, created at the first tick; NULL while the child is not ready for it. */
static kf_work_t *work_of(worker_t *worker)
{
    const kf_flow_t *flow = kfm_flow_of(worker->server);
    kf_err_t *err;

    if (worker->work || worker->failed || !flow || !flow->db) {
        return worker->work;
    }
    worker->pool = own_pool();
    err = worker->pool ? kf_work_create(&worker->work, flow, kfm_db_stopping, worker->pool) : NULL;
    if (err || !worker->pool) {
        worker->failed = true;
        worker->work = NULL;
        ap_log_error(APLOG_MARK, APLOG_CRIT, APR_ENOMEM, worker->server,
                     KFLOGNO(00450) "background work cannot start: %s",
                     err ? err->detail : "no memory");
    }
    return worker->work;
}

static void end_work(worker_t *worker, int finish_ms)
{
    if (worker->work) {
        kf_work_finish(worker->work, finish_ms);
        worker->work = NULL;
        apr_pool_destroy(worker->pool);
    }
    apr_atomic_set32(&worker->ended, 1);
}

/* Always returns APR_SUCCESS: after any other status mod_watchdog stops calling it. */
static apr_status_t tick(int state, void *data, apr_pool_t *p)
{
    worker_t *worker = data;
    apr_uint32_t asked;
    kf_work_t *work;

    (void)p;
    if (!apr_atomic_read32(&jobs.ready) || apr_atomic_read32(&worker->ended) || state == AP_WATCHDOG_STATE_STARTING) {
        return APR_SUCCESS;
    }
    apr_atomic_set32(&worker->begun, 1); /* before `asked` is read; end_within() uses the opposite order */
    asked = apr_atomic_read32(&jobs.asked);
    if (asked != GO_ON || state == AP_WATCHDOG_STATE_STOPPING) {
        end_work(worker, asked == DROP ? 0 : FINISH_MS);
        return APR_SUCCESS;
    }
    work = work_of(worker);
    if (work) {
        kf_work_tick(work, TICK_MS);
    }
    return APR_SUCCESS;
}

/* Whether a worker has begun and not ended. */
static bool at_work(void)
{
    for (int i = 0; i < jobs.n; i++) {
        if (apr_atomic_read32(&jobs.workers[i].begun) && !apr_atomic_read32(&jobs.workers[i].ended)) {
            return true;
        }
    }
    return false;
}

/*
 * A process ends in two steps, both before the child's pools are destroyed. First,
 * while connections are available, work in progress gets a moment to finish. Then
 * the connection pool refuses and cancels, and the remaining work is dropped.
 */
static void end_within(apr_interval_time_t limit, apr_uint32_t how)
{
    apr_time_t deadline = apr_time_now() + limit;

    apr_atomic_set32(&jobs.asked, how);
    while (at_work() && apr_time_now() < deadline) {
        apr_sleep(STOP_STEP);
    }
}

static apr_status_t finish(void *unused)
{
    (void)unused;
    end_within(FINISH_LIMIT, FINISH);
    return APR_SUCCESS;
}

static apr_status_t stop(void *unused)
{
    (void)unused;
    end_within(STOP_LIMIT, DROP);
    return APR_SUCCESS;
}

static void child_init(apr_pool_t *pchild, server_rec *s)
{
    (void)s;
    jobs.ready = jobs.asked = 0;
    if (jobs.n) {
        apr_pool_pre_cleanup_register(pchild, NULL, stop);
    }
}

static void child_init_late(apr_pool_t *pchild, server_rec *s)
{
    (void)s;
    if (jobs.n) {
        apr_pool_pre_cleanup_register(pchild, &jobs, finish);
        apr_atomic_set32(&jobs.ready, 1);
    }
}

static bool has_worker(int database)
{
    for (int i = 0; i < jobs.n; i++) {
        if (kfm_database_of(jobs.workers[i].server) == database) {
            return true;
        }
    }
    return false;
}

/* Makes one worker for each database, with the directives of its first server that has jobs. */
static void collect(server_rec *main_server, apr_pool_t *p)
{
    jobs.n = 0;
    jobs.workers = apr_pcalloc(p, sizeof(worker_t) * (size_t)(kfm_database_count() + 1));
    for (server_rec *s = main_server; s; s = s->next) {
        int database = kfm_database_of(s);

        if (database >= 0 && kfm_cfg_get(s)->set.jobs && !has_worker(database)) {
            jobs.workers[jobs.n++].server = s;
        }
    }
}

static apr_status_t watch(worker_t *worker, apr_pool_t *p)
{
    APR_OPTIONAL_FN_TYPE(ap_watchdog_get_instance) *get_instance = APR_RETRIEVE_OPTIONAL_FN(ap_watchdog_get_instance);
    APR_OPTIONAL_FN_TYPE(ap_watchdog_register_callback) *register_callback =
        APR_RETRIEVE_OPTIONAL_FN(ap_watchdog_register_callback);
    const char *name = apr_psprintf(p, WATCHDOG, kfm_database_of(worker->server));
    ap_watchdog_t *watchdog;
    apr_status_t rv;

    if (!get_instance || !register_callback) {
        return APR_ENOTIMPL;
    }
    rv = get_instance(&watchdog, name, 0, 1, p);
    return rv == APR_SUCCESS ? register_callback(watchdog, INTERVAL, worker, tick) : rv;
}

static int post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp,
                       server_rec *main_server)
{
    (void)plog;
    (void)ptemp;
    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG) {
        return OK;
    }
    collect(main_server, pconf);
    for (int i = 0; i < jobs.n; i++) {
        apr_status_t rv = watch(&jobs.workers[i], pconf);

        if (rv != APR_SUCCESS) {
            ap_log_error(APLOG_MARK, APLOG_CRIT, rv, main_server,
                         KFLOGNO(00453) "no watchdog for the background work: is mod_watchdog loaded?");
            return HTTP_INTERNAL_SERVER_ERROR;
        }
    }
    return OK;
}

void kfm_job_register(apr_pool_t *p)
{
    (void)p;
    ap_hook_post_config(post_config, NULL, NULL, APR_HOOK_MIDDLE);
    /* before and after that of the connection pool: cleanups run in reverse order of registration */
    ap_hook_child_init(child_init, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_child_init(child_init_late, NULL, NULL, APR_HOOK_LAST);
}
