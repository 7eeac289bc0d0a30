#include "operator/operator.h"

#include <apr_strings.h>
#include <http_config.h>
#include <http_main.h>
#include <string.h>

#include "flow/operator/server.h"
#include "flow_ctx.h"

const kfm_status_t *kfm_operator_read(server_rec *s, apr_pool_t *p)
{
    const kf_flow_t *flow = kfm_flow_of(s);
    const kfm_status_t *status;

    kfm_status_read(&status, s, flow ? flow->db : NULL, p);
    return status;
}

bool kfm_operator_look(kf_status_t *out, server_rec *s, apr_pool_t *p)
{
    const kfm_cfg_t *cfg = kfm_cfg_get(s);
    const kfm_status_t *read = kfm_operator_read(s, p);

    *out = (kf_status_t){.rows = read->rows, .n = read->n, .read_at = read->ok ? read->read_at : 0,
                         .keys = cfg->keys, .folder = cfg->set.upload_dir, .begun_at = kfm_metrics_begun(),
                         .self = apr_psprintf(p, "%s/%d", kf_server_node(p), kfm_flow_of(s)->process)};
    return read->ok;
}

/* A virtual host without Konfirmado shows the first one with it. */
static server_rec *shown(server_rec *s)
{
    return kfm_cfg_get(s)->set.enabled ? s : kfm_cfg_first_enabled(ap_server_conf);
}

static int handler(request_rec *r)
{
    bool metrics = r->handler && !strcmp(r->handler, "konfirmado-metrics");
    bool status = r->handler && !strcmp(r->handler, "konfirmado-status");
    server_rec *s;

    if (!metrics && !status) {
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
    return metrics ? kfm_operator_metrics(r, s) : kfm_operator_status(r, s);
}

void kfm_operator_register(apr_pool_t *p)
{
    (void)p;
    ap_hook_handler(handler, NULL, NULL, APR_HOOK_MIDDLE);
}
