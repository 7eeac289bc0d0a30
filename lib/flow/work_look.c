/*
 * Whether work may be done in this database. During an upgrade a worker may find a database that does not fit
 * its release, and a copy that was just restored must not send anything again.
 */
#include "base/log.h"
#include "flow/work_int.h"
#include "repo/operator/health.h"

#define LOOK_MS 1000
#define JUMP_MS 1800000  /* how far the database's clock may gain on ours between two looks */
#define DOUBT_MS 600000  /* time for a person, or NTP, to set it back */

static void note_schema(kf_work_t *work, const char *fault)
{
    if (fault && !work->unserved) {
        kf_log(KF_LOG_ERROR, 465, "background work stops: the database's schema is %s", fault);
    } else if (!fault && work->unserved) {
        kf_log(KF_LOG_NOTICE, 466, "background work continues: the database's schema is served again");
    }
    work->unserved = fault != NULL;
}

static void note_switch(kf_work_t *work, bool on)
{
    if (on != work->on) {
        kf_log(KF_LOG_NOTICE, 404, on ? "background work continues in this database"
                                      : "background work is switched off in this database: konfirmadoctl jobs on");
    }
    work->on = on;
}

/* Our clock is monotonic: setting the time of day does not change it. */
static void note_clock(kf_work_t *work, kf_instant_t at)
{
    int64_t now = kf_clock_ms();
    int64_t ahead = work->clock_at ? (at - work->clock_at) / (KF_SECOND / 1000) - (now - work->clock_ms) : 0;

    if (ahead > JUMP_MS) {
        work->clock_wait_ms = now + DOUBT_MS;
        kf_log(KF_LOG_ERROR, 467, "the database's clock jumped %d minutes ahead: background work waits for %d minutes, "
               "or until it is set back", (int)(ahead / 60000), DOUBT_MS / 60000);
    } else if (work->clock_wait_ms && (ahead < -JUMP_MS || now >= work->clock_wait_ms)) {
        work->clock_wait_ms = 0;
        kf_log(KF_LOG_NOTICE, 468, "background work continues by the database's clock%s",
               ahead < 0 ? ", which was set back" : "");
    }
    work->clock_at = at;
    work->clock_ms = now;
}

bool kf_work_may(const kf_work_t *work)
{
    return work->on && !work->clock_wait_ms;
}

bool kf_work_look(kf_work_t *work, kf_db_t *db, apr_pool_t *p)
{
    kf_health_t health;
    kf_err_t *err;

    if (kf_clock_ms() < work->look_ms) {
        return !work->unserved;
    }
    err = kf_repo_work_health(&health, db, p);
    if (err && kf_work_trouble(work, err)) {
        return false;
    }
    work->look_ms = kf_clock_ms() + LOOK_MS;
    note_schema(work, err ? "not readable" : kf_health_schema_fault(&health));
    if (!err) {
        note_switch(work, health.jobs_on);
        note_clock(work, health.machine_now);
    }
    return !work->unserved;
}
