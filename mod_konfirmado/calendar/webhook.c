/*
 * POST /api/webhooks/{provider}: a calendar may have changed. One statement and no reading: the background
 * work asks what it was. All that counts is in the headers.
 */
#include <string.h>

#include "flow/calendar/calendar.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "http/reply.h"

static const char *header(void *baton, const char *name)
{
    return kfm_call_header(baton, name);
}

/* A body has no meaning and is not read, so the connection is closed after the answer. */
static void leave_body(kfm_call_t *call)
{
    const char *len = kfm_call_header(call, "Content-Length");

    if (kfm_call_header(call, "Transfer-Encoding") || (len && strcmp(len, "0") != 0)) {
        call->r->connection->keepalive = AP_CONN_CLOSE;
    }
}

kf_err_t *kfm_handle_webhook_calendar(kfm_call_t *call)
{
    leave_body(call);
    KF_TRY(kf_flow_calendar_notice(kfm_flow(call), kfm_call_param(call, "provider"), header, call, call->pool));
    return kfm_reply_empty(call, HTTP_NO_CONTENT);
}
