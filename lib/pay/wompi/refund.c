/*
 * Refunds. An approved card payment is voided, whole: the answer says only that
 * the request was accepted, so the transaction is read again for the result. A
 * part, and payments by other methods, are refunded; there the answer is all we
 * get: no documented call reads a refund again. Whether an account may refund at all
 * is known only when it tries.
 */
#include "pay/wompi/int.h"

#include <apr_strings.h>
#include <apr_tables.h>
#include <string.h>

#include "base/buf.h"
#include "json/encode.h"

#define MAX_BODY 512

/* -- the request -- */

static void post(kf_http_req_t *req, const kf_pay_account_t *account, const char *path,
                 const char *body, apr_pool_t *p)
{
    apr_table_t *headers;

    kf_wompi_request(req, account, "POST", path, p);
    headers = apr_table_copy(p, req->headers);
    apr_table_setn(headers, "Content-Type", "application/json");
    req->headers = headers;
    req->body = body;
    req->body_len = strlen(body);
}

static kf_err_t *refund_body(const char **out, const kf_pay_give_t *give, apr_pool_t *p)
{
    kf_buf_t b;

    kf_buf_init(&b, p, 160, MAX_BODY);
    kf_json_open(&b, '{');
    kf_json_str(&b, "transaction_id", give->tx->id);
    kf_json_int(&b, "amount_in_cents", give->amount.minor);
    kf_json_str(&b, "reference", give->reference);
    kf_json_close(&b, '}');
    KF_TRY(kf_buf_check(&b, "refund", p));
    *out = kf_buf_text(&b);
    return NULL;
}

static kf_err_t *check(const kf_pay_give_t *give, apr_pool_t *p)
{
    const kf_money_t *amount = &give->amount, *paid = &give->tx->amount;

    if (amount->minor <= 0 || strcmp(amount->currency, paid->currency) != 0
        || amount->minor > paid->minor) {
        return kf_err_field(p, KF_E_INVALID, "amount",
                            "A refund must not exceed the payment and must be in its currency.");
    }
    if (!kf_pay_is_id(give->tx->id, KF_WOMPI_MAX_ID)) {
        return kf_err_field(p, KF_E_INVALID, "id", "This is not the id of a transaction.");
    }
    if (!kf_pay_is_id(give->reference, KF_WOMPI_MAX_REFERENCE)) {
        return kf_err_field(p, KF_E_INVALID, "reference", "This is not a reference.");
    }
    return NULL;
}

kf_err_t *kf_wompi_refund_request(kf_pay_refund_t *out, kf_http_req_t *req,
                                  const kf_pay_account_t *account, const kf_pay_give_t *give,
                                  apr_pool_t *p)
{
    const kf_pay_tx_t *tx = give->tx;
    const char *body;

    memset(out, 0, sizeof(*out));
    memset(req, 0, sizeof(*req));
    KF_TRY(check(give, p));
    if (tx->status == KF_PAY_TX_VOIDED) {
        out->state = KF_PAY_REFUND_DONE;
        return NULL;
    }
    if (tx->status != KF_PAY_TX_APPROVED) {
        out->state = KF_PAY_REFUND_UNSUPPORTED;
        out->message = "only an approved payment can be refunded";
        return NULL;
    }
    out->state = KF_PAY_REFUND_RETRY;
    if (tx->can_void && give->amount.minor == tx->amount.minor) {
        out->way = KF_PAY_BY_VOID;
        post(req, account, apr_pstrcat(p, "/transactions/", tx->id, "/void", NULL), "{}", p);
        return NULL;
    }
    out->way = KF_PAY_BY_REFUND;
    if (give->asked) {
        out->state = KF_PAY_REFUND_UNKNOWN;
        out->message = "the refund may have been made: check at Wompi before you pay it back";
        return NULL;
    }
    KF_TRY(refund_body(&body, give, p));
    post(req, account, "/refunds", body, p);
    return NULL;
}

/* -- the answer -- */

static kf_pay_refund_state_t state_of_refusal(kf_pay_verdict_t verdict, int status)
{
    if (verdict == KF_PAY_RETRY) {
        return status == 429 ? KF_PAY_REFUND_RETRY : KF_PAY_REFUND_UNKNOWN;
    }
    return KF_PAY_REFUND_FAILED;
}

/* The body of an accepted void may still say that it was not done; the body may be empty. */
static kf_pay_refund_state_t state_of_void(json_t *data)
{
    const char *status = json_string_value(json_object_get(data, "status"));

    if (status && (strcmp(status, "DECLINED") == 0 || strcmp(status, "ERROR") == 0)) {
        return KF_PAY_REFUND_FAILED;
    }
    return KF_PAY_REFUND_PENDING;
}

/* An unknown status means that it was at least accepted. */
static kf_pay_refund_state_t state_of_refund(json_t *data)
{
    static const struct {
        const char *status;
        kf_pay_refund_state_t state;
    } states[] = {{"APPROVED", KF_PAY_REFUND_DONE},
                  {"PENDING", KF_PAY_REFUND_PENDING},
                  {"DECLINED", KF_PAY_REFUND_FAILED},
                  {"ERROR", KF_PAY_REFUND_FAILED},
                  {"CANCELLED", KF_PAY_REFUND_FAILED}};
    const char *status = json_string_value(json_object_get(data, "status"));

    for (size_t i = 0; status && i < sizeof(states) / sizeof(states[0]); i++) {
        if (strcmp(states[i].status, status) == 0) {
            return states[i].state;
        }
    }
    return KF_PAY_REFUND_UNKNOWN;
}

static const char *id_of(json_t *data, apr_pool_t *p)
{
    const char *id = json_string_value(json_object_get(data, "v2_refund_id"));
    json_t *number = json_object_get(data, "id");

    if (id && kf_pay_is_id(id, KF_WOMPI_MAX_ID)) {
        return apr_pstrdup(p, id);
    }
    return json_is_integer(number)
               ? apr_psprintf(p, "%" APR_INT64_T_FMT, (apr_int64_t)json_integer_value(number))
               : NULL;
}

static void read_taken(kf_pay_refund_t *out, json_t *data, apr_pool_t *p)
{
    if (out->way == KF_PAY_BY_VOID) {
        out->state = state_of_void(data);
        out->message = out->state == KF_PAY_REFUND_FAILED ? "the void was declined" : NULL;
        return;
    }
    out->state = state_of_refund(data);
    out->provider_id = id_of(data, p);
    out->message = out->state == KF_PAY_REFUND_FAILED ? "the refund was declined" : NULL;
}

void kf_wompi_refund_parse(kf_pay_refund_t *out, kf_pay_way_t way, const kf_http_res_t *res,
                           apr_pool_t *p)
{
    json_t *root;
    kf_pay_verdict_t verdict;

    memset(out, 0, sizeof(*out));
    out->way = way;
    out->retry_after_s = res->retry_after_s;
    verdict = kf_wompi_answer(&root, &out->message, res, p);
    if (res->outcome != KF_HTTP_OK) {
        out->state = kf_pay_refund_of_silence(res->outcome);
    } else if (res->status >= 200 && res->status < 300) {
        read_taken(out, json_object_get(root, "data"), p);
    } else {
        out->state = state_of_refusal(verdict, res->status);
        /* 403: the account cannot refund; 401: wrong keys */
        out->keys_refused = verdict == KF_PAY_KEYS && (way == KF_PAY_BY_VOID || res->status == 401);
    }
}
