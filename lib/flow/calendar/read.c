/*
 * Busy time of professionals, read again when it grows old or the provider told of
 * a change. What a reading says counts from when it was asked, not from when its
 * answer came.
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

void kf_calendar_reading_set(kf_calendar_reading_t *reading, const kf_calendar_read_row_t *row,
                             apr_pool_t *p)
{
    const char **ids;
    size_t n = 0;

    reading->row = *row;
    reading->row.key.provider = reading->row.key.refresh_sealed = reading->row.key.access_sealed = NULL;
    while (row->calendars[n]) {
        n++;
    }
    ids = apr_palloc(p, (n + 1) * sizeof(*ids));
    for (size_t i = 0; i < n; i++) {
        ids[i] = apr_pstrdup(p, row->calendars[i]);
    }
    ids[n] = NULL;
    reading->row.calendars = ids;
    reading->calendars = (kf_calendar_ids_t){ids, n};
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
        kf_calendar_answer_t much = {KF_CALENDAR_RETRY, 0, "more busy time than can be kept"};

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

/* A grant that is over is written down by the reading itself. */
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

static void start(kf_work_t *work, const kf_calendar_read_row_t *row)
{
    read_job_t *job = kf_calendar_job_make(work, KF_JOB_CALENDAR_READ, sizeof(*job), &row->key,
                                           KF_CALENDAR_READ_LEASE_S);

    kf_calendar_reading_set(&job->reading, row, job->calendar.job.p);
    job->calendar.call.owner = &job->reading;
    kf_calendar_job_step(&job->calendar, &kf_calendar_step_busy, was_read);
}

kf_err_t *kf_claim_calendar_reads(int *found, kf_work_t *work, kf_db_t *db, int room, apr_pool_t *p)
{
    kf_calendar_read_row_t *rows;

    *found = 0;
    if (!kf_flow_calendar_ready(kf_work_flow(work))) {
        return NULL;
    }
    KF_TRY(kf_repo_calendar_reads(&rows, found, db, room, p));
    for (int i = 0; i < *found; i++) {
        start(work, &rows[i]);
    }
    return NULL;
}
