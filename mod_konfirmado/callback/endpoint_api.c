/* /api/callback-endpoints: the endpoints of a merchant's systems, their events and their state. */
#include "fields.h"
#include "flow/callback/secrets.h"
#include "flow_ctx.h"
#include "handle/act.h"
#include "handle/acts.h"
#include "http/reply.h"

#include <string.h>

/* Checks only the types. The database checks the names of the events. */
kf_err_t *kfm_check_endpoint(kfm_call_t *call, const kf_json_value_t *v)
{
    const json_t *one;
    size_t i;

    json_array_foreach(v[KFM_AT(endpoint, events)].json, i, one) {
        if (!json_is_string(one)) {
            return kf_err_field(call->pool, KF_E_INVALID, "events", "events must be an array of strings.");
        }
    }
    return NULL;
}

static kf_err_t *add(kf_answer_t *out, kf_db_t *db, void *baton, apr_pool_t *p)
{
    kfm_act_t *act = baton;
    kf_endpoint_made_t made;
    kf_buf_t buf;

    KF_TRY(kf_flow_endpoint_add(&made, act->flow, db, act->wish, p));
    kf_buf_init(&buf, p, 1024, 16000);
    kf_buf_str(&buf, made.json);
    return kfm_act_answer(out, 201, &buf, p);
}

kf_err_t *kfm_handle_endpoint_add(kfm_call_t *call)
{
    kf_endpoint_wish_t wish = {.tenant = &call->who->tenant,
                               .actor = kfm_actor(call),
                               .in_tx = kfm_call_header(call, "Idempotency-Key") != NULL};
    json_t *body;

    KF_TRY(kfm_admin_read(&body, NULL, call));
    wish.doc = kfm_admin_text(call, body);
    return kfm_act_as(call, add, &wish, kf_uuid_text(&call->who->id, call->pool));
}
