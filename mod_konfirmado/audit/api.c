/* /api/audit-log. */
#include "handle/acts.h"
#include "handle/kit.h"

static const kf_field_t audit_fields[] = {
    KFM_LIST_FIELDS,
    {.name = "action", .type = KF_F_TEXT, .min = 1, .max = 60},
    {.name = "object_type", .type = KF_F_TEXT, .min = 1, .max = 60},
    {.name = "object_id", .type = KF_F_TEXT, .min = 1, .max = 100},
    {.name = "actor", .type = KF_F_TEXT, .min = 1, .max = 254},
    {.name = "from", .type = KF_F_DATE},
    {.name = "to", .type = KF_F_DATE},
};
static const kfm_fields_t audit = KFM_FIELDS(audit_fields, NULL);

const kfm_list_t kfm_audit_log = {&audit, &kf_doc_audit_page};
