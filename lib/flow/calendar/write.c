/*
 * A booking as an event. The event's id was chosen before the first call, so an
 * insert that is repeated finds its event instead of making a second one, and
 * whoever is cut off leaves nothing that the next try does not find:
 *
 *     present   insert -> there already -> read it: ours -> change it
 *                                                   deleted -> again with a new id
 *               tried before: read it -> not there -> insert
 *     absent    delete
 */
#include <apr_strings.h>
#include <string.h>

#include "base/log.h"
#include "flow/calendar/calendar_int.h"
#include "text/catalog.h"

#define MEETING_TRIES 5 /* 2 + 4 + ... + 32 s: after that the event has no link */
#define NAME_MAX_BYTES 400

typedef struct {
    kf_calendar_job_t calendar;
    kf_calendar_event_row_t row;
    kf_calendar_event_t event;
    kf_calendar_one_t one;
    kf_calendar_answer_t dropped, refused;
    bool looked;         /* it was read before anything was sent */
    const char *meeting_url;
    kf_calendar_failure_t failure;
} write_job_t;

static write_job_t *of(kf_calendar_job_t *job)
{
    return (write_job_t *)job;
}

/* -- the end -- */

static kf_err_t *save_done(kf_job_t *base, kf_db_t *db)
{
    write_job_t *job = (write_job_t *)base;

    KF_TRY(kf_calendar_job_save(&job->calendar, db));
    return kf_repo_calendar_event_done(db, &job->row, job->meeting_url, base->p);
}

static kf_err_t *save_again(kf_job_t *base, kf_db_t *db)
{
    write_job_t *job = (write_job_t *)base;

    KF_TRY(kf_calendar_job_save(&job->calendar, db));
    return kf_repo_calendar_event_again(db, &job->row, base->p);
}

static kf_err_t *save_failed(kf_job_t *base, kf_db_t *db)
{
    write_job_t *job = (write_job_t *)base;

    KF_TRY(kf_calendar_job_save(&job->calendar, db));
    return kf_repo_calendar_event_failed(db, &job->row, &job->failure, base->p);
}

static void fail(write_job_t *job, const kf_calendar_answer_t *answer)
{
    kf_job_t *base = &job->calendar.job;

    job->failure = kf_calendar_failure(answer, base->p);
    if (answer->verdict == KF_CALENDAR_DENIED) {
        kf_log(KF_LOG_NOTICE, 485, "the event of booking %s is left to the merchant: %s",
               kf_uuid_text(&job->row.booking, base->p), job->failure.error);
    }
    kf_job_save(base, save_failed);
}

/* -- steps -- */

static kf_err_t *add_request(kf_http_req_t *out, kf_calendar_call_t *call, apr_pool_t *p)
{
    write_job_t *job = call->owner;

    return call->provider->event_add_request(out, call->app, call->access, job->row.calendar,
                                             &job->event, p);
}

static kf_err_t *change_request(kf_http_req_t *out, kf_calendar_call_t *call, apr_pool_t *p)
{
    write_job_t *job = call->owner;

    return call->provider->event_change_request(out, call->app, call->access, job->row.calendar,
                                                &job->event, p);
}

static kf_err_t *get_request(kf_http_req_t *out, kf_calendar_call_t *call, apr_pool_t *p)
{
    write_job_t *job = call->owner;

    return call->provider->event_get_request(out, call->app, call->access, job->row.calendar,
                                             &job->event.id, p);
}

static const kf_calendar_answer_t *parse(kf_calendar_call_t *call, const kf_http_res_t *res,
                                         apr_pool_t *p)
{
    write_job_t *job = call->owner;

    call->provider->event_parse(&job->one, res, p);
    return &job->one.answer;
}

static kf_err_t *drop_request(kf_http_req_t *out, kf_calendar_call_t *call, apr_pool_t *p)
{
    write_job_t *job = call->owner;

    return call->provider->event_drop_request(out, call->app, call->access, job->row.calendar,
                                              &job->event, p);
}

static const kf_calendar_answer_t *drop_parse(kf_calendar_call_t *call, const kf_http_res_t *res,
                                              apr_pool_t *p)
{
    write_job_t *job = call->owner;

    call->provider->event_drop_parse(&job->dropped, res, p);
    return &job->dropped;
}

static const kf_calendar_step_t add = {add_request, parse}, change = {change_request, parse},
                                get = {get_request, parse}, drop = {drop_request, drop_parse};

/* -- the way -- */

/*
 * The event is there as it should be. A link to a meeting that is still being made is looked for again,
 * as if the try had failed: nothing is written twice by that.
 */
static void there(write_job_t *job)
{
    const kf_calendar_seen_t *seen = &job->one.event;

    if (job->event.meeting && seen->meeting_pending && !seen->meeting_url
        && job->row.attempts < MEETING_TRIES) {
        kf_calendar_answer_t pending = {KF_CALENDAR_RETRY, 0, "the link of the meeting is being made"};

        fail(job, &pending);
        return;
    }
    job->meeting_url = seen->meeting_url;
    kf_job_save(&job->calendar.job, save_done);
}

static bool is_deleted(const kf_calendar_job_t *calendar, const write_job_t *job)
{
    return calendar->call.answer.verdict == KF_CALENDAR_GONE
           || (calendar->call.answer.verdict == KF_CALENDAR_GOT && job->one.event.cancelled);
}

/* A change was denied: because the event was deleted there, or for good. */
static void was_looked_at(kf_calendar_job_t *calendar)
{
    write_job_t *job = of(calendar);

    if (is_deleted(calendar, job)) {
        kf_job_save(&calendar->job, save_again);
    } else {
        fail(job, calendar->call.answer.verdict == KF_CALENDAR_GOT ? &job->refused
                                                                   : &calendar->call.answer);
    }
}

static void was_changed(kf_calendar_job_t *calendar)
{
    write_job_t *job = of(calendar);

    if (is_deleted(calendar, job)) {
        kf_job_save(&calendar->job, save_again);
    } else if (calendar->call.answer.verdict == KF_CALENDAR_GOT) {
        there(job);
    } else if (calendar->call.answer.verdict == KF_CALENDAR_DENIED) {
        job->refused = calendar->call.answer;
        kf_calendar_job_step(calendar, &get, was_looked_at);
    } else {
        fail(job, &calendar->call.answer);
    }
}

static void was_added(kf_calendar_job_t *calendar);

/* Whose event is it that has our id? */
static void was_found(kf_calendar_job_t *calendar)
{
    write_job_t *job = of(calendar);
    const kf_calendar_seen_t *seen = &job->one.event;
    kf_calendar_verdict_t verdict = calendar->call.answer.verdict;

    if (verdict == KF_CALENDAR_GONE && job->looked) {
        job->looked = false;
        kf_calendar_job_step(calendar, &add, was_added);
    } else if (verdict != KF_CALENDAR_GOT && verdict != KF_CALENDAR_GONE) {
        fail(job, &calendar->call.answer);
    } else if (verdict == KF_CALENDAR_GONE || seen->cancelled || !seen->booking
               || strcmp(seen->booking, job->event.booking)) {
        kf_job_save(&calendar->job, save_again);
    } else if (seen->version == job->row.version) {
        there(job);
    } else {
        kf_calendar_job_step(calendar, &change, was_changed);
    }
}

static void was_added(kf_calendar_job_t *calendar)
{
    write_job_t *job = of(calendar);

    switch (calendar->call.answer.verdict) {
    case KF_CALENDAR_GOT:
        there(job);
        break;
    case KF_CALENDAR_EXISTS:
        kf_calendar_job_step(calendar, &get, was_found);
        break;
    default:
        fail(job, &calendar->call.answer);
        break;
    }
}

static void was_dropped(kf_calendar_job_t *calendar)
{
    if (calendar->call.answer.verdict == KF_CALENDAR_GOT
        || calendar->call.answer.verdict == KF_CALENDAR_GONE) {
        kf_job_save(&calendar->job, save_done);
    } else {
        fail(of(calendar), &calendar->call.answer);
    }
}

/* -- the beginning -- */

static void keep_row(write_job_t *job, const kf_calendar_event_row_t *row, apr_pool_t *p)
{
    job->row = *row;
    job->row.key = job->calendar.key;
    job->row.calendar = apr_pstrdup(p, row->calendar);
    job->event = (kf_calendar_event_t){.id = row->event,
                                       .start = row->starts_at,
                                       .end = row->ends_at,
                                       .zone = apr_pstrdup(p, row->zone),
                                       .tenant = kf_uuid_text(&row->key.tenant, p),
                                       .booking = kf_uuid_text(&row->booking, p),
                                       .version = row->version,
                                       .meeting = row->meeting};
    if (row->guest && *row->email) {
        job->event.guest_email = apr_pstrdup(p, row->email);
        job->event.guest_name = apr_pstrndup(p, row->customer, NAME_MAX_BYTES);
    }
}

static kf_err_t *speak(write_job_t *job, const kf_calendar_event_row_t *row, const kf_flow_t *flow,
                       apr_pool_t *p)
{
    kf_calendar_words_t words;

    KF_TRY(kf_calendar_words(&words, row, flow->messages, p));
    job->event.summary = words.summary;
    job->event.description = words.description;
    return NULL;
}

static void start(kf_work_t *work, const kf_calendar_event_row_t *row)
{
    write_job_t *job = kf_calendar_job_make(work, KF_JOB_CALENDAR_WRITE, sizeof(*job), &row->key,
                                            KF_WORK_LEASE_S);
    kf_err_t *err;

    keep_row(job, row, job->calendar.job.p);
    job->calendar.call.owner = job;
    if (!row->present) {
        kf_calendar_job_step(&job->calendar, &drop, was_dropped);
        return;
    }
    err = speak(job, row, kf_work_flow(work), job->calendar.job.p);
    if (err) {
        kf_calendar_answer_t answer = {KF_CALENDAR_DENIED, 0, err->detail};

        fail(job, &answer);
    } else if (row->written > 0) {
        kf_calendar_job_step(&job->calendar, &change, was_changed);
    } else if (row->attempts > 0) {
        job->looked = true;
        kf_calendar_job_step(&job->calendar, &get, was_found);
    } else {
        kf_calendar_job_step(&job->calendar, &add, was_added);
    }
}

kf_err_t *kf_claim_calendar_events(int *found, kf_work_t *work, kf_db_t *db, int room, apr_pool_t *p)
{
    kf_calendar_event_row_t *rows;

    *found = 0;
    if (!kf_flow_calendar_ready(kf_work_flow(work)) || !kf_work_flow(work)->messages) {
        return NULL;
    }
    KF_TRY(kf_repo_calendar_events(&rows, found, db, room, p));
    for (int i = 0; i < *found; i++) {
        start(work, &rows[i]);
    }
    return NULL;
}
