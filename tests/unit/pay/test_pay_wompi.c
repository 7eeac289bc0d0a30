#include "pay_wompi.h"

Suite *kf_suite_pay_wompi(void);

/* -- keys -- */

static const struct {
    const char *pub, *prv, *integrity, *events;
    int mode;          /* -1: refused */
    const char *field; /* the first invalid one */
} keysets[] = {
    {PUB, PRV, INTEGRITY, EVENTS, KF_PAY_TEST, NULL},
    {"pub_prod_a1", "prv_prod_a2", "prod_integrity_a3", "prod_events_a4", KF_PAY_PROD, NULL},
    {"pub_prod_a1", PRV, INTEGRITY, EVENTS, -1, "private_key"},
    {PUB, "prv_prod_a2", INTEGRITY, EVENTS, -1, "private_key"},
    {PUB, PRV, "prod_integrity_a3", EVENTS, -1, "integrity_secret"},
    {PUB, PRV, INTEGRITY, "prod_events_a4", -1, "events_secret"},
    {NULL, PRV, INTEGRITY, EVENTS, -1, "public_key"},
    {"", PRV, INTEGRITY, EVENTS, -1, "public_key"},
    {PUB, "", INTEGRITY, EVENTS, -1, "private_key"},
    {PRV, PUB, INTEGRITY, EVENTS, -1, "public_key"},
    {PUB, PRV, EVENTS, INTEGRITY, -1, "integrity_secret"},
    {"pub_test_", PRV, INTEGRITY, EVENTS, -1, "public_key"},
    {"pub_test_a b", PRV, INTEGRITY, EVENTS, -1, "public_key"},
    {PUB, PRV "\r\nX: y", INTEGRITY, EVENTS, -1, "private_key"},
    {"PUB_TEST_a", PRV, INTEGRITY, EVENTS, -1, "public_key"},
};

START_TEST(checks_keys)
{
    const kf_pay_account_t keys = {
        .public_key = keysets[_i].pub, .private_key = keysets[_i].prv,
        .integrity_secret = keysets[_i].integrity, .events_secret = keysets[_i].events,
    };
    kf_pay_mode_t mode = KF_PAY_TEST;
    kf_err_t *err = kf_pay_account_check(&mode, &kf_pay_wompi, &keys, kf_test_pool);

    ck_assert((err == NULL) == (keysets[_i].mode >= 0));
    if (err) {
        ck_assert_int_eq(err->code, KF_E_INVALID);
        ck_assert_str_eq(err->field, keysets[_i].field);
        ck_assert_ptr_null(strstr(err->detail, "Vector"));
    } else {
        ck_assert_int_eq((int)mode, keysets[_i].mode);
    }
}
END_TEST

START_TEST(names_every_bad_key)
{
    const kf_pay_account_t none = {0};
    kf_pay_mode_t mode;
    int n = 0;

    for (kf_err_t *e = kf_pay_account_check(&mode, &kf_pay_wompi, &none, kf_test_pool); e; e = e->next) {
        n++;
    }
    ck_assert_int_eq(n, 4);
}
END_TEST

START_TEST(registry)
{
    ck_assert_ptr_eq(kf_pay_provider_find("wompi"), &kf_pay_wompi);
    ck_assert_ptr_null(kf_pay_provider_find("Wompi"));
    ck_assert_ptr_null(kf_pay_provider_find(NULL));
    ck_assert_ptr_eq(kf_pay_provider_at(0), &kf_pay_wompi);
    ck_assert_ptr_null(kf_pay_provider_at(2));
    ck_assert_ptr_null(kf_pay_provider_at(-1));
}
END_TEST

/* -- checkout -- */

static const struct {
    const char *reference, *expiration, *secret, *signature;
    int64_t minor;
} signatures[] = {
    {"sk8-438k4-xmxm392-sn2m", NULL, "prod_integrity_" "Z5mMke9x0k8gpErbDqwrJXMqsI6SFli6",
     "37c8407747e595535433ef8f6a811d853cd943046624a0ec04662b17bbf33bf5", 2490000},
    {"sk8-438k4-xmxm392-sn2m", "2023-06-09T20:28:50.000Z",
     "prod_integrity_" "Z5mMke9x0k8gpErbDqwrJXMqsI6SFli6",
     "e972f58e7de36b283fbb93d9318d39a54ffdff4e8e917b534f30d63c9d7bb89c", 2490000},
    {"kf-7Q2M9-1", NULL, INTEGRITY,
     "94458a35d7260215705b140d339ae42e53273070ded6b6b19b529736e47f893c", 9500000},
    {"kf-7Q2M9-1", "2026-12-01T15:30:00.000Z", INTEGRITY,
     "ddffff5bcf27af3b185f000476f02a8f311aec06863eaf8bcb20b11d3d612c41", 9500000},
};

START_TEST(integrity)
{
    const kf_money_t amount = {signatures[_i].minor, "COP"};

    ck_assert_str_eq(kf_wompi_integrity(signatures[_i].reference, amount,
                                        signatures[_i].expiration, signatures[_i].secret,
                                        kf_test_pool),
                     signatures[_i].signature);
}
END_TEST

static kf_pay_order_t sample_order(void)
{
    kf_pay_order_t order = {
        .reference = "kf-7Q2M9-1", .amount = {9500000, "COP"}, .has_expiry = 1,
        .redirect_url = "https://pay.example.test/r/wompi?b=7Q2M9",
        .customer_email = "ana@example.test", .customer_name = "Ana P\xc3\xa9rez",
        .customer_phone = "+573001234567", .description = "Consulta",
    };

    ck_ok(kf_instant_parse(&order.expires_at, NULL, "2026-12-01T15:30:00Z", kf_test_pool));
    return order;
}

START_TEST(checkout_url)
{
    kf_pay_order_t order = sample_order();
    kf_pay_started_t started;

    ck_ok(kf_pay_wompi.create(&started, &account, &order, kf_test_pool));
    ck_assert_str_eq(
        started.checkout_url,
        "https://checkout.wompi.co/p/?public-key=pub_test_KonfirmadoVector0001&currency=COP"
        "&amount-in-cents=9500000&reference=kf-7Q2M9-1&signature%3Aintegrity="
        "ddffff5bcf27af3b185f000476f02a8f311aec06863eaf8bcb20b11d3d612c41"
        "&redirect-url=https%3A%2F%2Fpay.example.test%2Fr%2Fwompi%3Fb%3D7Q2M9"
        "&expiration-time=2026-12-01T15%3A30%3A00.000Z"
        "&customer-data%3Aemail=ana%40example.test"
        "&customer-data%3Afull-name=Ana+P%C3%A9rez"
        "&customer-data%3Aphone-number=3001234567"
        "&customer-data%3Aphone-number-prefix=%2B57");
}
END_TEST

START_TEST(checkout_url_least)
{
    const kf_pay_order_t order = {.reference = "kf-7Q2M9-1", .amount = {9500000, "COP"},
                                  .customer_phone = "+14155550100"};
    kf_pay_account_t here = account;
    kf_pay_started_t started;

    here.settings = &(kf_wompi_settings_t){.checkout = "http://127.0.0.1:9000/p/"};
    ck_ok(kf_pay_wompi.create(&started, &here, &order, kf_test_pool));
    ck_assert_str_eq(
        started.checkout_url,
        "http://127.0.0.1:9000/p/?public-key=pub_test_KonfirmadoVector0001&currency=COP"
        "&amount-in-cents=9500000&reference=kf-7Q2M9-1&signature%3Aintegrity="
        "94458a35d7260215705b140d339ae42e53273070ded6b6b19b529736e47f893c");
}
END_TEST

static const struct {
    kf_money_t amount;
    int64_t min, max;
    const char *reference, *field;
} orders[] = {
    {{150000, "COP"}, 0, 0, "a", NULL},
    {{149999, "COP"}, 0, 0, "a", "amount"},
    {{INT64_C(1000000000000), "COP"}, 0, 0, "a", NULL},
    {{INT64_C(1000000000001), "COP"}, 0, 0, "a", "amount"},
    {{0, "COP"}, 0, 0, "a", "amount"},
    {{-9500000, "COP"}, 0, 0, "a", "amount"},
    {{100, "COP"}, 100, 0, "a", NULL},
    {{99, "COP"}, 100, 0, "a", "amount"},
    {{500001, "COP"}, 0, 500000, "a", "amount"},
    {{150000, "USD"}, 0, 0, "a", "amount"},
    {{150000, "COP"}, 0, 0, "", "reference"},
    {{150000, "COP"}, 0, 0, NULL, "reference"},
    {{150000, "COP"}, 0, 0, "a b", "reference"},
    {{150000, "COP"}, 0, 0, "a&b", "reference"},
    {{150000, "COP"}, 0, 0, "\xc3\xb1", "reference"},
};

START_TEST(orders_that_cannot_be_paid)
{
    const kf_pay_order_t order = {.reference = orders[_i].reference, .amount = orders[_i].amount};
    kf_pay_account_t here = account;
    kf_pay_started_t started;
    kf_err_t *err;

    here.amount_min = orders[_i].min;
    here.amount_max = orders[_i].max;
    err = kf_pay_wompi.create(&started, &here, &order, kf_test_pool);
    ck_assert((err == NULL) == (orders[_i].field == NULL));
    if (err) {
        ck_assert_int_eq(err->code, KF_E_INVALID);
        ck_assert_str_eq(err->field, orders[_i].field);
        ck_assert_ptr_null(started.checkout_url);
    }
}
END_TEST

/* -- requests -- */

START_TEST(reads_with_the_private_key)
{
    kf_pay_account_t here = account;
    kf_http_req_t req;

    ck_ok(kf_pay_wompi.tx_request(&req, &account, "15113-1763700000-10001", kf_test_pool));
    ck_assert_str_eq(req.url, "https://sandbox.wompi.co/v1/transactions/15113-1763700000-10001");
    ck_assert_str_eq(req.method, "GET");
    ck_assert_str_eq(apr_table_get(req.headers, "Authorization"), "Bearer " PRV);
    ck_assert_ptr_null(req.guard);
    here.mode = KF_PAY_PROD;
    ck_ok(kf_pay_wompi.find_request(&req, &here, "kf-7Q2M9-1", kf_test_pool));
    ck_assert_str_eq(req.url, "https://production.wompi.co/v1/transactions?reference=kf-7Q2M9-1");
    ck_assert_str_eq(apr_table_get(req.headers, "Authorization"), "Bearer " PRV);
    here.settings = &(kf_wompi_settings_t){.api = "http://127.0.0.1:9000/v1"};
    ck_ok(kf_pay_wompi.find_request(&req, &here, "a", kf_test_pool));
    ck_assert_str_eq(req.url, "http://127.0.0.1:9000/v1/transactions?reference=a");
}
END_TEST

static const char *const bad_ids[] = {
    "", "../merchants/info", "a/b", "a?b", "a b", "a%2f", "a\r\n", "\xc3\xb1",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", /* 65 */
};

START_TEST(ids_of_payers_are_checked)
{
    kf_http_req_t req;

    ck_fails(kf_pay_wompi.tx_request(&req, &account, bad_ids[_i], kf_test_pool), KF_E_INVALID);
    ck_fails(kf_pay_wompi.tx_request(&req, &account, NULL, kf_test_pool), KF_E_INVALID);
}
END_TEST

/* -- answers -- */

static const struct {
    kf_http_outcome_t outcome;
    int status;
    const char *body;
    kf_pay_verdict_t verdict;
    int count;
} answers[] = {
    {KF_HTTP_OK, 200, ONE("APPROVED", "CARD"), KF_PAY_GOT, 1},
    {KF_HTTP_OK, 200, "{\"data\":[" ROW("1", "DECLINED", "PSE") "," ROW("2", "APPROVED", "PSE")
     "],\"meta\":{}}", KF_PAY_GOT, 2},
    {KF_HTTP_OK, 200, "{\"data\":[],\"meta\":{}}", KF_PAY_NONE, 0},
    {KF_HTTP_OK, 200, "{\"data\":[" ROW("1", "DECLINED", "PSE") ",7]}", KF_PAY_RETRY, 0},
    {KF_HTTP_OK, 200, "{\"data\":null}", KF_PAY_RETRY, 0},
    {KF_HTTP_OK, 200, "{}", KF_PAY_RETRY, 0},
    {KF_HTTP_OK, 200, "[]", KF_PAY_RETRY, 0},
    {KF_HTTP_OK, 200, "", KF_PAY_RETRY, 0},
    {KF_HTTP_OK, 200, "<html>", KF_PAY_RETRY, 0},
    {KF_HTTP_OK, 200, "{\"data\":{\"id\":\"1-2", KF_PAY_RETRY, 0},
    {KF_HTTP_OK, 401, "{\"error\":{\"type\":\"INVALID_ACCESS_TOKEN\",\"reason\":\"x\"}}",
     KF_PAY_KEYS, 0},
    {KF_HTTP_OK, 401, "<html>", KF_PAY_RETRY, 0},
    {KF_HTTP_OK, 404, "{\"error\":{\"type\":\"NOT_FOUND_ERROR\",\"reason\":\"x\"}}", KF_PAY_NONE,
     0},
    {KF_HTTP_OK, 404, "not found", KF_PAY_RETRY, 0},
    {KF_HTTP_OK, 422, "{\"error\":{\"type\":\"INPUT_VALIDATION_ERROR\",\"messages\":"
     "{\"reference\":[\"ya fue usada\"]}}}", KF_PAY_REFUSED, 0},
    {KF_HTTP_OK, 422, "{\"error\":{\"type\":\"X\",\"messages\":{\"a\":[]}}}", KF_PAY_REFUSED, 0},
    {KF_HTTP_OK, 429, "{}", KF_PAY_RETRY, 0},
    {KF_HTTP_OK, 500, "{}", KF_PAY_RETRY, 0},
    {KF_HTTP_OK, 302, "{}", KF_PAY_RETRY, 0},
    {KF_HTTP_TIMEOUT, 200, ONE("APPROVED", "CARD"), KF_PAY_RETRY, 0},
    {KF_HTTP_CONNECT, 0, "", KF_PAY_RETRY, 0},
    {KF_HTTP_TOO_LARGE, 200, "", KF_PAY_RETRY, 0},
};

START_TEST(parses_answers)
{
    kf_http_res_t res = response(answers[_i].outcome, answers[_i].status, answers[_i].body);
    kf_pay_answer_t out;

    res.retry_after_s = 9;
    kf_pay_wompi.tx_parse(&out, &res, kf_test_pool);
    ck_assert_str_eq(kf_pay_verdict_text(out.verdict), kf_pay_verdict_text(answers[_i].verdict));
    ck_assert_int_eq(out.count, answers[_i].count);
    if (answers[_i].status == 429) {
        ck_assert_int_eq(out.retry_after_s, 9);
    }
    ck_assert((out.message == NULL) == (out.verdict == KF_PAY_GOT));
}
END_TEST

START_TEST(says_what_was_refused)
{
    kf_http_res_t res = response(KF_HTTP_OK, 422, answers[14].body);
    kf_pay_answer_t out;

    kf_pay_wompi.tx_parse(&out, &res, kf_test_pool);
    ck_assert_str_eq(out.message, "HTTP 422 INPUT_VALIDATION_ERROR reference: ya fue usada");
}
END_TEST

static const struct {
    const char *body;
    kf_pay_tx_status_t status;
    int can_void;
} rows[] = {
    {ONE("PENDING", "CARD"), KF_PAY_TX_PENDING, 0},
    {ONE("APPROVED", "CARD"), KF_PAY_TX_APPROVED, 1},
    {ONE("APPROVED", "PSE"), KF_PAY_TX_APPROVED, 0},
    {ONE("DECLINED", "CARD"), KF_PAY_TX_DECLINED, 0},
    {ONE("VOIDED", "CARD"), KF_PAY_TX_VOIDED, 0},
    {ONE("ERROR", "NEQUI"), KF_PAY_TX_ERROR, 0},
    {ONE("SOMETHING", "CARD"), KF_PAY_TX_PENDING, 0},
};

START_TEST(reads_transactions)
{
    kf_pay_tx_t tx = tx_of(rows[_i].body);

    ck_assert_str_eq(kf_pay_tx_status_text(tx.status), kf_pay_tx_status_text(rows[_i].status));
    ck_assert_int_eq(tx.can_void, rows[_i].can_void);
    ck_assert_str_eq(tx.id, "1-2-3");
    ck_assert_str_eq(tx.reference, "kf-7Q2M9-1");
    ck_assert_int_eq(tx.amount.minor, 9500000);
    ck_assert_str_eq(tx.amount.currency, "COP");
    ck_assert_ptr_null(tx.status_message);
}
END_TEST

/* -- testing keys -- */

static const struct {
    int step, status;
    const char *body;
    int ok, retry;
    const char *field;
} tests[] = {
    {0, 200, "{\"data\":{\"name\":\"Peluquer\xc3\xad" "a\"}}", 1, 0, NULL},
    {1, 200, "{\"data\":[],\"meta\":{}}", 1, 0, NULL},
    {0, 401, "{\"error\":{\"type\":\"INVALID_ACCESS_TOKEN\"}}", 0, 0, "public_key"},
    {0, 404, "{\"error\":{\"type\":\"NOT_FOUND_ERROR\"}}", 0, 0, "public_key"},
    {1, 401, "{\"error\":{\"type\":\"INVALID_ACCESS_TOKEN\"}}", 0, 0, "private_key"},
    {0, 500, "{}", 0, 1, NULL},
    {1, 200, "<html>", 0, 1, NULL},
    {1, 200, "{\"data\":{}}", 0, 1, NULL},
};

START_TEST(tests_keys)
{
    kf_http_res_t res = response(KF_HTTP_OK, tests[_i].status, tests[_i].body);
    kf_pay_test_t out;
    kf_http_req_t req;

    ck_ok(kf_pay_wompi.test_request(&req, &account, tests[_i].step, kf_test_pool));
    if (tests[_i].step == 0) {
        ck_assert_str_eq(req.url, "https://sandbox.wompi.co/v1/merchants/info");
        ck_assert_str_eq(apr_table_get(req.headers, "x-merchant-public-key"), PUB);
        ck_assert_ptr_null(apr_table_get(req.headers, "Authorization"));
    } else {
        ck_assert_str_eq(apr_table_get(req.headers, "Authorization"), "Bearer " PRV);
    }
    kf_pay_wompi.test_parse(&out, tests[_i].step, &res, kf_test_pool);
    ck_assert_int_eq(out.ok, tests[_i].ok);
    ck_assert_int_eq(out.retry, tests[_i].retry);
    ck_assert_pstr_eq(out.field, tests[_i].field);
    ck_assert((out.message == NULL) == (out.ok == 1));
}
END_TEST

Suite *kf_suite_pay_wompi(void)
{
    Suite *suite = suite_create("pay_wompi");
    TCase *tc = kf_test_case(suite, "wompi");

    tcase_add_loop_test(tc, checks_keys, 0, KF_COUNT(keysets));
    tcase_add_test(tc, names_every_bad_key);
    tcase_add_test(tc, registry);
    tcase_add_loop_test(tc, integrity, 0, KF_COUNT(signatures));
    tcase_add_test(tc, checkout_url);
    tcase_add_test(tc, checkout_url_least);
    tcase_add_loop_test(tc, orders_that_cannot_be_paid, 0, KF_COUNT(orders));
    tcase_add_test(tc, reads_with_the_private_key);
    tcase_add_loop_test(tc, ids_of_payers_are_checked, 0, KF_COUNT(bad_ids));
    tcase_add_loop_test(tc, parses_answers, 0, KF_COUNT(answers));
    tcase_add_test(tc, says_what_was_refused);
    tcase_add_loop_test(tc, reads_transactions, 0, KF_COUNT(rows));
    tcase_add_loop_test(tc, tests_keys, 0, KF_COUNT(tests));
    return suite;
}
