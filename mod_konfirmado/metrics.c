/*
 * The shared memory:
 *
 *     +-------------------+-----------------------+--------------------------+
 *     | counters          | a line for each child | a snapshot for each      |
 *     | (base/metric.c)   | (pid, places)         | server of the list       |
 *     +-------------------+-----------------------+--------------------------+
 *
 * It is anonymous, belongs to the pool of the process and is found again by its key after the module
 * was loaded anew. A snapshot has one writer, the thread that holds its lease; readers copy it and look
 * whether it changed meanwhile. Pages that nobody writes to take no memory.
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

#define CACHE_LINE 64 /* the table of counters begins at one */
#define RETAINED_KEY "konfirmado-metrics"
#define MOST_CHILDREN 256
#define MOST_PROVIDERS 8
#define FRESH apr_time_from_sec(3)      /* a reading that succeeded is good for so long */
#define FRESH_BAD apr_time_from_sec(5)  /* one that failed */
#define LEASE apr_time_from_sec(30)     /* after it a reader is taken for dead */
#define COPY_TRIES 1000

typedef struct {
    int64_t pid; /* 0: free */
    int32_t size, inside, waiting;
} child_t;

typedef struct {
    uint64_t version; /* odd while it is written */
    int64_t lease_until, next_at;
    kfm_status_t status;
} snapshot_t;

/* Kept over restarts. */
typedef struct {
    apr_shm_t *shm;
    uint64_t layout;
} retained_t;

/* Of this process, set before there are threads. */
static struct {
    server_rec *main_server;
    apr_time_t begun_at;
    child_t *children;
    snapshot_t *snapshots;
    child_t *mine;
} shared;

static const char *payers[MOST_PROVIDERS + 1], *peers[2 * MOST_PROVIDERS + 3], *limits[KFM_LIMIT__COUNT + 1];

/* The words of labels that other rooms know. */
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

static int servers(const server_rec *s)
{
    int n = 0;

    for (; s; s = s->next) {
        n++;
    }
    return n;
}

static size_t counters_size(void)
{
    return APR_ALIGN(kf_metric_size(), CACHE_LINE);
}

static apr_status_t find_memory(void **out, server_rec *s)
{
    size_t size = CACHE_LINE + counters_size() + MOST_CHILDREN * sizeof(child_t)
                  + (size_t)servers(s) * sizeof(snapshot_t);
    uint64_t layout = kf_metric_layout() * 31 + size;
    retained_t *kept = ap_retained_data_get(RETAINED_KEY);
    apr_status_t rv = APR_SUCCESS;

    if (!kept) {
        kept = ap_retained_data_create(RETAINED_KEY, sizeof(*kept));
    }
    if (kept->shm && kept->layout != layout) {
        apr_shm_destroy(kept->shm); /* processes that still use it have it until they end */
        kept->shm = NULL;
    }
    if (!kept->shm) {
        rv = apr_shm_create(&kept->shm, size, NULL, s->process->pool);
        kept->layout = layout;
    }
    /* APR puts a word of its own before it */
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
    shared.main_server = s;
    shared.begun_at = apr_time_now();
    shared.children = (child_t *)((char *)memory + counters_size());
    shared.snapshots = (snapshot_t *)(shared.children + MOST_CHILDREN);
    return OK;
}

static bool gone(int64_t pid)
{
    return pid == 0 || (kill((pid_t)pid, 0) != 0 && errno == ESRCH);
}

/* A line of a process that has ended is anybody's. */
static void child_init(apr_pool_t *p, server_rec *s)
{
    (void)p;
    (void)s;
    for (int i = 0; shared.children && i < MOST_CHILDREN && !shared.mine; i++) {
        child_t *child = &shared.children[i];
        int64_t pid = __atomic_load_n(&child->pid, __ATOMIC_RELAXED);

        if (gone(pid) && __atomic_compare_exchange_n(&child->pid, &pid, (int64_t)getpid(), false, __ATOMIC_RELAXED,
                                                     __ATOMIC_RELAXED)) {
            shared.mine = child;
            kfm_metrics_places(0, 0, 0);
        }
    }
}

void kfm_metrics_places(int size, int inside, int waiting)
{
    if (shared.mine) {
        __atomic_store_n(&shared.mine->size, size, __ATOMIC_RELAXED);
        __atomic_store_n(&shared.mine->inside, inside, __ATOMIC_RELAXED);
        __atomic_store_n(&shared.mine->waiting, waiting, __ATOMIC_RELAXED);
    }
}

void kfm_metrics_pool(kfm_metrics_pool_t *out)
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

/* -- what was read of the database -- */

/* Servers without a directive of their own share the main server's. */
static snapshot_t *snapshot_of(const server_rec *s)
{
    const server_rec *owner = kfm_cfg_get(s)->server;
    int i = 0;

    for (const server_rec *at = shared.main_server; at; at = at->next, i++) {
        if (at == (owner ? owner : s)) {
            return &shared.snapshots[i];
        }
    }
    return NULL;
}

/* A copy of what one reading gave; an empty one if there is none yet, or its writer died over it. */
static void copy(kfm_status_t *out, const snapshot_t *snapshot)
{
    for (int i = 0; i < COPY_TRIES; i++) {
        uint64_t version = __atomic_load_n(&snapshot->version, __ATOMIC_ACQUIRE);

        memcpy(out, &snapshot->status, sizeof(*out));
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        if (version % 2 == 0 && __atomic_load_n(&snapshot->version, __ATOMIC_RELAXED) == version) {
            return;
        }
        apr_sleep(10);
    }
    memset(out, 0, sizeof(*out));
}

static void put(snapshot_t *snapshot, const kfm_status_t *status)
{
    uint64_t version = __atomic_load_n(&snapshot->version, __ATOMIC_RELAXED) | 1;

    __atomic_store_n(&snapshot->version, version, __ATOMIC_RELAXED);
    __atomic_thread_fence(__ATOMIC_RELEASE);
    memcpy(&snapshot->status, status, sizeof(*status));
    __atomic_store_n(&snapshot->version, version + 1, __ATOMIC_RELEASE);
}

static bool take_lease(snapshot_t *snapshot, apr_time_t now)
{
    int64_t until = __atomic_load_n(&snapshot->lease_until, __ATOMIC_RELAXED);

    return until <= now
           && __atomic_compare_exchange_n(&snapshot->lease_until, &until, now + LEASE, false, __ATOMIC_ACQUIRE,
                                          __ATOMIC_RELAXED);
}

static void read_now(kfm_status_t *out, const kf_db_source_t *source, apr_pool_t *p)
{
    kf_db_t *db;
    kf_err_t *err = source->take(&db, source->baton, p);

    memset(out, 0, sizeof(*out));
    if (!err) {
        err = kf_repo_status(out->rows, &out->n, db, p);
        source->give(db, source->baton);
    }
    out->ok = err == NULL;
    out->n = err ? 0 : out->n;
    out->read_at = apr_time_now();
}

void kfm_metrics_status(const kfm_status_t **out, server_rec *s, const kf_db_source_t *db, apr_pool_t *p)
{
    kfm_status_t *status = apr_pcalloc(p, sizeof(*status));
    snapshot_t *snapshot = shared.snapshots ? snapshot_of(s) : NULL;
    apr_time_t now = apr_time_now();

    *out = status;
    if (!snapshot || !db) {
        return;
    }
    if (now >= __atomic_load_n(&snapshot->next_at, __ATOMIC_RELAXED) && take_lease(snapshot, now)) {
        read_now(status, db, p);
        put(snapshot, status);
        __atomic_store_n(&snapshot->next_at, status->read_at + (status->ok ? FRESH : FRESH_BAD), __ATOMIC_RELAXED);
        __atomic_store_n(&snapshot->lease_until, 0, __ATOMIC_RELEASE);
        return;
    }
    copy(status, snapshot);
}

void kfm_metrics_register(apr_pool_t *p)
{
    (void)p;
    /* first: what the other rooms do at start is counted already */
    ap_hook_post_config(post_config, NULL, NULL, APR_HOOK_FIRST);
    ap_hook_child_init(child_init, NULL, NULL, APR_HOOK_REALLY_FIRST);
}
