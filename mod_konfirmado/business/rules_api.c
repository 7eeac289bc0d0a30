/* /api/tenant/rules and /api/customers: the business's rules, and the data of a customer. */
#include <string.h>

#include "fields.h"
#include "flow/business/customers.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "http/reply.h"

kf_err_t *kfm_handle_customer_export(kfm_call_t *call)
{
    kf_json_value_t v[1];
    const char *json;
    json_t *body;

    KF_TRY(kfm_admin_read(&body, v, call));
    KF_TRY(kf_flow_customer_export(&json, kfm_flow(call), &call->who->tenant, kfm_actor(call), v[0].s, call->pool));
    return kfm_reply_json(call, 200, json, strlen(json));
}

kf_err_t *kfm_handle_customer_erase(kfm_call_t *call)
{
    kf_json_value_t v[1];
    const char *json;
    json_t *body;

    KF_TRY(kfm_admin_read(&body, v, call));
    KF_TRY(kf_flow_customer_erase(&json, kfm_flow(call), &call->who->tenant, kfm_actor(call), v[0].s, call->pool));
    return kfm_reply_json(call, 200, json, strlen(json));
}
