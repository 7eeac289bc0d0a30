#include "handle/operator.h"

#include <http_config.h>
#include <string.h>

#include "flow_ctx.h"

const kfm_status_t *kfm_operator_read(server_rec *s, apr_pool_t *p)
{
    const kf_flow_t *flow = kfm_flow_of(s);
    const kfm_status_t *status;

    kfm_metrics_status(&status, s, flow ? flow->db : NULL, p);
    return status;
}

/* A server without bookings of its own shows those of the first that has some. */
static server_rec *shown(server_rec *s)
{
    return kfm_cfg_get(s)->enabled ? s : kfm_cfg_first_enabled(s->next ? s->next : s);
}

static int handler(request_rec *r)
{
    bool metrics = r->handler && !strcmp(r->handler, "konfirmado-metrics");
    server_rec *s;

    if (!metrics) {
        return DECLINED;
    }
    r->allowed = AP_METHOD_BIT << M_GET;
    if (r->method_number != M_GET) {
        return HTTP_METHOD_NOT_ALLOWED;
    }
    s = shown(r->server);
    if (!s) {
        return HTTP_NOT_FOUND;
    }
    return kfm_operator_metrics(r, s);
}

void kfm_operator_register(apr_pool_t *p)
{
    (void)p;
    ap_hook_handler(handler, NULL, NULL, APR_HOOK_MIDDLE);
}
