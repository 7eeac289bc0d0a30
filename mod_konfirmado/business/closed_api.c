/* /api/closed-days: days on which the whole business is closed. */
#include "handle/acts.h"
#include "http/reply.h"
#include "time/instant.h"

#include <string.h>

kf_err_t *kfm_handle_closed_day_remove(kfm_call_t *call)
{
    const char *day = kfm_call_param(call, "day"), *json;
    kf_date_t date;
    json_t *body;

    KF_TRY(kfm_admin_body(&body, call));
    if (!kf_date_read(&date, day, strlen(day))) {
        return kf_err(call->pool, KF_E_NOT_FOUND, "This must be a date: YYYY-MM-DD.");
    }
    KF_TRY(kfm_admin_json(&json, call, true, &kf_doc_closed_day_remove, KFM_ARGS(KFM_TENANT(call), KF_TEXT(day))));
    return kfm_reply_empty(call, 204);
}
