#include "net/http.h"

#include "net/http_transfer.h"

const char *kf_http_outcome_text(kf_http_outcome_t outcome)
{
    static const char *const texts[] = {
        [KF_HTTP_OK] = "ok",
        [KF_HTTP_DENIED] = "denied",
        [KF_HTTP_RESOLVE] = "resolve",
        [KF_HTTP_CONNECT] = "connect",
        [KF_HTTP_TLS] = "tls",
        [KF_HTTP_TIMEOUT] = "timeout",
        [KF_HTTP_TOO_LARGE] = "too_large",
        [KF_HTTP_OTHER] = "other",
    };

    return (unsigned)outcome < sizeof(texts) / sizeof(*texts) ? texts[outcome] : "other";
}

kf_err_t *kf_http_global_init(apr_pool_t *p)
{
    CURLcode rc = curl_global_init(CURL_GLOBAL_DEFAULT);

    if (rc) {
        return kf_err_because(p, kf_err(p, KF_E_INTERNAL, "Outgoing HTTP could not be set up."),
                              "%s", curl_easy_strerror(rc));
    }
    return NULL;
}

kf_err_t *kf_http_perform(kf_http_res_t **out, const kf_http_req_t *req, apr_pool_t *p)
{
    kf_transfer_t *transfer;
    kf_err_t *err = kf_transfer_open(&transfer, req, p);

    if (err && err->code == KF_E_EGRESS_DENIED) {
        *out = kf_transfer_denied(err, p);
        return NULL;
    }
    KF_TRY(err);
    *out = kf_transfer_result(transfer, curl_easy_perform(transfer->easy));
    kf_transfer_close(transfer);
    return NULL;
}
