/*
 * Giving money back. Wompi can void an approved card payment, whole; the answer
 * says only that it was taken, so the transaction is read again for the truth.
 */
#include "pay/wompi_int.h"

#include <apr_strings.h>
#include <apr_tables.h>
#include <string.h>

kf_err_t *kf_wompi_refund_request(kf_pay_refund_t *out, kf_http_req_t *req,
                                  const kf_pay_account_t *account, const kf_pay_tx_t *tx,
                                  kf_money_t amount, apr_pool_t *p)
{
    apr_table_t *headers;

    memset(out, 0, sizeof(*out));
    memset(req, 0, sizeof(*req));
    if (amount.minor <= 0 || strcmp(amount.currency, tx->amount.currency) != 0
        || amount.minor > tx->amount.minor) {
        return kf_err_field(p, KF_E_INVALID, "amount",
                            "No more can be given back than was paid, and in the same currency.");
    }
    if (!kf_wompi_is_id(tx->id, KF_WOMPI_MAX_ID)) {
        return kf_err_field(p, KF_E_INVALID, "id", "This is not the id of a transaction.");
    }
    if (tx->status == KF_PAY_TX_VOIDED) {
        out->state = KF_PAY_REFUND_DONE;
        return NULL;
    }
    if (!tx->can_void || amount.minor != tx->amount.minor) {
        out->state = KF_PAY_REFUND_UNSUPPORTED;
        out->message = "only a whole approved card payment can be voided";
        return NULL;
    }
    kf_wompi_request(req, account, "POST", apr_pstrcat(p, "/transactions/", tx->id, "/void", NULL),
                     p);
    headers = apr_table_copy(p, req->headers);
    apr_table_setn(headers, "Content-Type", "application/json");
    req->headers = headers;
    req->body = "{}";
    req->body_len = 2;
    out->state = KF_PAY_REFUND_RETRY;
    return NULL;
}

/* Without an answer: was anything sent? */
static kf_pay_refund_state_t state_of_silence(kf_http_outcome_t outcome)
{
    switch (outcome) {
    case KF_HTTP_DENIED:
    case KF_HTTP_RESOLVE:
    case KF_HTTP_CONNECT:
    case KF_HTTP_TLS:
        return KF_PAY_REFUND_RETRY;
    default:
        return KF_PAY_REFUND_UNKNOWN;
    }
}

static kf_pay_refund_state_t state_of_refusal(kf_pay_verdict_t verdict, int status)
{
    if (verdict == KF_PAY_RETRY) {
        return status == 429 ? KF_PAY_REFUND_RETRY : KF_PAY_REFUND_UNKNOWN;
    }
    return KF_PAY_REFUND_FAILED;
}

/* A void that was taken may still say in its body that it was not done. */
static kf_pay_refund_state_t state_of_body(json_t *root)
{
    const char *status = json_string_value(
        json_object_get(json_object_get(root, "data"), "status"));

    if (status && (strcmp(status, "DECLINED") == 0 || strcmp(status, "ERROR") == 0)) {
        return KF_PAY_REFUND_FAILED;
    }
    return KF_PAY_REFUND_PENDING;
}

void kf_wompi_refund_parse(kf_pay_refund_t *out, const kf_http_res_t *res, apr_pool_t *p)
{
    json_t *root;
    kf_pay_verdict_t verdict;

    memset(out, 0, sizeof(*out));
    out->retry_after_s = res->retry_after_s;
    verdict = kf_wompi_answer(&root, &out->message, res, p);
    if (res->outcome != KF_HTTP_OK) {
        out->state = state_of_silence(res->outcome);
    } else if (res->status >= 200 && res->status < 300) {
        /* the body may be empty */
        out->state = state_of_body(root);
        out->message = out->state == KF_PAY_REFUND_FAILED ? "the void was declined" : NULL;
    } else {
        out->state = state_of_refusal(verdict, res->status);
        out->keys_refused = verdict == KF_PAY_KEYS;
    }
}
