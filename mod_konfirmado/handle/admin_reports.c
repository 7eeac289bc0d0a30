/* /api/analytics, /api/audit-log, /api/checklist. */
#include <string.h>

#include "handle/admin_fields.h"
#include "handle/admin_routes.h"
#include "http/reply.h"

static const kf_json_field_t period_fields[] = {
    {.name = "days", .type = KF_JSON_INT, .min = 7, .max = 90},
};
static const kfm_fields_t period = KFM_FIELDS(period_fields, NULL);

static const kf_json_field_t audit_fields[] = {
    KFM_LIST_FIELDS,
    {.name = "action", .type = KF_JSON_STRING, .min = 1, .max = 60},
    {.name = "object_type", .type = KF_JSON_STRING, .min = 1, .max = 60},
    {.name = "object_id", .type = KF_JSON_STRING, .min = 1, .max = 100},
    {.name = "actor", .type = KF_JSON_STRING, .min = 1, .max = 254},
    {.name = "from", .type = KF_JSON_DATE},
    {.name = "to", .type = KF_JSON_DATE},
};
static const kfm_fields_t audit = KFM_FIELDS(audit_fields, NULL);

kf_err_t *kfm_handle_analytics(kfm_call_t *call)
{
    return kfm_admin_list(call, &period, &kf_doc_figures_read);
}

kf_err_t *kfm_handle_audit_log(kfm_call_t *call)
{
    return kfm_admin_list(call, &audit, &kf_doc_audit_page);
}

kf_err_t *kfm_handle_checklist(kfm_call_t *call)
{
    const char *json;

    KF_TRY(kfm_admin_json(&json, call, false, &kf_doc_checklist_get, KFM_ARGS(KFM_TENANT(call))));
    return kfm_reply_json(call, 200, json, strlen(json));
}
