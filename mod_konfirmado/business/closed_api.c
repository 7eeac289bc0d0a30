/* /api/closed-days: days on which the whole business is closed. */
#include "handle/acts.h"
#include "handle/fields.h"
#include "http/reply.h"
#include "time/instant.h"

#include <string.h>

static const kf_field_t fields[] = {
    {.name = "day", .type = KF_F_DATE, .required = true},
    {.name = "reason", .type = KF_F_TEXT, .max = 200},
};

const kfm_fields_t kfm_fields_closed_day = KFM_FIELDS(fields, NULL);

static const kf_field_t filter_fields[] = {
    KFM_LIST_FIELDS,
    {.name = "from", .type = KF_F_DATE},
    {.name = "to", .type = KF_F_DATE},
};
static const kfm_fields_t filters = KFM_FIELDS(filter_fields, NULL);

const kfm_edit_t kfm_closed_day_add = {.shape = KFM_PUT_DOC, .stmt = &kf_doc_closed_day_add,
                                       .fields = &kfm_fields_closed_day, .status = 201, .location = "/api/closed-days/"};

kf_err_t *kfm_handle_closed_day_remove(kfm_call_t *call)
{
    const char *day = kfm_call_param(call, "day"), *json;
    kf_date_t date;
    json_t *body;

    KF_TRY(kfm_admin_body(&body, call));
    if (!kf_date_read(&date, day, strlen(day))) {
        return kf_err(call->pool, KF_E_NOT_FOUND, "This is not a day: YYYY-MM-DD.");
    }
    KF_TRY(kfm_admin_json(&json, call, true, &kf_doc_closed_day_remove, KFM_ARGS(KFM_TENANT(call), KF_TEXT(day))));
    return kfm_reply_empty(call, 204);
}

const kfm_list_t kfm_closed_days = {&filters, &kf_doc_closed_day_page};
