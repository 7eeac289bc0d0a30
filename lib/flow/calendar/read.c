/*
 * Reads busy times of professionals again when they are old or the provider
 * reported a change. A reading is as fresh as the time of its request, not of
 * its answer.
 */
#include <apr_strings.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "flow/calendar/calendar_int.h"

#define BUSY_TEXT_MAX (4 * 1024 * 1024)

typedef struct {
    kf_calendar_job_t calendar;
    kf_calendar_reading_t reading;
} read_job_t;

/* -- one reading -- */

static kf_err_t *request(kf_http_req_t *out, kf_calendar_call_t *call, apr_pool_t *p)
{
    kf_calendar_reading_t *reading = call->owner;

    return call->provider->busy_request(out, call->app, call->access, &reading->calendars,
                                        reading->row.range, p);
}

static const kf_calendar_answer_t *parse(kf_calendar_call_t *call, const kf_http_res_t *res,
                                         apr_pool_t *p)
{
    kf_calendar_reading_t *reading = call->owner;

    call->provider->busy_parse(&reading->busy, res, &reading->calendars, reading->row.range, p);
    return &reading->busy.answer;
}

const kf_calendar_step_t kf_calendar_step_busy = {request, parse};

void kf_calendar_reading_begin(kf_calendar_reading_t *reading)
{
    reading->calendars = (kf_calendar_ids_t){reading->row.calendars, 0};
    while (reading->row.calendars[reading->calendars.n]) {
        reading->calendars.n++;
    }
}

const char *kf_calendar_busy_text(const kf_interval_t *busy, size_t n, apr_pool_t *p)
{
    kf_buf_t buf;

    kf_buf_init(&buf, p, 64 + n * (2 * KF_UTC_CHARS + 4), BUSY_TEXT_MAX);
    kf_buf_char(&buf, '{');
    for (size_t i = 0; i < n; i++) {
        kf_buf_str(&buf, i ? ",[" : "[");
        kf_buf_str(&buf, kf_instant_utc(busy[i].start, p));
        kf_buf_char(&buf, ',');
        kf_buf_str(&buf, kf_instant_utc(busy[i].end + KF_SECOND - 1, p));
        kf_buf_char(&buf, ')');
    }
    kf_buf_char(&buf, '}');
    return kf_buf_check(&buf, "busy time", p) ? NULL : kf_buf_text(&buf);
}

static kf_err_t *save_failure(const kf_calendar_reading_t *reading, const kf_calendar_answer_t *answer,
                              kf_db_t *db, apr_pool_t *p)
{
    kf_calendar_failure_t failure = kf_calendar_failure(answer, p);
    bool first;

    KF_TRY(kf_repo_calendar_read_failed(&first, db, &reading->row, &failure, p));
    if (first) {
        kf_log(KF_LOG_WARNING, 483, "calendar %s of tenant %s cannot be read (%s): %s",
               kf_uuid_text(&reading->row.key.connection, p),
               kf_uuid_text(&reading->row.key.tenant, p), failure.verdict, failure.error);
    }
    return NULL;
}

kf_err_t *kf_calendar_reading_save(kf_calendar_reading_t *reading, const kf_flow_t *flow,
                                   const kf_calendar_answer_t *answer, kf_db_t *db, apr_pool_t *p)
{
    kf_calendar_read_t read = {.ttl_s = flow->calendar_ttl_s, .poll_s = flow->calendar_poll_s};
    bool recovered;

    if (answer->verdict != KF_CALENDAR_GOT) {
        return save_failure(reading, answer, db, p);
    }
    read.busy = kf_calendar_busy_text(reading->busy.busy, reading->busy.n, p);
    if (!read.busy) {
        kf_calendar_answer_t much = {KF_CALENDAR_RETRY, 0, "more busy times than can be stored"};

        return save_failure(reading, &much, db, p);
    }
    KF_TRY(kf_repo_calendar_read_done(&recovered, db, &reading->row, &read, p));
    if (recovered) {
        kf_log(KF_LOG_NOTICE, 484, "calendar %s of tenant %s can be read again",
               kf_uuid_text(&reading->row.key.connection, p),
               kf_uuid_text(&reading->row.key.tenant, p));
    }
    return NULL;
}

/* -- the background work -- */

/* A void grant is recorded by the reading itself. */
static kf_err_t *save(kf_job_t *base, kf_db_t *db)
{
    read_job_t *job = (read_job_t *)base;
    kf_calendar_call_t *call = &job->calendar.call;

    KF_TRY(kf_calendar_call_save(call, db, base->p));
    return kf_calendar_reading_save(&job->reading, call->flow, &call->answer, db, base->p);
}

static void was_read(kf_calendar_job_t *job)
{
    kf_job_save(&job->job, save);
}

static kf_err_t *start(kf_job_t *base, kf_db_t *db)
{
    read_job_t *job = (read_job_t *)base;

    (void)db;
    kf_calendar_job_open(&job->calendar, &job->reading.row.key);
    kf_calendar_reading_begin(&job->reading);
    job->calendar.call.owner = &job->reading;
    kf_calendar_job_step(&job->calendar, &kf_calendar_step_busy, was_read);
    return NULL;
}

static bool ask(kf_queue_ask_t *ask, const kf_flow_t *flow, int room, apr_pool_t *p)
{
    ask->lease_s = KF_CALENDAR_READ_LEASE_S;
    return kf_calendar_ask(ask, flow, room, p);
}

const kf_queue_t kf_queue_calendar_reads = KF_QUEUE(kf_lease_calendar_reads, read_job_t, reading.row, start, ask);
