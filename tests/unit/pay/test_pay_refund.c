#include "pay_wompi.h"

#include <jansson.h>

Suite *kf_suite_pay_refund(void);

static const struct {
    const char *body;
    kf_money_t amount;
    int asked;
    int state; /* -1: an error */
    kf_pay_way_t way;
} refunds[] = {
    {ONE("APPROVED", "CARD"), {9500000, "COP"}, 0, KF_PAY_REFUND_RETRY, KF_PAY_BY_VOID},
    {ONE("APPROVED", "CARD"), {9500000, "COP"}, 1, KF_PAY_REFUND_RETRY, KF_PAY_BY_VOID},
    {ONE("APPROVED", "CARD"), {9499999, "COP"}, 0, KF_PAY_REFUND_RETRY, KF_PAY_BY_REFUND},
    {ONE("APPROVED", "CARD"), {9499999, "COP"}, 1, KF_PAY_REFUND_UNKNOWN, KF_PAY_BY_REFUND},
    {ONE("APPROVED", "CARD"), {9500001, "COP"}, 0, -1, 0},
    {ONE("APPROVED", "CARD"), {9500000, "USD"}, 0, -1, 0},
    {ONE("APPROVED", "CARD"), {0, "COP"}, 0, -1, 0},
    {ONE("APPROVED", "PSE"), {9500000, "COP"}, 0, KF_PAY_REFUND_RETRY, KF_PAY_BY_REFUND},
    {ONE("APPROVED", "PSE"), {9500000, "COP"}, 1, KF_PAY_REFUND_UNKNOWN, KF_PAY_BY_REFUND},
    {ONE("PENDING", "CARD"), {9500000, "COP"}, 0, KF_PAY_REFUND_UNSUPPORTED, 0},
    {ONE("VOIDED", "CARD"), {9500000, "COP"}, 1, KF_PAY_REFUND_DONE, 0},
};

static void check_refund_body(const char *text, int64_t amount)
{
    json_t *body = json_loads(text, 0, NULL);

    ck_assert_str_eq(json_string_value(json_object_get(body, "transaction_id")), "1-2-3");
    ck_assert_int_eq(json_integer_value(json_object_get(body, "amount_in_cents")), amount);
    ck_assert_str_eq(json_string_value(json_object_get(body, "reference")), "kfr-1");
    ck_assert_uint_eq(json_object_size(body), 3);
    json_decref(body);
}

START_TEST(asks_for_refunds)
{
    kf_pay_tx_t tx = tx_of(refunds[_i].body);
    kf_pay_give_t give = {&tx, refunds[_i].amount, "kfr-1", refunds[_i].asked};
    kf_pay_refund_t out;
    kf_http_req_t req;
    kf_err_t *err = kf_pay_wompi.refund_request(&out, &req, &account, &give, kf_test_pool);

    if (refunds[_i].state < 0) {
        ck_fails(err, KF_E_INVALID);
        return;
    }
    ck_ok(err);
    ck_assert_int_eq((int)out.state, refunds[_i].state);
    ck_assert((req.url != NULL) == (out.state == KF_PAY_REFUND_RETRY));
    ck_assert_int_eq(out.way, refunds[_i].way);
    if (req.url) {
        ck_assert_str_eq(req.method, "POST");
        ck_assert_uint_eq(req.body_len, strlen(req.body));
        if (out.way == KF_PAY_BY_VOID) {
            ck_assert_str_eq(req.url, "https://sandbox.wompi.co/v1/transactions/1-2-3/void");
            ck_assert_str_eq(req.body, "{}");
        } else {
            ck_assert_str_eq(req.url, "https://sandbox.wompi.co/v1/refunds");
            check_refund_body(req.body, refunds[_i].amount.minor);
        }
        ck_assert_str_eq(apr_table_get(req.headers, "Authorization"), "Bearer " PRV);
        ck_assert_str_eq(apr_table_get(req.headers, "Content-Type"), "application/json");
    }
}
END_TEST

static const struct {
    kf_http_outcome_t outcome;
    int status;
    const char *body;
    kf_pay_refund_state_t state;
    kf_pay_way_t way;
    const char *id;
} refund_answers[] = {
    {KF_HTTP_OK, 201, "", KF_PAY_REFUND_PENDING, KF_PAY_BY_VOID, NULL},
    {KF_HTTP_OK, 201,
     "{\"data\":{\"status\":\"APPROVED\",\"transaction\":{\"status\":\"VOIDED\"}}}",
     KF_PAY_REFUND_PENDING, KF_PAY_BY_VOID, NULL},
    {KF_HTTP_OK, 201, "{\"data\":{\"status\":\"DECLINED\"}}", KF_PAY_REFUND_FAILED, KF_PAY_BY_VOID, NULL},
    {KF_HTTP_OK, 401, "{\"error\":{\"type\":\"INVALID_ACCESS_TOKEN\"}}", KF_PAY_REFUND_FAILED, KF_PAY_BY_VOID, NULL},
    {KF_HTTP_OK, 404, "{\"error\":{\"type\":\"NOT_FOUND_ERROR\"}}", KF_PAY_REFUND_FAILED, KF_PAY_BY_VOID, NULL},
    {KF_HTTP_OK, 422, "{\"error\":{\"type\":\"INPUT_VALIDATION_ERROR\"}}", KF_PAY_REFUND_FAILED, KF_PAY_BY_VOID, NULL},
    {KF_HTTP_OK, 429, "", KF_PAY_REFUND_RETRY, KF_PAY_BY_VOID, NULL},
    {KF_HTTP_OK, 429, "{}", KF_PAY_REFUND_RETRY, KF_PAY_BY_VOID, NULL},
    {KF_HTTP_OK, 502, "<html>", KF_PAY_REFUND_UNKNOWN, KF_PAY_BY_VOID, NULL},
    {KF_HTTP_OK, 404, "<html>", KF_PAY_REFUND_UNKNOWN, KF_PAY_BY_VOID, NULL},
    {KF_HTTP_TIMEOUT, 0, "", KF_PAY_REFUND_UNKNOWN, KF_PAY_BY_VOID, NULL},
    {KF_HTTP_OTHER, 0, "", KF_PAY_REFUND_UNKNOWN, KF_PAY_BY_VOID, NULL},
    {KF_HTTP_CONNECT, 0, "", KF_PAY_REFUND_RETRY, KF_PAY_BY_VOID, NULL},
    {KF_HTTP_RESOLVE, 0, "", KF_PAY_REFUND_RETRY, KF_PAY_BY_VOID, NULL},
    {KF_HTTP_TLS, 0, "", KF_PAY_REFUND_RETRY, KF_PAY_BY_VOID, NULL},
#define REFUND(status) "{\"data\":{\"id\":1523,\"v2_refund_id\":\"v2_refund_abc\",\"status\":\"" status "\"}}"
    {KF_HTTP_OK, 201, REFUND("APPROVED"), KF_PAY_REFUND_DONE, KF_PAY_BY_REFUND, "v2_refund_abc"},
    {KF_HTTP_OK, 201, REFUND("PENDING"), KF_PAY_REFUND_PENDING, KF_PAY_BY_REFUND, "v2_refund_abc"},
    {KF_HTTP_OK, 201, REFUND("DECLINED"), KF_PAY_REFUND_FAILED, KF_PAY_BY_REFUND, "v2_refund_abc"},
    {KF_HTTP_OK, 201, REFUND("ERROR"), KF_PAY_REFUND_FAILED, KF_PAY_BY_REFUND, "v2_refund_abc"},
    {KF_HTTP_OK, 201, REFUND("CANCELLED"), KF_PAY_REFUND_FAILED, KF_PAY_BY_REFUND, "v2_refund_abc"},
    {KF_HTTP_OK, 201, REFUND("NEW"), KF_PAY_REFUND_UNKNOWN, KF_PAY_BY_REFUND, "v2_refund_abc"},
    {KF_HTTP_OK, 201, "{\"data\":{\"id\":7,\"status\":\"APPROVED\"}}", KF_PAY_REFUND_DONE, KF_PAY_BY_REFUND, "7"},
    {KF_HTTP_OK, 201, "", KF_PAY_REFUND_UNKNOWN, KF_PAY_BY_REFUND, NULL},
    {KF_HTTP_OK, 403, "{\"error\":{\"type\":\"FORBIDDEN\"}}", KF_PAY_REFUND_FAILED, KF_PAY_BY_REFUND, NULL},
    {KF_HTTP_OK, 401, "{\"error\":{\"type\":\"INVALID_ACCESS_TOKEN\"}}", KF_PAY_REFUND_FAILED, KF_PAY_BY_REFUND,
     NULL},
    {KF_HTTP_OK, 404, "{\"error\":{\"type\":\"NOT_FOUND_ERROR\"}}", KF_PAY_REFUND_FAILED, KF_PAY_BY_REFUND, NULL},
    {KF_HTTP_OK, 500, "", KF_PAY_REFUND_UNKNOWN, KF_PAY_BY_REFUND, NULL},
    {KF_HTTP_TIMEOUT, 0, "", KF_PAY_REFUND_UNKNOWN, KF_PAY_BY_REFUND, NULL},
    {KF_HTTP_CONNECT, 0, "", KF_PAY_REFUND_RETRY, KF_PAY_BY_REFUND, NULL},
};

START_TEST(parses_refunds)
{
    kf_http_res_t res = response(refund_answers[_i].outcome, refund_answers[_i].status,
                                 refund_answers[_i].body);
    kf_pay_refund_t out;

    kf_pay_wompi.refund_parse(&out, refund_answers[_i].way, &res, kf_test_pool);
    ck_assert_str_eq(kf_pay_refund_text(out.state), kf_pay_refund_text(refund_answers[_i].state));
    ck_assert_pstr_eq(out.provider_id, refund_answers[_i].id);
    ck_assert_int_eq(out.keys_refused, res.status == 401);
}
END_TEST

Suite *kf_suite_pay_refund(void)
{
    Suite *suite = suite_create("pay_refund");
    TCase *tc = kf_test_case(suite, "refund");

    tcase_add_loop_test(tc, asks_for_refunds, 0, KF_COUNT(refunds));
    tcase_add_loop_test(tc, parses_refunds, 0, KF_COUNT(refund_answers));
    return suite;
}
