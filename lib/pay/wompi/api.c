/* Reading transactions and testing keys. */
#include "base/uri.h"
#include "pay/wompi/int.h"

#include <apr_strings.h>
#include <apr_tables.h>
#include <string.h>

#define MAX_ROWS 50
#define UNUSED_REFERENCE "kf-test-of-keys"

enum { TEST_PUBLIC, TEST_PRIVATE };

kf_err_t *kf_wompi_tx_request(kf_http_req_t *out, const kf_pay_account_t *account, const char *id,
                              apr_pool_t *p)
{
    if (!kf_pay_is_id(id, KF_WOMPI_MAX_ID)) {
        return kf_err_field(p, KF_E_INVALID, "id", "This is not the id of a transaction.");
    }
    kf_wompi_request(out, account, "GET", apr_pstrcat(p, "/transactions/", id, NULL), p);
    return NULL;
}

kf_err_t *kf_wompi_find_request(kf_http_req_t *out, const kf_pay_account_t *account,
                                const char *reference, apr_pool_t *p)
{
    if (!kf_pay_is_id(reference, KF_WOMPI_MAX_REFERENCE)) {
        return kf_err_field(p, KF_E_INVALID, "reference", "This is not one of our references.");
    }
    kf_wompi_request(out, account, "GET",
                     apr_pstrcat(p, "/transactions?reference=", kf_uri_encode(reference, p), NULL),
                     p);
    return NULL;
}

/* -- transactions -- */

static const char *text_of(json_t *row, const char *name, apr_pool_t *p)
{
    const char *text = json_string_value(json_object_get(row, name));

    return text ? apr_pstrdup(p, text) : NULL;
}

static void read_rest(kf_pay_tx_t *tx, json_t *row, apr_pool_t *p)
{
    const char *method = text_of(row, "payment_method_type", p);

    tx->method = method ? method : "";
    tx->status = kf_wompi_status(tx->status_raw);
    tx->status_message = text_of(row, "status_message", p);
    tx->can_void = tx->status == KF_PAY_TX_APPROVED && strcmp(tx->method, "CARD") == 0;
}

/* 0 if a required member is missing. */
static int read_tx(kf_pay_tx_t *tx, json_t *row, apr_pool_t *p)
{
    json_t *cents = json_object_get(row, "amount_in_cents");
    const char *currency = text_of(row, "currency", p);

    tx->id = text_of(row, "id", p);
    tx->reference = text_of(row, "reference", p);
    tx->status_raw = text_of(row, "status", p);
    if (!kf_pay_is_id(tx->id, KF_WOMPI_MAX_ID) || !tx->reference || !tx->status_raw
        || strlen(tx->reference) > KF_WOMPI_MAX_REFERENCE || !currency || !json_is_integer(cents)
        || json_integer_value(cents) < 0
        || kf_money_init(&tx->amount, json_integer_value(cents), currency, p)) {
        return 0;
    }
    read_rest(tx, row, p);
    return 1;
}

/* A list with one unreadable row is rejected as a whole: that row might be the paid one. */
static int read_rows(kf_pay_answer_t *out, json_t *data, apr_pool_t *p)
{
    int is_list = json_is_array(data);
    size_t n = is_list ? json_array_size(data) : 1;
    kf_pay_tx_t *rows;

    if (!is_list && !json_is_object(data)) {
        return 0;
    }
    n = n > MAX_ROWS ? MAX_ROWS : n;
    rows = apr_pcalloc(p, (n ? n : 1) * sizeof(*rows));
    for (size_t i = 0; i < n; i++) {
        if (!read_tx(&rows[i], is_list ? json_array_get(data, i) : data, p)) {
            return 0;
        }
    }
    out->tx = rows;
    out->count = (int)n;
    return 1;
}

void kf_wompi_tx_parse(kf_pay_answer_t *out, const kf_http_res_t *res, apr_pool_t *p)
{
    json_t *root;

    memset(out, 0, sizeof(*out));
    out->verdict = kf_wompi_answer(&root, &out->message, res, p);
    out->retry_after_s = res->retry_after_s;
    if (out->verdict != KF_PAY_GOT) {
        return;
    }
    if (!read_rows(out, json_object_get(root, "data"), p)) {
        memset(out, 0, sizeof(*out));
        out->verdict = KF_PAY_RETRY;
        out->message = "the answer has no transaction that can be read";
    } else if (out->count == 0) {
        out->verdict = KF_PAY_NONE;
        out->message = "no transaction";
    }
}

/* -- testing keys: both environments answer 401 to the keys of the other -- */

kf_err_t *kf_wompi_test_request(kf_http_req_t *out, const kf_pay_account_t *account, int step,
                                apr_pool_t *p)
{
    apr_table_t *headers;

    if (step == TEST_PRIVATE) {
        return kf_wompi_find_request(out, account, UNUSED_REFERENCE, p);
    }
    if (step != TEST_PUBLIC) {
        return kf_err(p, KF_E_INTERNAL, "There is no such step.");
    }
    kf_wompi_request(out, account, "GET", "/merchants/info", p);
    headers = apr_table_make(p, 2);
    apr_table_setn(headers, "Accept", "application/json");
    apr_table_setn(headers, "x-merchant-public-key",
                   account->public_key ? account->public_key : "");
    out->headers = headers;
    return NULL;
}

static int test_answered(int step, json_t *root)
{
    json_t *data = json_object_get(root, "data");

    return step == TEST_PUBLIC ? json_is_object(data) : json_is_array(data);
}

void kf_wompi_test_parse(kf_pay_test_t *out, int step, const kf_http_res_t *res, apr_pool_t *p)
{
    json_t *root;
    kf_pay_verdict_t verdict;

    memset(out, 0, sizeof(*out));
    verdict = kf_wompi_answer(&root, &out->message, res, p);
    if (verdict == KF_PAY_GOT && test_answered(step, root)) {
        out->ok = 1;
        out->merchant = text_of(json_object_get(root, "data"), "name", p);
    } else if (verdict == KF_PAY_GOT || verdict == KF_PAY_RETRY) {
        out->retry = 1;
        out->message = out->message ? out->message : "the answer could not be read";
    } else {
        out->field = step == TEST_PUBLIC ? "public_key" : "private_key";
    }
}
