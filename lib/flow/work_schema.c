/* While servers are upgraded a worker may find a database that does not fit it. */
#include "base/log.h"
#include "flow/work_int.h"
#include "repo/health.h"

#define LOOK_MS 3000

static void note(kf_work_t *work, const char *fault)
{
    if (fault && !work->unserved) {
        kf_log(KF_LOG_ERROR, 465, "background work stops: the database's schema is %s", fault);
    } else if (!fault && work->unserved) {
        kf_log(KF_LOG_NOTICE, 466, "background work goes on: the database's schema is served again");
    }
    work->unserved = fault != NULL;
}

bool kf_work_served(kf_work_t *work, kf_db_t *db, apr_pool_t *p)
{
    kf_health_t health;
    kf_err_t *err;

    if (kf_work_clock() < work->schema_due_ms) {
        return !work->unserved;
    }
    err = kf_repo_health(&health, db, p);
    if (err && kf_work_trouble(work, err)) {
        return false;
    }
    work->schema_due_ms = kf_work_clock() + LOOK_MS;
    note(work, err ? "not readable" : kf_health_schema_fault(&health));
    return !work->unserved;
}
