/* GET /api/openapi.json. */
#include "handle/acts.h"
#include "http/reply.h"

kf_err_t *kfm_handle_openapi(kfm_call_t *call)
{
    bool done;

    kfm_reply_header(call, "Cache-Control", "no-cache");
    KF_TRY(kfm_reply_unless_match(&done, call, call->cfg->openapi_tag));
    return done ? NULL : kfm_reply_json(call, 200, call->cfg->openapi, call->cfg->openapi_len);
}
