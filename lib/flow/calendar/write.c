/*
 * Writes a booking as an event. The event's id is chosen before the first call, so a
 * repeated insert finds its event instead of making a second one, and the next attempt
 * can continue after an interruption at any point:
 *
 *     present   insert -> exists already -> read it: ours -> change it
 *                                                    deleted -> again with a new id
 *               tried before: read it -> does not exist -> insert
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
 * The event is as it should be. If the link to a meeting is still being made, it is looked for again later,
 * as if the attempt had failed: that writes nothing twice.
 */
static void there(write_job_t *job)
{
    const kf_calendar_seen_t *seen = &job->one.event;

    if (job->event.meeting && seen->meeting_pending && !seen->meeting_url
        && job->row.attempts < MEETING_TRIES) {
        kf_calendar_answer_t pending = {KF_CALENDAR_RETRY, 0, "the meeting link is being created"};

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

/* A change was denied: either the event was deleted, or for good. */
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

/* Finds out who owns the event that has our id. */
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

static void set_event(write_job_t *job, apr_pool_t *p)
{
    const kf_calendar_event_row_t *row = &job->row;

    job->event = (kf_calendar_event_t){.id = row->event,
                                       .start = row->starts_at,
                                       .end = row->ends_at,
                                       .zone = row->zone,
                                       .tenant = kf_uuid_text(&row->key.tenant, p),
                                       .booking = kf_uuid_text(&row->booking, p),
                                       .version = row->version,
                                       .meeting = row->meeting};
    if (row->guest && *row->email) {
        job->event.guest_email = row->email;
        job->event.guest_name = apr_pstrndup(p, row->customer, NAME_MAX_BYTES);
    }
}

static kf_err_t *speak(write_job_t *job, const kf_flow_t *flow, apr_pool_t *p)
{
    kf_calendar_words_t words;

    KF_TRY(kf_calendar_words(&words, &job->row, flow->messages, p));
    job->event.summary = words.summary;
    job->event.description = words.description;
    return NULL;
}

static void put(write_job_t *job)
{
    kf_err_t *err = speak(job, kf_work_flow(job->calendar.job.work), job->calendar.job.p);

    if (err) {
        kf_calendar_answer_t answer = {KF_CALENDAR_DENIED, 0, err->detail};

        fail(job, &answer);
    } else if (job->row.written > 0) {
        kf_calendar_job_step(&job->calendar, &change, was_changed);
    } else if (job->row.attempts > 0) {
        job->looked = true;
        kf_calendar_job_step(&job->calendar, &get, was_found);
    } else {
        kf_calendar_job_step(&job->calendar, &add, was_added);
    }
}

static kf_err_t *start(kf_job_t *base, kf_db_t *db)
{
    write_job_t *job = (write_job_t *)base;

    (void)db;
    kf_calendar_job_open(&job->calendar, &job->row.key);
    set_event(job, base->p);
    job->calendar.call.owner = job;
    if (!strcmp(job->row.wanted, "present")) {
        put(job);
    } else {
        kf_calendar_job_step(&job->calendar, &drop, was_dropped);
    }
    return NULL;
}

static bool ask(kf_queue_ask_t *ask, const kf_flow_t *flow, int room, apr_pool_t *p)
{
    return flow->messages && kf_calendar_ask(ask, flow, room, p);
}

const kf_queue_t kf_queue_calendar_events = KF_QUEUE(kf_lease_calendar_events, write_job_t, row, start, ask);
