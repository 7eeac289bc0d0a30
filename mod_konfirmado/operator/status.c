/* The operator's status page. */
#include "http/make.h"
#include "http/reply.h"
#include "operator/operator.h"
#include "operator/status_view.h"

int kfm_operator_status(request_rec *r, server_rec *s)
{
    kfm_cfg_t *cfg = kfm_cfg_get(s);
    kfm_call_t *call = kfm_make_call(r, cfg);
    kf_status_t status;
    kfm_status_page_t page = {.status = &status};
    kf_err_t *err;

    page.read = kfm_operator_look(&status, s, r->pool);
    kfm_metrics_connections(&page.pool);
    err = kfm_page_status(call, &page);
    if (err) {
        kfm_reply_error(call, err);
    }
    return OK;
}
