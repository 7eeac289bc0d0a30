/*
 * Each child counts on its own and has its own watchdog, because that of the
 * background work runs in one process only, and in none if jobs are off. For the
 * same reason this watchdog writes the heartbeat (job/sign.h). A child ends in two
 * steps, as in job.c, but under a threaded MPM the thread that ends the child
 * writes the remaining counts.
 */
#include "job/count.h"

#include <apr_allocator.h>
#include <apr_atomic.h>
#include <apr_optional.h>
#include <apr_thread_mutex.h>
#include <ap_mpm.h>
#include <http_config.h>
#include <http_core.h>
#include <http_log.h>
#include <mod_watchdog.h>

#include "db_pool.h"
#include "flow_ctx.h"
#include "job/sign.h"
#include "log_bridge.h"
#include "repo/hold/offer.h"

APLOG_USE_MODULE(konfirmado);

#define WATCHDOG "_konfirmado_count_"
#define INTERVAL apr_time_from_sec(1)
#define FLUSH_EVERY 3 /* intervals */
#define FINISH_LIMIT apr_time_from_sec(1)
#define STOP_LIMIT apr_time_from_sec(4) /* enough, as a running statement is cancelled */
#define STEP apr_time_from_msec(5)

static struct {
    server_rec *main_server;
    volatile apr_uint32_t stopped; /* atomic: the thread has written for the last time */
    apr_thread_mutex_t *lock;      /* guards all members below; NULL: nothing is counted */
    apr_pool_t *pool;              /* has its own allocator: it outlives the child's pools */
    bool ended, *failing;          /* failing: by database, the failure was logged */
    int intervals;                 /* since the last flush */
} counts;

/* The caller holds the lock. */
static void flush_all(void)
{
    for (int i = 0; i < kfm_database_count(); i++) {
        const kf_flow_t *flow = kfm_flow_of_database(i);
        kf_err_t *err;

        if (!flow || !flow->db || !flow->funnel) {
            continue;
        }
        err = kf_funnel_flush(flow->funnel, flow, counts.pool);
        if (err && !counts.failing[i] && !kfm_db_stopping()) {
            ap_log_error(APLOG_MARK, APLOG_NOTICE, 0, counts.main_server,
                         KFLOGNO(00460) "counted steps wait for the database: %s",
                         err->cause ? err->cause : err->detail);
        }
        counts.failing[i] = err != NULL;
        apr_pool_clear(counts.pool);
    }
}

static apr_status_t tick(int state, void *data, apr_pool_t *p)
{
    (void)data;
    (void)p;
    if (!counts.lock || state == AP_WATCHDOG_STATE_STARTING) {
        return APR_SUCCESS;
    }
    apr_thread_mutex_lock(counts.lock);
    if (!counts.ended && (++counts.intervals >= FLUSH_EVERY || state == AP_WATCHDOG_STATE_STOPPING)) {
        counts.intervals = 0;
        flush_all();
    }
    if (!counts.ended && state == AP_WATCHDOG_STATE_RUNNING) {
        kfm_sign_tell(counts.pool);
    }
    apr_thread_mutex_unlock(counts.lock);
    if (state == AP_WATCHDOG_STATE_STOPPING) {
        apr_atomic_set32(&counts.stopped, 1);
    }
    return APR_SUCCESS;
}

/*
 * Without threads this may run in a signal handler: it does not block on the lock, frees nothing, and
 * leaves the last write to the watchdog's thread. `last`: the second and last step.
 */
static void end_within(apr_interval_time_t limit, bool last)
{
    apr_time_t deadline = apr_time_now() + limit;
    int threaded = 0;

    ap_mpm_query(AP_MPMQ_IS_THREADED, &threaded);
    while (!threaded && !last && !apr_atomic_read32(&counts.stopped) && apr_time_now() < deadline) {
        apr_sleep(STEP);
    }
    while (apr_thread_mutex_trylock(counts.lock) != APR_SUCCESS) {
        if (apr_time_now() > deadline) {
            return;
        }
        apr_sleep(STEP);
    }
    if (threaded && !last && !counts.ended) {
        flush_all();
    }
    counts.ended = true;
    if (threaded && last) {
        apr_pool_destroy(counts.pool);
    }
    apr_thread_mutex_unlock(counts.lock);
}

static apr_status_t finish(void *unused)
{
    (void)unused;
    end_within(FINISH_LIMIT, false);
    return APR_SUCCESS;
}

static apr_status_t stop(void *unused)
{
    (void)unused;
    end_within(STOP_LIMIT, true);
    return APR_SUCCESS;
}

static bool make_pool(void)
{
    apr_allocator_t *allocator;

    if (apr_allocator_create(&allocator) != APR_SUCCESS) {
        return false;
    }
    if (apr_pool_create_unmanaged_ex(&counts.pool, NULL, allocator) != APR_SUCCESS) {
        apr_allocator_destroy(allocator);
        return false;
    }
    apr_allocator_owner_set(allocator, counts.pool);
    apr_pool_tag(counts.pool, "konfirmado_counts");
    return true;
}

static void child_init(apr_pool_t *pchild, server_rec *s)
{
    if (!counts.main_server) {
        return;
    }
    counts.failing = apr_pcalloc(pchild, sizeof(*counts.failing) * (size_t)(kfm_database_count() + 1));
    if (!make_pool() || apr_thread_mutex_create(&counts.lock, APR_THREAD_MUTEX_DEFAULT, pchild) != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_ERR, APR_ENOMEM, s, KFLOGNO(00461) "steps of customers are not counted");
        counts.lock = NULL;
        return;
    }
    apr_pool_pre_cleanup_register(pchild, NULL, stop);
}

static void child_init_late(apr_pool_t *pchild, server_rec *s)
{
    (void)s;
    if (counts.lock) {
        apr_pool_pre_cleanup_register(pchild, &counts, finish);
    }
}

static int post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *main_server)
{
    APR_OPTIONAL_FN_TYPE(ap_watchdog_get_instance) * get_instance;
    APR_OPTIONAL_FN_TYPE(ap_watchdog_register_callback) * register_callback;
    ap_watchdog_t *watchdog;

    (void)plog;
    (void)ptemp;
    counts.main_server = NULL;
    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG || !kfm_cfg_first_enabled(main_server)) {
        return OK;
    }
    get_instance = APR_RETRIEVE_OPTIONAL_FN(ap_watchdog_get_instance);
    register_callback = APR_RETRIEVE_OPTIONAL_FN(ap_watchdog_register_callback);
    if (get_instance && register_callback && get_instance(&watchdog, WATCHDOG, 0, 0, pconf) == APR_SUCCESS
        && register_callback(watchdog, INTERVAL, NULL, tick) == APR_SUCCESS) {
        counts.main_server = main_server;
    } else {
        ap_log_error(APLOG_MARK, APLOG_WARNING, 0, main_server, KFLOGNO(00464) "no watchdog (is mod_watchdog loaded?): "
                     "steps of customers are not counted, and konfirmadoctl keys rotate cannot know of this server");
    }
    return OK;
}

void kfm_count_register(apr_pool_t *p)
{
    (void)p;
    ap_hook_post_config(post_config, NULL, NULL, APR_HOOK_MIDDLE);
    /* before and after that of the connection pool: cleanups run in reverse order of registration */
    ap_hook_child_init(child_init, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_child_init(child_init_late, NULL, NULL, APR_HOOK_LAST);
}

void kfm_count(kfm_call_t *call, kf_funnel_step_t step)
{
    if (counts.lock) {
        kf_funnel_count(kfm_flow(call)->funnel, &call->tenant->id, step);
    }
}
