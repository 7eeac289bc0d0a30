/*
 * Channels by which a provider reports changes: a new one opens before the former one expires, old ones are
 * stopped, and the grant is revoked when a connection ends.
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
    kf_calendar_channel_row_t row;
    kf_uuid_t channel;
    kf_calendar_channel_t wanted;
    kf_calendar_watch_t watch;
    kf_calendar_failure_t failure;
} open_job_t;

static kf_err_t *save_opened(kf_job_t *base, kf_db_t *db)
{
    open_job_t *job = (open_job_t *)base;

    KF_TRY(kf_calendar_job_save(&job->calendar, db));
    return kf_repo_calendar_channel_opened(db, &job->calendar.key->tenant, &job->channel,
                                           job->watch.resource_id, job->watch.expires, base->p);
}

static kf_err_t *save_refused(kf_job_t *base, kf_db_t *db)
{
    open_job_t *job = (open_job_t *)base;

    KF_TRY(kf_calendar_job_save(&job->calendar, db));
    return kf_repo_calendar_channel_failed(db, &job->calendar.key->tenant, &job->channel,
                                           &job->failure, base->p);
}

static kf_err_t *watch_request(kf_http_req_t *out, kf_calendar_call_t *call, apr_pool_t *p)
{
    open_job_t *job = call->owner;

    return call->provider->watch_request(out, call->app, call->access, job->row.calendar, &job->wanted, p);
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
        kf_log(KF_LOG_NOTICE, 486, "a calendar of tenant %s has no push notifications: %s",
               kf_uuid_text(&calendar->key->tenant, calendar->job.p), job->failure.error);
    }
    kf_job_save(&calendar->job, save_refused);
}

/* Stores the channel before asking the provider, because the first notice may arrive before the answer. */
static kf_err_t *announce(kf_db_t *db, open_job_t *job)
{
    const kf_calendar_channel_row_t *row = &job->row;
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

static kf_err_t *open_channel(kf_job_t *base, kf_db_t *db)
{
    open_job_t *job = (open_job_t *)base;

    kf_calendar_job_open(&job->calendar, &job->row.key);
    job->calendar.call.owner = job;
    KF_TRY(announce(db, job));
    kf_calendar_job_step(&job->calendar, &watch, was_opened);
    return NULL;
}

static bool ask(kf_queue_ask_t *ask, const kf_flow_t *flow, int room, apr_pool_t *p)
{
    const kf_calendar_app_t *app = kf_flow_calendar_app(flow, kf_flow_calendar_provider(flow));

    return kf_calendar_ask(ask, flow, room, p) && app->notify_url;
}

const kf_queue_t kf_queue_calendar_channels =
    KF_QUEUE(kf_lease_calendar_channels, open_job_t, row, open_channel, ask);

/* -- stopping -- */

typedef struct {
    kf_calendar_job_t calendar;
    kf_calendar_stop_row_t row;
    kf_calendar_channel_t channel;
    kf_calendar_answer_t stopped;
} stop_job_t;

/*
 * A channel whose grant is void, or that we may not stop, expires by itself after a week at the
 * latest.
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

static kf_err_t *stop_channel(kf_job_t *base, kf_db_t *db)
{
    stop_job_t *job = (stop_job_t *)base;

    (void)db;
    kf_calendar_job_open(&job->calendar, &job->row.key);
    job->channel = (kf_calendar_channel_t){.id = kf_uuid_text(&job->row.channel, base->p),
                                           .resource_id = job->row.resource};
    job->calendar.call.owner = job;
    if (!job->channel.resource_id) { /* the answer to its opening was lost: there is no id to stop */
        job->calendar.call.answer.verdict = KF_CALENDAR_GONE;
        was_stopped(&job->calendar);
    } else {
        kf_calendar_job_step(&job->calendar, &stop, was_stopped);
    }
    return NULL;
}

const kf_queue_t kf_queue_calendar_stops =
    KF_QUEUE(kf_lease_calendar_stops, stop_job_t, row, stop_channel, kf_calendar_ask);

/* -- revoking a grant -- */

typedef struct {
    kf_calendar_job_t calendar;
    kf_calendar_key_row_t key;
    kf_calendar_answer_t answer;
} revoke_job_t;

static kf_err_t *save_revoked(kf_job_t *base, kf_db_t *db)
{
    revoke_job_t *job = (revoke_job_t *)base;
    kf_calendar_failure_t failure = kf_calendar_failure(&job->answer, base->p);

    return kf_repo_calendar_revoke_result(db, &job->key,
                                          job->answer.verdict == KF_CALENDAR_GOT ? NULL : &failure,
                                          base->p);
}

static void was_revoked(kf_job_t *base, const kf_http_res_t *res)
{
    revoke_job_t *job = (revoke_job_t *)base;

    job->calendar.call.provider->revoke_parse(&job->answer, res, base->p);
    kf_job_save(base, save_revoked);
}

/* Needs no access token: revoking the refresh token revokes all of them. */
static kf_err_t *give_back(kf_job_t *base, kf_db_t *db)
{
    revoke_job_t *job = (revoke_job_t *)base;
    kf_calendar_call_t *call = &job->calendar.call;
    kf_err_t *err = NULL;

    (void)db;
    kf_calendar_job_open(&job->calendar, &job->key);
    job->answer = call->answer;
    if (!job->calendar.closed && call->refresh) {
        err = call->provider->revoke_request(&base->req, call->app, call->refresh, base->p);
        if (!err) {
            kf_job_call(base, was_revoked);
            return NULL;
        }
        job->answer = (kf_calendar_answer_t){KF_CALENDAR_RETRY, 0, err->detail};
    }
    kf_job_save(base, save_revoked);
    return NULL;
}

const kf_queue_t kf_queue_calendar_revokes =
    KF_QUEUE(kf_lease_calendar_revokes, revoke_job_t, key, give_back, kf_calendar_ask);
