/* Whether background work may be done in this database: a copy that was just restored must not send anything again. */
#include "base/log.h"
#include "flow/work_int.h"
#include "repo/backup.h"

#define LOOK_MS 1000

static void tell(const kf_work_t *work, bool on)
{
    if (on != work->on) {
        kf_log(KF_LOG_NOTICE, 404, on ? "background work goes on in this database"
                                      : "background work is switched off in this database: konfirmadoctl jobs on");
    }
}

bool kf_work_is_on(kf_work_t *work, kf_db_t *db, apr_pool_t *p)
{
    int64_t now = kf_work_clock();
    kf_err_t *err;
    bool on;

    if (now < work->look_ms) {
        return work->on;
    }
    err = kf_repo_jobs_on(&on, db, p);
    if (err) {
        kf_work_trouble(work, err);
        return false;
    }
    tell(work, on);
    work->on = on;
    work->look_ms = now + LOOK_MS;
    return on;
}
