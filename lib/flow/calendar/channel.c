/*
 * Channels by which a provider tells of changes: opened before the former one ends, stopped, and at
 * the end of a connection its grant given back.
 */
#include <apr_strings.h>
#include <string.h>

#include "base/log.h"
#include "crypto/hash.h"
#include "crypto/token.h"
#include "flow/calendar/calendar_int.h"

#define CHANNEL_LIFE (7 * KF_DAY) /* wanted; the provider may grant less */

/* -- opening -- */

typedef struct {
    kf_calendar_job_t calendar;
    const char *id;       /* of the calendar */
    kf_uuid_t channel;
    kf_calendar_channel_t wanted;
    kf_calendar_watch_t watch;
    kf_calendar_failure_t failure;
} open_job_t;

static kf_err_t *save_opened(kf_job_t *base, kf_db_t *db)
{
    open_job_t *job = (open_job_t *)base;

    KF_TRY(kf_calendar_job_save(&job->calendar, db));
    return kf_repo_calendar_channel_opened(db, &job->calendar.key.tenant, &job->channel,
                                           job->watch.resource_id, job->watch.expires, base->p);
}

static kf_err_t *save_refused(kf_job_t *base, kf_db_t *db)
{
    open_job_t *job = (open_job_t *)base;

    KF_TRY(kf_calendar_job_save(&job->calendar, db));
    return kf_repo_calendar_channel_failed(db, &job->calendar.key.tenant, &job->channel,
                                           &job->failure, base->p);
}

static kf_err_t *watch_request(kf_http_req_t *out, kf_calendar_call_t *call, apr_pool_t *p)
{
    open_job_t *job = call->owner;

    return call->provider->watch_request(out, call->app, call->access, job->id, &job->wanted, p);
}

static const kf_calendar_answer_t *watch_parse(kf_calendar_call_t *call, const kf_http_res_t *res,
                                               apr_pool_t *p)
{
    open_job_t *job = call->owner;

    call->provider->watch_parse(&job->watch, res, p);
    return &job->watch.answer;
}

static const kf_calendar_step_t watch = {watch_request, watch_parse};

static void was_opened(kf_calendar_job_t *calendar)
{
    open_job_t *job = (open_job_t *)calendar;

    if (calendar->call.answer.verdict == KF_CALENDAR_GOT) {
        kf_job_save(&calendar->job, save_opened);
        return;
    }
    job->failure = kf_calendar_failure(&calendar->call.answer, calendar->job.p);
    if (calendar->call.answer.verdict == KF_CALENDAR_DENIED) {
        kf_log(KF_LOG_NOTICE, 486, "changes of a calendar of tenant %s are not told to us: %s",
               kf_uuid_text(&calendar->key.tenant, calendar->job.p), job->failure.error);
    }
    kf_job_save(&calendar->job, save_refused);
}

/* The channel is known before the provider is: its first notice may come before its answer. */
static kf_err_t *ask(kf_db_t *db, const kf_calendar_channel_row_t *row, open_job_t *job)
{
    apr_pool_t *p = job->calendar.job.p;
    char *token = apr_palloc(p, KF_TOKEN_CHARS + 1);
    uint8_t hash[KF_TOKEN_HASH_BYTES];
    kf_calendar_asked_t asked = {.token_hash = hash, .expires = row->key.now + CHANNEL_LIFE};

    KF_TRY(kf_uuid_random(&job->channel, p));
    KF_TRY(kf_token_make(token, p));
    kf_wipe_with_pool(token, KF_TOKEN_CHARS, p);
    KF_TRY(kf_token_hash(hash, KF_TOKEN_CALENDAR_CHANNEL, token, p));
    asked.channel = job->channel;
    job->wanted = (kf_calendar_channel_t){.id = kf_uuid_text(&job->channel, p),
                                          .token = token,
                                          .expires = asked.expires};
    return kf_repo_calendar_channel_ask(db, row, &asked, p);
}

static kf_err_t *open_channel(kf_work_t *work, kf_db_t *db, const kf_calendar_channel_row_t *row,
                              apr_pool_t *p)
{
    open_job_t *job = kf_calendar_job_make(work, KF_JOB_CALENDAR_CHANNEL, sizeof(*job), &row->key,
                                           KF_WORK_LEASE_S);
    kf_err_t *err;

    job->id = apr_pstrdup(job->calendar.job.p, row->calendar);
    job->calendar.call.owner = job;
    err = ask(db, row, job);
    if (err) {
        err = kf_err_because(p, kf_err(p, err->code, "%s", err->detail), "%s",
                             err->cause ? err->cause : "");
        kf_job_drop(&job->calendar.job);
        return err;
    }
    kf_calendar_job_step(&job->calendar, &watch, was_opened);
    return NULL;
}

kf_err_t *kf_claim_calendar_channels(int *found, kf_work_t *work, kf_db_t *db, int room,
                                     apr_pool_t *p)
{
    const kf_flow_t *flow = kf_work_flow(work);
    const kf_calendar_app_t *app = kf_flow_calendar_app(flow, kf_flow_calendar_provider(flow));
    kf_calendar_channel_row_t *rows;

    *found = 0;
    if (!app || !app->notify_url) {
        return NULL;
    }
    KF_TRY(kf_repo_calendar_channels(&rows, found, db, room, p));
    for (int i = 0; i < *found; i++) {
        KF_TRY(open_channel(work, db, &rows[i], p));
    }
    return NULL;
}

/* -- stopping -- */

typedef struct {
    kf_calendar_job_t calendar;
    kf_calendar_stop_row_t row;
    kf_calendar_channel_t channel;
    kf_calendar_answer_t stopped;
} stop_job_t;

/*
 * A channel of a grant that is over ends by itself, and so does one that we may not stop: at the latest
 * after its week.
 */
static kf_err_t *save_stopped(kf_job_t *base, kf_db_t *db)
{
    stop_job_t *job = (stop_job_t *)base;
    const kf_calendar_answer_t *answer = &job->calendar.call.answer;
    bool over = answer->verdict == KF_CALENDAR_GOT || answer->verdict == KF_CALENDAR_GONE
                || answer->verdict == KF_CALENDAR_REVOKED || answer->verdict == KF_CALENDAR_DENIED;

    KF_TRY(kf_calendar_call_save(&job->calendar.call, db, base->p));
    return kf_repo_calendar_stop_result(db, &job->row, over, answer->retry_after_s, base->p);
}

static kf_err_t *stop_request(kf_http_req_t *out, kf_calendar_call_t *call, apr_pool_t *p)
{
    stop_job_t *job = call->owner;

    return call->provider->stop_request(out, call->app, call->access, &job->channel, p);
}

static const kf_calendar_answer_t *stop_parse(kf_calendar_call_t *call, const kf_http_res_t *res,
                                              apr_pool_t *p)
{
    stop_job_t *job = call->owner;

    call->provider->stop_parse(&job->stopped, res, p);
    return &job->stopped;
}

static const kf_calendar_step_t stop = {stop_request, stop_parse};

static void was_stopped(kf_calendar_job_t *calendar)
{
    kf_job_save(&calendar->job, save_stopped);
}

static void stop_channel(kf_work_t *work, const kf_calendar_stop_row_t *row)
{
    stop_job_t *job = kf_calendar_job_make(work, KF_JOB_CALENDAR_STOP, sizeof(*job), &row->key,
                                           KF_WORK_LEASE_S);
    apr_pool_t *p = job->calendar.job.p;

    job->row = *row;
    job->row.key = job->calendar.key;
    job->channel = (kf_calendar_channel_t){.id = kf_uuid_text(&row->channel, p),
                                           .resource_id = apr_pstrdup(p, row->resource)};
    job->calendar.call.owner = job;
    if (!job->channel.resource_id) { /* its opening was never heard of: there is nothing to name */
        job->calendar.call.answer.verdict = KF_CALENDAR_GONE;
        was_stopped(&job->calendar);
        return;
    }
    kf_calendar_job_step(&job->calendar, &stop, was_stopped);
}

kf_err_t *kf_claim_calendar_stops(int *found, kf_work_t *work, kf_db_t *db, int room, apr_pool_t *p)
{
    kf_calendar_stop_row_t *rows;

    *found = 0;
    if (!kf_flow_calendar_ready(kf_work_flow(work))) {
        return NULL;
    }
    KF_TRY(kf_repo_calendar_stops(&rows, found, db, room, p));
    for (int i = 0; i < *found; i++) {
        stop_channel(work, &rows[i]);
    }
    return NULL;
}

/* -- giving a grant back -- */

typedef struct {
    kf_calendar_job_t calendar;
    kf_calendar_answer_t answer;
} revoke_job_t;

static kf_err_t *save_revoked(kf_job_t *base, kf_db_t *db)
{
    revoke_job_t *job = (revoke_job_t *)base;
    kf_calendar_failure_t failure = kf_calendar_failure(&job->answer, base->p);

    return kf_repo_calendar_revoke_result(db, &job->calendar.key,
                                          job->answer.verdict == KF_CALENDAR_GOT ? NULL : &failure,
                                          base->p);
}

static void was_revoked(kf_job_t *base, const kf_http_res_t *res)
{
    revoke_job_t *job = (revoke_job_t *)base;

    job->calendar.call.provider->revoke_parse(&job->answer, res, base->p);
    kf_job_save(base, save_revoked);
}

/* Needs no access token, and none is made for it: giving the refresh token back ends all of them. */
static void give_back(kf_work_t *work, const kf_calendar_key_row_t *key)
{
    revoke_job_t *job = kf_calendar_job_make(work, KF_JOB_CALENDAR_REVOKE, sizeof(*job), key,
                                             KF_WORK_LEASE_S);
    kf_calendar_call_t *call = &job->calendar.call;
    kf_job_t *base = &job->calendar.job;
    kf_err_t *err = NULL;

    job->answer = call->answer;
    if (!job->calendar.closed && call->refresh) {
        err = call->provider->revoke_request(&base->req, call->app, call->refresh, base->p);
        if (!err) {
            kf_job_call(base, was_revoked);
            return;
        }
        job->answer = (kf_calendar_answer_t){KF_CALENDAR_RETRY, 0, err->detail};
    }
    kf_job_save(base, save_revoked);
}

kf_err_t *kf_claim_calendar_revokes(int *found, kf_work_t *work, kf_db_t *db, int room,
                                    apr_pool_t *p)
{
    kf_calendar_key_row_t *rows;

    *found = 0;
    if (!kf_flow_calendar_ready(kf_work_flow(work))) {
        return NULL;
    }
    KF_TRY(kf_repo_calendar_revokes(&rows, found, db, room, p));
    for (int i = 0; i < *found; i++) {
        give_back(work, &rows[i]);
    }
    return NULL;
}
