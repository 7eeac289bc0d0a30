/* POST /api/holds and DELETE /api/holds/{id}. */
#include <string.h>

#include "base/limits.h"
#include "crypto/token.h"
#include "flow/hold/holder.h"
#include "flow_ctx.h"
#include "handle/act.h"
#include "handle/acts.h"
#include "http/body.h"
#include "http/reply.h"
#include "json/decode.h"
#include "json/encode.h"
#include "tenant.h"

/* The challenge is a member of the refusal, which is stored under the Idempotency-Key. */
static kf_err_t *take(kf_held_t *held, kfm_act_t *act, kf_db_t *db, const kf_hold_wish_t *wish, apr_pool_t *p)
{
    kf_err_t *err = kf_flow_hold(held, act->flow, db, act->tenant, wish, p);

    if (err && err->code == KF_E_WORK_REQUIRED) {
        kfm_reply_member(act->call, "challenge", held->challenge);
    }
    return err;
}

static kf_err_t *create(kf_answer_t *out, kf_db_t *db, void *baton, apr_pool_t *p)
{
    kfm_act_t *act = baton;
    kf_hold_wish_t *wish = act->wish;
    const kf_hold_t *hold;
    kf_held_t held;
    kf_buf_t buf;

    wish->after = act->after;
    KF_TRY(take(&held, act, db, wish, p));
    hold = &held.hold;
    kf_buf_init(&buf, p, 512, 4096);
    kf_json_open(&buf, '{');
    kf_json_uuid(&buf, "id", &hold->claim);
    kf_json_utc(&buf, "expires_at", hold->expires_at);
    kf_json_str(&buf, "token", held.token);
    kf_json_uuid(&buf, "professional", &hold->professional);
    kf_json_utc(&buf, "start", hold->start);
    kf_json_utc(&buf, "end", hold->end);
    kf_json_int(&buf, "price_cents", hold->price.minor);
    kf_json_int(&buf, "charge_cents", hold->charge.minor);
    kf_json_str(&buf, "currency", hold->price.currency);
    kf_json_close(&buf, '}');
    return kfm_act_answer(out, 201, &buf, p);
}

/* Refuses only malformed values. An expired token or proof is treated as absent and does not prevent the hold. */
static kf_err_t *check_shapes(const kf_json_value_t *v, apr_pool_t *p)
{
    const char *replaces = v[KFM_AT(hold, replaces)].s, *work = v[KFM_AT(hold, work)].s;
    kf_err_t *bad = NULL;

    if (replaces && *replaces && !kf_token_shaped(replaces)) {
        kf_err_add(&bad, kf_err_wrong(p, "replaces", KF_WRONG_NOT_A_TOKEN, "This must be the token of a hold."));
    }
    if (work && *work && !kf_work_shaped(work)) {
        kf_err_add(&bad, kf_err_wrong(p, "work", KF_WRONG_NOT_A_PROOF,
                                      "This must be a challenge, a dot and 1 to 20 digits."));
    }
    return bad;
}

kf_err_t *kfm_handle_hold_create(kfm_call_t *call)
{
    kf_json_value_t v[KFM_N(hold)];
    kf_hold_wish_t wish;

    KF_TRY(kfm_call_fields(v, call));
    KF_TRY(check_shapes(v, call->pool));
    KF_TRY(kfm_tenant_of_link(call, v[KFM_AT(hold, link)].s));
    wish = (kf_hold_wish_t){.link = v[KFM_AT(hold, link)].s,
                            .service = v[KFM_AT(hold, service)].s,
                            .professional = v[KFM_AT(hold, professional)].s,
                            .start = v[KFM_AT(hold, start)].at,
                            .zone = v[KFM_AT(hold, timezone)].s,
                            .replaces = v[KFM_AT(hold, replaces)].s,
                            .ip = call->client_ip,
                            .work = v[KFM_AT(hold, work)].s,
                            .return_url = v[KFM_AT(hold, return_url)].s};
    return kfm_act(call, create, &wish);
}

typedef struct {
    kf_uuid_t claim;
    const char *token;
} release_t;

static kf_err_t *release(kf_answer_t *out, kf_db_t *db, void *baton, apr_pool_t *p)
{
    kfm_act_t *act = baton;
    const release_t *wish = act->wish;

    *out = (kf_answer_t){204, "", 0};
    return kf_flow_release(act->flow, db, act->tenant, &wish->claim, wish->token, p);
}

/* The token comes in Authorization: Bearer, or in the member or field `token`. */
static kf_err_t *read_token(const char **out, kfm_call_t *call)
{
    kf_json_value_t v[1];
    const kf_form_t *query;
    const char *body;
    apr_size_t len;
    json_t *json;

    KF_TRY(kfm_body_read(&body, &len, call));
    KF_TRY(kfm_call_query(&query, call));
    *out = kfm_call_bearer(call);
    if (!*out) {
        *out = kf_form_get(query, "token");
    }
    if (!*out && len) {
        KF_TRY(kf_json_decode(&json, body, len, call->pool));
        KF_TRY(kf_json_map(v, json, kfm_token_fields, KFM_N(token), "", call->pool));
        *out = v[0].s;
    }
    return *out ? NULL : kf_err(call->pool, KF_E_UNAUTHORIZED, "Send the hold's token as Authorization: Bearer.");
}

kf_err_t *kfm_handle_hold_release(kfm_call_t *call)
{
    const char *id = kfm_call_param(call, "id");
    release_t wish;
    kf_once_fns_t fns = {release, NULL, NULL};
    kf_once_ask_t plainly = {0};
    kfm_act_t act = {call, kfm_flow(call), NULL, &wish, 0};
    kf_answer_t answer;

    KF_TRY(read_token(&wish.token, call));
    if (!kf_uuid_read(&wish.claim, id, strlen(id))) {
        return kf_err(call->pool, KF_E_NOT_FOUND, "There is no such hold.");
    }
    KF_TRY(kfm_tenant_of_token(call, wish.token));
    plainly.tenant = act.tenant = &call->tenant->id;
    fns.baton = &act;
    KF_TRY(kf_flow_once(&answer, act.flow, &plainly, &fns, call->pool));
    return kfm_reply_empty(call, 204);
}
