#include "flow/operator/beat.h"

#include <apr_strings.h>
#include <apr_time.h>

#include "base/log.h"
#include "base/metric.h"
#include "flow/operator/server.h"
#include "flow/operator/status.h"
#include "json/encode.h"
#include "repo/operator/status.h"

#define EVERY_MS 10000
#define MOST_JSON 8192

const char *const kf_work_duties[DUTY__COUNT + 1] = {
    [DUTY_MESSAGES] = "callbacks",
    [DUTY_EVENTS] = "events",
    [DUTY_POLLS] = "polls",
    [DUTY_REFUNDS] = "refunds",
    [DUTY_REMINDERS] = "reminders",
    [DUTY_WAITING] = "waiting",
    [DUTY_MAILS] = "mails",
    [DUTY_CALENDAR_READS] = "calendar_reads",
    [DUTY_CALENDAR_EVENTS] = "calendar_events",
    [DUTY_CALENDAR_SYNCS] = "calendar_syncs",
    [DUTY_CALENDAR_CHANNELS] = "calendar_channels",
    [DUTY_CALENDAR_STOPS] = "calendar_stops",
    [DUTY_CALENDAR_REVOKES] = "calendar_revokes",
    [DUTY_DOMAINS] = "domains",
    [DUTY_SWEEP] = "sweep",
    [DUTY_FIGURES] = "figures",
};

void kf_beat_ran(kf_work_t *work, int duty, bool ok)
{
    work->beat.ran[duty] = true;
    if (ok) {
        work->beat.ok_ms[duty] = kf_clock_ms();
    }
    kf_metric_ran(duty, ok);
}

/* For each duty, how many seconds ago it last could do its work; null: not since the worker began. */
static const char *jobs_json(const kf_work_t *work, apr_pool_t *p)
{
    int64_t now = kf_clock_ms();
    kf_buf_t buf;

    kf_buf_init(&buf, p, 512, MOST_JSON);
    kf_json_open(&buf, '{');
    for (int i = 0; i < DUTY__COUNT; i++) {
        if (work->beat.ok_ms[i]) {
            kf_json_int(&buf, kf_work_duties[i], (now - work->beat.ok_ms[i]) / 1000);
        } else if (work->beat.ran[i]) {
            kf_json_null(&buf, kf_work_duties[i]);
        }
    }
    kf_json_close(&buf, '}');
    return kf_buf_text(&buf);
}

/*
 * How many seconds each provider has not answered; when the database last lacked resources, while recent; and
 * whether work waits because the clock jumped.
 */
static const char *troubles_json(const kf_work_t *work, apr_pool_t *p)
{
    const kf_metric_family_t *calls = kf_metric_family(KF_M_CALLS);
    int64_t now = apr_time_now(), exhausted_s = (now - kf_metric_exhausted_at()) / KF_SECOND;
    kf_buf_t buf;

    kf_buf_init(&buf, p, 128, MOST_JSON);
    kf_json_open(&buf, '{');
    for (int i = 0; calls->words[0] && calls->words[0][i]; i++) {
        if (kf_metric_peer_down(i)) {
            kf_json_int(&buf, calls->words[0][i], (now - kf_metric_peer_down(i)) / KF_SECOND);
        }
    }
    if (work->clock_wait_ms) {
        kf_json_int(&buf, KF_TROUBLE_CLOCK, 0);
    }
    if (exhausted_s < KF_EXHAUSTED_S) {
        kf_json_int(&buf, KF_TROUBLE_EXHAUSTED, exhausted_s);
    }
    kf_json_close(&buf, '}');
    return kf_buf_text(&buf);
}

static kf_err_t *write_down(const kf_work_t *work, kf_db_t *db, apr_pool_t *p)
{
    const kf_worker_sign_t sign = {
        apr_psprintf(p, "%.50s/%d", kf_server_node(p), work->flow->process), jobs_json(work, p), troubles_json(work, p),
        work->flow->mail != NULL};

    return kf_repo_worker_seen(db, &sign, p);
}

void kf_beat(kf_work_t *work, kf_db_t *db, apr_pool_t *p)
{
    kf_err_t *err;

    if (kf_clock_ms() < work->beat.due_ms) {
        return;
    }
    work->beat.due_ms = kf_clock_ms() + EVERY_MS;
    err = write_down(work, db, p);
    if (err && !kf_work_trouble(work, err) && !work->beat.failing) {
        kf_log(KF_LOG_ERROR, 408, "background work cannot store its heartbeat: %s (%s)", err->detail,
               err->cause ? err->cause : "");
    }
    work->beat.failing = err != NULL;
}
