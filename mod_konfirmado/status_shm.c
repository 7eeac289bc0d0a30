/*
 * A snapshot has one writer, the thread that holds its lease. Readers copy it and check whether it changed
 * meanwhile. lease_until and next_at are times of base/clock.h, the same clock in all processes.
 */
#include "status_shm.h"

#include <apr_shm.h>
#include <http_config.h>
#include <http_core.h>
#include <http_log.h>
#include <string.h>

#include "base/clock.h"
#include "db_pool.h"
#include "log_bridge.h"

APLOG_USE_MODULE(konfirmado);

#define FRESH_MS 3000     /* how long the result of a read is used */
#define FRESH_BAD_MS 5000 /* the same for a failed read */
#define LEASE_MS 30000    /* after this time the writer is presumed dead */
#define COPY_TRIES 1000

typedef struct {
    uint64_t version; /* odd while it is written */
    int64_t lease_until, next_at;
    kfm_status_t status;
} snapshot_t;

/* One for each database, in memory of this generation; NULL: no databases. */
static snapshot_t *snapshots;

/* Copies the result of one read. It is empty if there is none yet or the writer died while it wrote. */
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

static bool take_lease(snapshot_t *snapshot, int64_t now)
{
    int64_t until = __atomic_load_n(&snapshot->lease_until, __ATOMIC_RELAXED);

    return until <= now
           && __atomic_compare_exchange_n(&snapshot->lease_until, &until, now + LEASE_MS, false, __ATOMIC_ACQUIRE,
                                          __ATOMIC_RELAXED);
}

/* read_at approximates the moment at which the database read its own clock. */
static void read_now(kfm_status_t *out, const kf_db_source_t *source, apr_pool_t *p)
{
    kf_db_t *db;
    kf_err_t *err = source->take(&db, source->baton, p);
    apr_time_t begun = apr_time_now();

    memset(out, 0, sizeof(*out));
    if (!err) {
        err = kf_repo_status(out->rows, &out->n, db, p);
        source->give(db, source->baton);
    }
    out->ok = err == NULL;
    out->n = err ? 0 : out->n;
    out->read_at = begun + (apr_time_now() - begun) / 2;
}

void kfm_status_read(const kfm_status_t **out, server_rec *s, const kf_db_source_t *db, apr_pool_t *p)
{
    kfm_status_t *status = apr_pcalloc(p, sizeof(*status));
    int database = kfm_database_of(s);
    snapshot_t *snapshot = snapshots && database >= 0 ? &snapshots[database] : NULL;
    int64_t now = kf_clock_ms();

    *out = status;
    if (!snapshot || !db) {
        return;
    }
    if (now >= __atomic_load_n(&snapshot->next_at, __ATOMIC_RELAXED) && take_lease(snapshot, now)) {
        read_now(status, db, p);
        put(snapshot, status);
        __atomic_store_n(&snapshot->next_at, kf_clock_ms() + (status->ok ? FRESH_MS : FRESH_BAD_MS), __ATOMIC_RELAXED);
        __atomic_store_n(&snapshot->lease_until, 0, __ATOMIC_RELEASE);
        return;
    }
    copy(status, snapshot);
}

static int post_config(apr_pool_t *pconf, apr_pool_t *plog, apr_pool_t *ptemp, server_rec *s)
{
    size_t size = sizeof(*snapshots) * (size_t)kfm_database_count();
    apr_shm_t *shm;
    apr_status_t rv;

    (void)plog;
    (void)ptemp;
    snapshots = NULL;
    if (ap_state_query(AP_SQ_MAIN_STATE) == AP_SQ_MS_CREATE_PRE_CONFIG || !size) {
        return OK;
    }
    rv = apr_shm_create(&shm, size, NULL, pconf);
    if (rv != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_CRIT, rv, s, KFLOGNO(00223) "no shared memory for the state of databases");
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    snapshots = apr_shm_baseaddr_get(shm); /* zeroed, as it is anonymous */
    return OK;
}

void kfm_status_register(apr_pool_t *p)
{
    (void)p;
    /* after that of db_pool.h, which counts the databases */
    ap_hook_post_config(post_config, NULL, NULL, APR_HOOK_MIDDLE);
}
