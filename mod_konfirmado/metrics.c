/*
 * The shared memory:
 *
 *     +-------------------+-----------------------+
 *     | counters          | a line for each child |
 *     | (base/metric.c)   | (pid, places)         |
 *     +-------------------+-----------------------+
 *
 * It is anonymous and belongs to the process pool. Its key in the retained data finds it again after
 * the module was reloaded. Pages that are never written take no memory.
 */
#include "metrics.h"

#include <apr_shm.h>
#include <apr_strings.h>
#include <errno.h>
#include <http_config.h>
#include <http_core.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/metric.h"
#include "calendar/provider.h"
#include "cfg/raw.h"
#include "flow/peer.h"
#include "flow/work.h"
#include "log_bridge.h"
#include "pay/provider.h"

APLOG_USE_MODULE(konfirmado);

#define CACHE_LINE 64 /* alignment of the counters */
#define RETAINED_KEY "konfirmado-metrics"
#define MOST_CHILDREN 256
#define MOST_PROVIDERS 8

typedef struct {
    int64_t pid; /* 0: free */
    int32_t size, inside, waiting;
} child_t;

/* Kept over restarts. */
typedef struct {
    apr_shm_t *shm;
    uint64_t layout;
} retained_t;

/* Per process; set before it has threads. */
static struct {
    apr_time_t begun_at;
    child_t *children;
    child_t *mine;
} shared;

static const char *payers[MOST_PROVIDERS + 1], *peers[2 * MOST_PROVIDERS + 3], *limits[KFM_LIMIT__COUNT + 1];

/* Sets the label values that are defined elsewhere. */
static void name_labels(void)
{
    int n = 0, m = 0;

    for (int i = 0; i < MOST_PROVIDERS && kf_pay_provider_at(i); i++) {
        payers[n++] = peers[m++] = kf_pay_provider_at(i)->name;
    }
    payers[n] = NULL;
    for (int i = 0; m < 2 * MOST_PROVIDERS && kf_calendar_provider_at(i); i++) {
        if (kf_calendar_provider_at(i)->caps & KF_CALENDAR_EXTERNAL) {
            peers[m++] = kf_calendar_provider_at(i)->name;
        }
    }
    peers[m++] = KF_PEER_SMTP;
    peers[m++] = KF_PEER_RESEND;
    peers[m] = NULL;
    for (int i = 0; i < KFM_LIMIT__COUNT; i++) {
        limits[i] = kfm_cfg_limit_names[i];
    }
    kf_metric_words(KF_M_PAYMENTS, 0, payers);
    kf_metric_words(KF_M_EVENTS, 0, payers);
    kf_metric_words(KF_M_CALLS, 0, peers);
    kf_metric_words(KF_M_LIMITED, 0, limits);
    kf_metric_words(KF_M_JOBS, 0, kf_work_duties);
}

static size_t counters_size(void)
{
    return APR_ALIGN(kf_metric_size(), CACHE_LINE);
}

static apr_status_t find_memory(void **out, server_rec *s)
{
    size_t size = CACHE_LINE + counters_size() + MOST_CHILDREN * sizeof(child_t);
    uint64_t layout = kf_metric_layout() * 31 + size;
    retained_t *kept = ap_retained_data_get(RETAINED_KEY);
    apr_status_t rv = APR_SUCCESS;

    if (!kept) {
        kept = ap_retained_data_create(RETAINED_KEY, sizeof(*kept));
    }
    if (kept->shm && kept->layout != layout) {
        apr_shm_destroy(kept->shm); /* processes that still use it keep it until they end */
        kept->shm = NULL;
    }
    if (!kept->shm) {
        rv = apr_shm_create(&kept->shm, size, NULL, s->process->pool);
        kept->layout = layout;
    }
    /* APR's own header makes the base address unaligned */
    *out = rv == APR_SUCCESS ? (void *)APR_ALIGN((apr_uintptr_t)apr_shm_baseaddr_get(kept->shm), CACHE_LINE) : NULL;
    return rv;
}

static int post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s)
{
    void *memory;
    apr_status_t rv;

    (void)pconf;
    (void)plog;
    (void)ptemp;
    kf_metric_use(NULL);
    memset(&shared, 0, sizeof(shared));
    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG || !kfm_cfg_first_enabled(s)) {
        return OK;
    }
    name_labels();
    rv = find_memory(&memory, s);
    if (rv != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_CRIT, rv, s, KFLOGNO(00222) "no shared memory for the counters");
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    kf_metric_use(memory);
    shared.begun_at = apr_time_now();
    shared.children = (child_t *)((char *)memory + counters_size());
    return OK;
}

static bool gone(int64_t pid)
{
    return pid == 0 || (kill((pid_t)pid, 0) != 0 && errno == ESRCH);
}

static apr_status_t free_line(void *line)
{
    __atomic_store_n(&shared.mine, NULL, __ATOMIC_RELAXED);
    __atomic_store_n(&((child_t *)line)->pid, 0, __ATOMIC_RELAXED);
    return APR_SUCCESS;
}

/* Takes a free line. The line of a dead process is free, even if its process id is now ours. */
static void child_init(apr_pool_t *p, server_rec *s)
{
    (void)s;
    for (int i = 0; shared.children && i < MOST_CHILDREN && !shared.mine; i++) {
        child_t *child = &shared.children[i];
        int64_t pid = __atomic_load_n(&child->pid, __ATOMIC_RELAXED);

        if ((gone(pid) || pid == getpid())
            && __atomic_compare_exchange_n(&child->pid, &pid, (int64_t)getpid(), false, __ATOMIC_RELAXED,
                                           __ATOMIC_RELAXED)) {
            shared.mine = child;
            apr_pool_cleanup_register(p, child, free_line, apr_pool_cleanup_null);
            kfm_metrics_places(0);
        }
    }
}

/* The line of this process, or NULL. Atomic: threads may still count while free_line() runs at the process's end. */
static child_t *own_line(void)
{
    return __atomic_load_n(&shared.mine, __ATOMIC_RELAXED);
}

void kfm_metrics_places(int size)
{
    child_t *mine = own_line();

    if (mine) {
        __atomic_store_n(&mine->size, size, __ATOMIC_RELAXED);
        __atomic_store_n(&mine->inside, 0, __ATOMIC_RELAXED);
        __atomic_store_n(&mine->waiting, 0, __ATOMIC_RELAXED);
    }
}

void kfm_metrics_in_use(int more)
{
    child_t *mine = own_line();

    if (mine) {
        __atomic_fetch_add(&mine->inside, more, __ATOMIC_RELAXED);
    }
}

void kfm_metrics_waiting(int more)
{
    child_t *mine = own_line();

    if (mine) {
        __atomic_fetch_add(&mine->waiting, more, __ATOMIC_RELAXED);
    }
}

void kfm_metrics_connections(kfm_metrics_connections_t *out)
{
    memset(out, 0, sizeof(*out));
    for (int i = 0; shared.children && i < MOST_CHILDREN; i++) {
        const child_t *child = &shared.children[i];

        if (!gone(__atomic_load_n(&child->pid, __ATOMIC_RELAXED))) {
            out->processes++;
            out->places += __atomic_load_n(&child->size, __ATOMIC_RELAXED);
            out->inside += __atomic_load_n(&child->inside, __ATOMIC_RELAXED);
            out->waiting += __atomic_load_n(&child->waiting, __ATOMIC_RELAXED);
        }
    }
}

apr_time_t kfm_metrics_begun(void)
{
    return shared.begun_at;
}

void kfm_metrics_register(apr_pool_t *p)
{
    (void)p;
    /* first: the other hooks may already count */
    ap_hook_post_config(post_config, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_child_init(child_init, NULL, NULL, APR_HOOK_REALLY_FIRST);
}
