/* The tokens of a connection, and one call with them. */
#include <apr_strings.h>
#include <string.h>

#include "base/log.h"
#include "crypto/hash.h"
#include "crypto/sealed.h"
#include "flow/calendar/calendar_int.h"

#define SPARE (60 * KF_SECOND) /* a token that expires sooner is no longer used */
#define JITTER_PPM 200000

/* Whether the provider currently rejects the operator's registration: its start and its end are logged once each. */
static volatile int refused;

static const char *place(const kf_calendar_key_row_t *key, const char *column, apr_pool_t *p)
{
    return apr_pstrcat(p, kf_uuid_text(&key->tenant, p), "/calendar_connection/", column, "/",
                       kf_uuid_text(&key->connection, p), NULL);
}

static kf_err_t *open_one(const char **out, const kf_calendar_call_t *call, const char *column,
                          const char *sealed)
{
    size_t len;

    *out = NULL;
    return sealed ? kf_unseal(out, &len, call->flow->keys, place(call->key, column, call->p), sealed,
                              call->p)
                  : NULL;
}

kf_err_t *kf_calendar_call_open(kf_calendar_call_t *call, const kf_flow_t *flow,
                                const kf_calendar_key_row_t *key, void *owner, apr_pool_t *p)
{
    memset(call, 0, sizeof(*call));
    call->flow = flow;
    call->key = key;
    call->owner = owner;
    call->p = p;
    call->provider = kf_calendar_provider_find(key->provider);
    call->app = kf_flow_calendar_app(flow, call->provider);
    if (!call->app) {
        return kf_err(p, KF_E_CONFIG, "This calendar provider is not set up here.");
    }
    KF_TRY(open_one(&call->refresh, call, "refresh", key->refresh_sealed));
    KF_TRY(open_one(&call->access, call, "access", key->access_sealed));
    call->access_expires = call->access ? key->access_expires : 0;
    return NULL;
}

/* -- the state of the registration -- */

static void note_app(const kf_calendar_answer_t *answer)
{
    if (answer->verdict == KF_CALENDAR_APP) {
        if (!__sync_lock_test_and_set(&refused, 1)) {
            kf_log(KF_LOG_ERROR, 480, "the calendar provider refuses our client: check the client id and its secret "
                                      "(%s)", answer->message ? answer->message : "");
        }
    } else if (answer->verdict == KF_CALENDAR_GOT && refused && __sync_lock_test_and_set(&refused, 0)) {
        kf_log(KF_LOG_NOTICE, 481, "the calendar provider accepts our client again");
    }
}

/* -- steps -- */

static bool end(kf_calendar_call_t *call, kf_calendar_verdict_t verdict, const char *message)
{
    call->answer = (kf_calendar_answer_t){verdict, 0, message};
    return false;
}

static bool ask(kf_calendar_call_t *call, kf_http_req_t *req)
{
    kf_err_t *err;

    memset(req, 0, sizeof(*req));
    err = call->step->request(req, call, call->p);
    return err ? end(call, KF_CALENDAR_DENIED, err->detail) : true;
}

static bool refresh(kf_calendar_call_t *call, kf_http_req_t *req)
{
    kf_err_t *err;

    if (!call->refresh) {
        return end(call, KF_CALENDAR_REVOKED, "there is no refresh token");
    }
    memset(req, 0, sizeof(*req));
    call->refreshing = true;
    err = call->provider->refresh_request(req, call->app, call->refresh, call->p);
    return err ? end(call, KF_CALENDAR_RETRY, err->detail) : true;
}

bool kf_calendar_call_begin(kf_calendar_call_t *call, kf_http_req_t *req,
                            const kf_calendar_step_t *step)
{
    call->step = step;
    call->refreshing = false;
    if (!call->access || (!call->refreshed && call->access_expires < call->key->now + SPARE)) {
        return refresh(call, req);
    }
    return ask(call, req);
}

static kf_err_t *seal_tokens(kf_calendar_call_t *call, const kf_calendar_token_t *token)
{
    apr_pool_t *p = call->p;

    KF_TRY(kf_seal(&call->tokens.access_sealed, call->flow->keys, place(call->key, "access", p),
                   token->access_token, strlen(token->access_token), p));
    call->tokens.expires = call->key->now + token->expires_in_s * KF_SECOND;
    return token->refresh_token
               ? kf_seal(&call->tokens.refresh_sealed, call->flow->keys, place(call->key, "refresh", p),
                         token->refresh_token, strlen(token->refresh_token), p)
               : NULL;
}

/* The new access token, or why there is none. */
static bool take_token(kf_calendar_call_t *call, kf_http_req_t *req, const kf_http_res_t *res)
{
    kf_calendar_token_t token;
    kf_err_t *err;

    call->refreshing = false;
    call->refreshed = true;
    call->provider->token_parse(&token, call->app, res, NULL, call->key->now, call->p);
    kf_wipe((char *)res->body, res->body_len);
    note_app(&token.answer);
    if (token.answer.verdict != KF_CALENDAR_GOT) {
        call->answer = token.answer;
        return false;
    }
    kf_wipe_with_pool((char *)token.access_token, strlen(token.access_token), call->p);
    if (token.refresh_token) {
        kf_wipe_with_pool((char *)token.refresh_token, strlen(token.refresh_token), call->p);
        call->refresh = token.refresh_token;
    }
    err = seal_tokens(call, &token);
    if (err) {
        return end(call, KF_CALENDAR_RETRY, err->detail);
    }
    call->access = token.access_token;
    call->access_expires = call->tokens.expires;
    return ask(call, req);
}

bool kf_calendar_call_answered(kf_calendar_call_t *call, kf_http_req_t *req,
                               const kf_http_res_t *res)
{
    if (call->refreshing) {
        return take_token(call, req, res);
    }
    call->answer = *call->step->parse(call, res, call->p);
    note_app(&call->answer);
    if (call->answer.verdict != KF_CALENDAR_AUTH) {
        return false;
    }
    return call->refreshed ? end(call, KF_CALENDAR_REVOKED, "a new access token was refused too")
                           : refresh(call, req);
}

kf_err_t *kf_calendar_call_save(kf_calendar_call_t *call, kf_db_t *db, apr_pool_t *p)
{
    if (!call->tokens.access_sealed) {
        return NULL;
    }
    return kf_repo_calendar_token_put(db, &call->key->tenant, &call->key->connection, &call->tokens,
                                      p);
}

kf_calendar_failure_t kf_calendar_failure(const kf_calendar_answer_t *answer, apr_pool_t *p)
{
    uint32_t random = 0;

    if (kf_random(&random, sizeof(random), p)) {
        random = 0; /* without jitter then */
    }
    return (kf_calendar_failure_t){.verdict = kf_calendar_verdict_text(answer->verdict),
                                   .error = answer->message ? answer->message : "",
                                   .retry_s = answer->retry_after_s,
                                   .jitter_ppm = (int)(random % (JITTER_PPM + 1))};
}
