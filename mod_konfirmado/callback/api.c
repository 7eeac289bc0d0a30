/* /api/callbacks and /api/callback-secrets: the messages to the merchant's server and the secrets that sign them. */
#include <apr_strings.h>
#include <string.h>

#include "flow/callback/secrets.h"
#include "flow_ctx.h"
#include "handle/act.h"
#include "handle/acts.h"
#include "http/reply.h"
#include "json/encode.h"

#define HOUR_S 3600
#define OVERLAP_HOURS 24      /* the default overlap of a new secret with the former one */

/* The id of a message is not a UUID. */
kf_err_t *kfm_handle_callback(kfm_call_t *call)
{
    const char *json;

    KF_TRY(kfm_admin_json(&json, call, false, &kf_doc_message_doc,
                          KFM_ARGS(KFM_TENANT(call), KF_TEXT(kfm_call_param(call, "id")))));
    return kfm_admin_reply(call, json);
}

/* -- secrets: the first endpoint is the default -- */

kf_err_t *kfm_handle_secrets(kfm_call_t *call)
{
    kf_json_value_t v[1];
    const char *json;
    json_t *query;

    KF_TRY(kfm_admin_query(&query, v, call));
    KF_TRY(kfm_admin_json(&json, call, false, &kf_doc_secret_list,
                          KFM_ARGS(KFM_TENANT(call), KF_UUID(v[0].present ? &v[0].uuid : NULL))));
    return kfm_reply_json(call, 200, json, strlen(json));
}

static kf_err_t *rotate(kf_answer_t *out, kf_db_t *db, void *baton, apr_pool_t *p)
{
    kfm_act_t *act = baton;
    kf_secret_wish_t *wish = act->wish;
    kf_secret_made_t made;
    kf_buf_t buf;

    KF_TRY(kf_flow_secret_rotate(&made, act->flow, db, wish, p));
    kf_buf_init(&buf, p, 256, 4096);
    kf_json_open(&buf, '{');
    kf_json_uuid(&buf, "id", &made.id);
    kf_json_str(&buf, "secret", made.secret);
    kf_json_int(&buf, "overlap_hours", wish->overlap_s / HOUR_S);
    kf_json_close(&buf, '}');
    return kfm_act_answer(out, 201, &buf, p);
}

kf_err_t *kfm_handle_secret_rotate(kfm_call_t *call)
{
    kf_secret_wish_t wish = {.tenant = &call->who->tenant,
                             .actor = kfm_actor(call),
                             .in_tx = kfm_call_header(call, "Idempotency-Key") != NULL};
    kf_json_value_t v[KFM_N(secret)];
    json_t *body;

    KF_TRY(kfm_admin_read(&body, v, call));
    wish.overlap_s = (int)(v[0].present ? v[0].i : OVERLAP_HOURS) * HOUR_S;
    wish.endpoint = v[1].present ? &v[1].uuid : NULL;
    return kfm_act_as(call, rotate, &wish, kf_uuid_text(&call->who->id, call->pool));
}
