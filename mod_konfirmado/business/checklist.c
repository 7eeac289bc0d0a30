/* /api/checklist: what is still to be done. */
#include <string.h>

#include "handle/acts.h"
#include "handle/admin.h"
#include "http/reply.h"

kf_err_t *kfm_handle_checklist(kfm_call_t *call)
{
    const char *json;

    KF_TRY(kfm_admin_json(&json, call, false, &kf_doc_checklist_get, KFM_ARGS(KFM_TENANT(call))));
    return kfm_reply_json(call, 200, json, strlen(json));
}
