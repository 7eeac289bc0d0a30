/* /api/tenant/rules and /api/customers: what follows a booking, and what is kept of a customer. */
#include <string.h>

#include "fields.h"
#include "flow/business/customers.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "handle/fields.h"
#include "http/reply.h"

/* Kinds and languages of mails and notes are the database's to check: it names the one at fault. */
const kfm_fields_t kfm_fields_rules = {kfm_rules_fields, KFM_RULES_N, NULL};

const kfm_edit_t kfm_rules_change = {.shape = KFM_SET, .stmt = &kf_doc_rules_change, .fields = &kfm_fields_rules,
                                     .partial = true};

/* -- one customer, by the address -- */

static const kf_field_t customer_list[] = {
    {.name = "email", .type = KF_F_TEXT, .required = true, .min = 3, .max = 254},
};
static const kfm_fields_t customer_fields = KFM_FIELDS(customer_list, NULL);

kf_err_t *kfm_handle_customer_export(kfm_call_t *call)
{
    kf_json_value_t v[1];
    const char *json;
    json_t *body;

    KF_TRY(kfm_admin_body(&body, call));
    KF_TRY(kfm_fields_read(v, call, body, &customer_fields, false));
    KF_TRY(kf_flow_customer_export(&json, kfm_flow(call), &call->who->tenant, kfm_actor(call), v[0].s, call->pool));
    return kfm_reply_json(call, 200, json, strlen(json));
}

kf_err_t *kfm_handle_customer_erase(kfm_call_t *call)
{
    kf_json_value_t v[1];
    const char *json;
    json_t *body;

    KF_TRY(kfm_admin_body(&body, call));
    KF_TRY(kfm_fields_read(v, call, body, &customer_fields, false));
    KF_TRY(kf_flow_customer_erase(&json, kfm_flow(call), &call->who->tenant, kfm_actor(call), v[0].s, call->pool));
    return kfm_reply_json(call, 200, json, strlen(json));
}
