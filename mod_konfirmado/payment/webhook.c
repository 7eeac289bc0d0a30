/*
 * POST /api/webhooks/{provider}/{hook}: a payment provider's event.
 *
 * The answer is 200 with an empty body once the event is in the database. The
 * provider sends the event again after any other answer.
 */
#include "flow/payment/intake.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "http/body.h"
#include "http/reply.h"

static const char *header(void *baton, const char *name)
{
    return kfm_call_header(baton, name);
}

kf_err_t *kfm_handle_webhook(kfm_call_t *call)
{
    kf_hook_call_t hook = {.provider = kfm_call_param(call, "provider"),
                           .hook = kfm_call_param(call, "hook"),
                           .header = header,
                           .header_baton = call};
    kf_err_t *err = kf_flow_hook_known(kfm_flow(call), &hook, call->pool);

    if (err) { /* an unknown sender may send the body slowly, so it is not read */
        call->r->connection->keepalive = AP_CONN_CLOSE;
        return err;
    }
    KF_TRY(kfm_body_read(&hook.body, &hook.body_len, call));
    KF_TRY(kf_flow_hook(kfm_flow(call), &hook, call->pool));
    return kfm_reply_empty(call, HTTP_OK);
}
