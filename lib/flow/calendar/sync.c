/*
 * Reads the changes of a calendar, page by page. It only finds conflicts with bookings: busy time
 * alone decides what is free. So only events that may matter are kept.
 */
#include <apr_strings.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "flow/calendar/calendar_int.h"
#include "json/encode.h"

#define MOST_PAGES 400
#define MOST_EVENTS 20000
#define EVENTS_BYTES (6 * 1024 * 1024)
#define PAST (2 * KF_DAY)     /* an event that ended before cannot conflict, in any zone */
#define AHEAD (800 * KF_DAY)  /* no booking is that far ahead */

typedef struct {
    kf_calendar_job_t calendar;
    kf_calendar_sync_row_t row;
    const char *page;
    const char *started_with;    /* the sync token; NULL: all events */
    int pages, kept;
    kf_buf_t events;
    kf_calendar_changes_t changes;
    const char *past, *ahead;    /* days before and after which nothing matters */
    kf_calendar_synced_t synced;
    kf_calendar_failure_t failure;
} sync_job_t;

/* -- the end -- */

static kf_err_t *save_done(kf_job_t *base, kf_db_t *db)
{
    sync_job_t *job = (sync_job_t *)base;

    KF_TRY(kf_calendar_job_save(&job->calendar, db));
    return kf_repo_calendar_sync_done(db, &job->row, &job->synced, base->p);
}

static kf_err_t *save_failed(kf_job_t *base, kf_db_t *db)
{
    sync_job_t *job = (sync_job_t *)base;

    KF_TRY(kf_calendar_job_save(&job->calendar, db));
    return kf_repo_calendar_sync_failed(db, &job->row, &job->failure, base->p);
}

static void fail(sync_job_t *job, const kf_calendar_answer_t *answer)
{
    job->failure = kf_calendar_failure(answer, job->calendar.job.p);
    job->failure.error = apr_pstrdup(job->calendar.job.p, job->failure.error);
    kf_job_save(&job->calendar.job, save_failed);
}

/* -- one page -- */

static kf_err_t *request(kf_http_req_t *out, kf_calendar_call_t *call, apr_pool_t *p)
{
    sync_job_t *job = call->owner;
    const kf_calendar_sync_t sync = {job->row.calendar, job->started_with, job->page};

    return call->provider->sync_request(out, call->app, call->access, &sync, p);
}

static const kf_calendar_answer_t *parse(kf_calendar_call_t *call, const kf_http_res_t *res,
                                         apr_pool_t *p)
{
    sync_job_t *job = call->owner;

    (void)p;
    call->provider->sync_parse(&job->changes, res, job->calendar.job.answers);
    return &job->changes.answer;
}

static const kf_calendar_step_t page = {request, parse};

/* Whether an event may conflict with a booking, is ours, or was one of these before. */
static bool matters(const sync_job_t *job, const kf_calendar_seen_t *event)
{
    kf_instant_t now = job->row.key.now;

    if (event->booking) {
        return true;
    }
    if (event->cancelled || event->transparent) {
        return job->started_with != NULL; /* it may have conflicted until now */
    }
    if (event->all_day) {
        return strcmp(event->last_day, job->past) > 0 && strcmp(event->first_day, job->ahead) < 0;
    }
    return event->end > now - PAST && event->start < now + AHEAD;
}

static void put(kf_buf_t *buf, const kf_calendar_seen_t *event, const char *zone)
{
    kf_json_open(buf, '{');
    kf_json_str(buf, "key", event->key);
    kf_json_str(buf, "booking", event->booking);
    kf_json_int(buf, "version", event->version);
    kf_json_bool(buf, "cancelled", event->cancelled);
    kf_json_bool(buf, "transparent", event->transparent);
    if (event->all_day) {
        kf_json_str(buf, "first_day", event->first_day);
        kf_json_str(buf, "last_day", event->last_day);
        kf_json_str(buf, "zone", *zone ? zone : "UTC");
    } else if (event->start && event->end) {
        kf_json_utc(buf, "start", event->start);
        kf_json_utc(buf, "end", event->end + KF_SECOND - 1);
    }
    kf_json_close(buf, '}');
}

static void keep(sync_job_t *job)
{
    for (size_t i = 0; i < job->changes.n; i++) {
        const kf_calendar_seen_t *event = &job->changes.events[i];

        if (matters(job, event)) {
            put(&job->events, event, job->changes.zone ? job->changes.zone : "");
            job->kept++;
        }
    }
}

static void finish(sync_job_t *job)
{
    apr_pool_t *p = job->calendar.job.p;

    kf_json_close(&job->events, ']');
    job->synced = (kf_calendar_synced_t){.sync_token = apr_pstrdup(p, job->changes.sync_token),
                                         .events = kf_buf_text(&job->events),
                                         .full = !job->started_with};
    if (job->kept > MOST_EVENTS || kf_buf_check(&job->events, "changes", p)) {
        kf_calendar_answer_t much = {KF_CALENDAR_DENIED, 0, "more changes than can be processed"};

        fail(job, &much);
        return;
    }
    kf_job_save(&job->calendar.job, save_done);
}

static void next(sync_job_t *job);

static void was_read(kf_calendar_job_t *calendar)
{
    sync_job_t *job = (sync_job_t *)calendar;

    if (calendar->call.answer.verdict != KF_CALENDAR_GOT) {
        fail(job, &calendar->call.answer);
        return;
    }
    keep(job);
    if (!job->changes.next_page) {
        finish(job);
        return;
    }
    job->page = apr_pstrdup(calendar->job.p, job->changes.next_page);
    next(job);
}

/* Frees the previous page: there may be many. */
static void next(sync_job_t *job)
{
    if (++job->pages > MOST_PAGES) {
        kf_calendar_answer_t much = {KF_CALENDAR_DENIED, 0, "more pages than can be processed"};

        fail(job, &much);
        return;
    }
    apr_pool_clear(job->calendar.job.answers);
    memset(&job->changes, 0, sizeof(job->changes));
    kf_calendar_job_step(&job->calendar, &page, was_read);
}

static kf_err_t *start(kf_job_t *base, kf_db_t *db)
{
    sync_job_t *job = (sync_job_t *)base;
    apr_pool_t *p = base->p;

    (void)db;
    kf_calendar_job_open(&job->calendar, &job->row.key);
    apr_pool_create(&base->answers, p);
    job->past = kf_date_text(kf_instant_date(job->row.key.now - PAST, 0), p);
    job->ahead = kf_date_text(kf_instant_date(job->row.key.now + AHEAD, 0), p);
    job->started_with = job->row.sync_token;
    job->calendar.call.owner = job;
    kf_buf_init(&job->events, p, 1024, EVENTS_BYTES);
    kf_json_open(&job->events, '[');
    next(job);
    return NULL;
}

static bool ask(kf_queue_ask_t *ask, const kf_flow_t *flow, int room, apr_pool_t *p)
{
    ask->lease_s = KF_CALENDAR_SYNC_LEASE_S;
    return kf_calendar_ask(ask, flow, room, p);
}

const kf_queue_t kf_queue_calendar_syncs = KF_QUEUE(kf_lease_calendar_syncs, sync_job_t, row, start, ask);
