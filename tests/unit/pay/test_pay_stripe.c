/* Stripe: requests, answers, signatures, refunds. The vectors are those of Stripe's own SDK. */
#include <apr_strings.h>
#include <string.h>

#include "pay/stripe/stripe.h"
#include "test.h"

/* in two pieces, so that scanners for secrets do not take them for one */
#define KEY "sk_test_" "KonfirmadoVector0001"
#define SECRET "whsec_" "KonfirmadoVector0001"
#define NOW (INT64_C(1763700012) * KF_SECOND)
#define BODY                                                                                                        \
    "{\"id\":\"evt_test_1\",\"object\":\"event\",\"type\":\"checkout.session.completed\",\"created\":1763700012,"     \
    "\"livemode\":false,\"data\":{\"object\":{\"id\":\"cs_test_1\",\"object\":\"checkout.session\","                \
    "\"payment_status\":\"paid\",\"amount_total\":9500000,\"currency\":\"cop\",\"client_reference_id\":\"kf-7Q2M9-1\"}}}"
#define V1 "2a8dbb78c71668bf2a3f3e91b178b394f48518c72e7ab204b3829a88f1041a78"
#define GOOD KF_E__COUNT
#define ZERO "0000000000000000000000000000000000000000000000000000000000000000"

static const kf_pay_account_t account = {.provider = "stripe", .mode = KF_PAY_TEST, .private_key = KEY,
                                         .events_secret = SECRET};

static kf_http_res_t response(int status, const char *body)
{
    return (kf_http_res_t){.outcome = KF_HTTP_OK, .status = status, .body = body, .body_len = strlen(body), .remote_ip = ""};
}

/* -- making a checkout -- */

static kf_pay_order_t order(void)
{
    kf_pay_order_t out = {.reference = "kf-7Q2M9-1", .amount = {9500000, "COP"}, .has_expiry = 1, .expires_at = NOW,
                          .redirect_url = "https://pay.example.test/book/7Q2M9/confirm", .language = "es",
                          .customer_email = "ana@example.test", .description = "Consulta 30 min"};

    return out;
}

START_TEST(create)
{
    kf_pay_order_t wish = order();
    kf_pay_started_t started, again;

    ck_assert_ptr_null(kf_pay_stripe.create(&started, &account, &wish, kf_test_pool));
    ck_assert_ptr_null(started.checkout_url);
    ck_assert_str_eq(started.request.method, "POST");
    ck_assert_str_eq(started.request.url, "https://api.stripe.com/v1/checkout/sessions");
    ck_assert_str_eq(apr_table_get(started.request.headers, "Authorization"), "Bearer " KEY);
    ck_assert_str_eq(apr_table_get(started.request.headers, "Stripe-Version"), "2026-10-28.endive");
    ck_assert_str_eq(apr_table_get(started.request.headers, "Idempotency-Key"), "kf:kf-7Q2M9-1:create");
    ck_assert_str_eq(
        started.request.body,
        "mode=payment&submit_type=book&locale=es&client_reference_id=kf-7Q2M9-1&customer_email=ana%40example.test"
        "&line_items[0][quantity]=1&line_items[0][price_data][currency]=cop&line_items[0][price_data][unit_amount]=9500000"
        "&line_items[0][price_data][product_data][name]=Consulta%2030%20min"
        "&success_url=https%3A%2F%2Fpay.example.test%2Fbook%2F7Q2M9%2Fconfirm"
        "&cancel_url=https%3A%2F%2Fpay.example.test%2Fbook%2F7Q2M9%2Fconfirm&expires_at=1763701872"
        "&metadata[reference]=kf-7Q2M9-1&payment_intent_data[metadata][reference]=kf-7Q2M9-1");
    ck_assert_ptr_null(kf_pay_stripe.create(&again, &account, &wish, kf_test_pool));
    ck_assert_str_eq(again.request.body, started.request.body);
}
END_TEST

static const char *unit_amount(int64_t minor, const char *currency)
{
    kf_pay_order_t wish = order();
    kf_pay_started_t started;
    const char *at;

    wish.amount.minor = minor;
    strcpy(wish.amount.currency, currency);
    if (kf_pay_stripe.create(&started, &account, &wish, kf_test_pool)) {
        return "refused";
    }
    at = strstr(started.request.body, "[unit_amount]=") + 14;
    return apr_pstrmemdup(kf_test_pool, at, strcspn(at, "&"));
}

START_TEST(units)
{
    ck_assert_str_eq(unit_amount(9500000, "COP"), "9500000");
    ck_assert_str_eq(unit_amount(3500, "USD"), "3500");
    ck_assert_str_eq(unit_amount(3500, "JPY"), "3500");
    ck_assert_str_eq(unit_amount(3500, "CLP"), "3500");
    ck_assert_str_eq(unit_amount(3500, "ISK"), "350000");
    ck_assert_str_eq(unit_amount(3500, "UGX"), "350000");
    ck_assert_str_eq(unit_amount(3500, "MGA"), "35");
    ck_assert_str_eq(unit_amount(3501, "MGA"), "refused");
    ck_assert_str_eq(unit_amount(12340, "KWD"), "12340");
    ck_assert_str_eq(unit_amount(12345, "KWD"), "refused");
    ck_assert_str_eq(unit_amount(0, "USD"), "refused");
}
END_TEST

static const struct {
    int status, again_ms;
    const char *body, *said;
} refusals[] = {
    {500, 0, "{\"error\":{\"type\":\"api_error\"}}", "HTTP 500 api_error"},
    {409, 300, "{\"error\":{\"type\":\"invalid_request_error\",\"code\":\"idempotency_key_in_use\"}}",
     "HTTP 409 invalid_request_error idempotency_key_in_use"},
    {429, 1000, "{\"error\":{\"type\":\"rate_limit_error\"}}", "HTTP 429 rate_limit_error"},
    {400, 0, "{\"error\":{\"type\":\"invalid_request_error\",\"param\":\"expires_at\",\"message\":\"ana@x\"}}",
     "HTTP 400 invalid_request_error expires_at"},
    {200, 0, "<html>", "HTTP 200 without a JSON object"},
    {200, 0, "{\"id\":\"cs_test_1\"", "HTTP 200 without a JSON object"},
    {302, 0, "", "HTTP 302 without a JSON object"},
    {200, 0, "{\"id\":\"cs_test_1\",\"url\":null}", "the answer has no session with an URL"},
    {200, 0, "{\"id\":\"cs test\",\"url\":\"https://x\"}", "the answer has no session with an URL"},
};

START_TEST(create_answers)
{
    kf_http_res_t res = response(200, "{\"id\":\"cs_test_1\",\"url\":\"https://checkout.stripe.com/c/pay/cs_test_1#a\"}");
    kf_pay_started_t started;
    kf_err_t *err;

    ck_assert_ptr_null(kf_pay_stripe.create_parse(&started, &res, kf_test_pool));
    ck_assert_str_eq(started.provider_id, "cs_test_1");
    ck_assert_str_eq(started.checkout_url, "https://checkout.stripe.com/c/pay/cs_test_1#a");
    for (size_t i = 0; i < sizeof(refusals) / sizeof(*refusals); i++) {
        res = response(refusals[i].status, refusals[i].body);
        err = kf_pay_stripe.create_parse(&started, &res, kf_test_pool);
        ck_assert_ptr_nonnull(err);
        ck_assert_int_eq(err->code, KF_E_PROVIDER);
        ck_assert_str_eq(err->detail, refusals[i].said);
        ck_assert_int_eq(started.again_ms, refusals[i].again_ms);
    }
    res = (kf_http_res_t){.outcome = KF_HTTP_TIMEOUT, .body = "", .remote_ip = ""};
    ck_assert_ptr_nonnull(kf_pay_stripe.create_parse(&started, &res, kf_test_pool));
    ck_assert_int_eq(started.again_ms, 0);
}
END_TEST

/* -- keys -- */

static const char *bad_key(const char *private_key, const char *events_secret, kf_pay_mode_t *mode)
{
    kf_pay_account_t keys = {.provider = "stripe", .private_key = private_key, .events_secret = events_secret};
    kf_err_t *err = kf_pay_account_check(mode, &kf_pay_stripe, &keys, kf_test_pool);

    return err ? err->field : NULL;
}

START_TEST(keys)
{
    kf_pay_mode_t mode;

    ck_assert_ptr_null(bad_key(KEY, SECRET, &mode));
    ck_assert_int_eq(mode, KF_PAY_TEST);
    ck_assert_ptr_null(bad_key("rk_live_" "abc", SECRET, &mode));
    ck_assert_int_eq(mode, KF_PAY_PROD);
    ck_assert_str_eq(bad_key("pk_live_abc", SECRET, &mode), "private_key");
    ck_assert_str_eq(bad_key("sk_live_", SECRET, &mode), "private_key");
    ck_assert_str_eq(bad_key(KEY, "wh_abc", &mode), "events_secret");
}
END_TEST

/* -- events -- */

static const char *header_of(void *baton, const char *name)
{
    return strcasecmp(name, "Stripe-Signature") ? NULL : baton;
}

static kf_code_t told(kf_pay_event_t *out, const char *header, const char *body, int64_t late_s)
{
    kf_pay_delivery_t delivery = {.body = body, .body_len = strlen(body), .header = header_of, .header_baton = (void *)header,
                                  .now = NOW + late_s * KF_SECOND};
    kf_err_t *err = kf_pay_stripe.event_verify(out, &account, &delivery, kf_test_pool);

    return err ? err->code : GOOD;
}

START_TEST(signatures)
{
    static const struct {
        const char *header, *body;
        int64_t late_s;
        kf_code_t code;
    } cases[] = {
        {"t=1763700012,v1=" V1, BODY, 299, GOOD},
        {"t=1763700012,v1=" V1, BODY, 301, KF_E_UNAUTHORIZED},
        {"t=1763700012,v1=" V1, BODY, -301, KF_E_UNAUTHORIZED},
        {"t=1763700012,v1=" ZERO ",v1=" V1 ",v0=" ZERO, BODY, 0, GOOD},
        {"t=1763700012,v0=" V1, BODY, 0, KF_E_UNAUTHORIZED},
        {"t=1763700012,v1=" V1, BODY " ", 0, KF_E_UNAUTHORIZED},
        {"t=1763700013,v1=" V1, BODY, 0, KF_E_UNAUTHORIZED},
        {"t=1763700012,t=1763700012,v1=" V1, BODY, 0, KF_E_UNAUTHORIZED},
        {"t=1763700012x,v1=" V1, BODY, 0, KF_E_UNAUTHORIZED},
        {"t=,v1=" V1, BODY, 0, KF_E_UNAUTHORIZED},
        {"v1=" V1, BODY, 0, KF_E_UNAUTHORIZED},
        {"t=1763700012,v1=" V1 "00", BODY, 0, KF_E_UNAUTHORIZED},
        {",,,", BODY, 0, KF_E_UNAUTHORIZED},
        {"", BODY, 0, KF_E_UNAUTHORIZED},
        {NULL, BODY, 0, KF_E_UNAUTHORIZED},
    };
    kf_pay_event_t event;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        ck_assert_msg(told(&event, cases[i].header, cases[i].body, cases[i].late_s) == cases[i].code, "case %d", (int)i);
    }
    ck_assert_int_eq(told(&event, "t=1763700012,v1=" V1, BODY, 0), GOOD);
    ck_assert_str_eq(event.type, "checkout.session.completed");
    ck_assert_int_eq(event.about_tx, 0); /* it names no PaymentIntent */
}
END_TEST

/* -- transactions -- */

#define INTENT(status, more)                                                                                   \
    "{\"id\":\"pi_1\",\"object\":\"payment_intent\",\"amount\":3000,\"currency\":\"usd\",\"status\":\"" status \
    "\",\"metadata\":{\"reference\":\"kf-1-1\"}" more "}"
#define CHARGE(refunded, amount, refunds)                                                                             \
    ",\"latest_charge\":{\"id\":\"ch_1\",\"amount_refunded\":" amount ",\"refunded\":" refunded                       \
    ",\"payment_method_details\":{\"type\":\"card\"},\"refunds\":{\"object\":\"list\",\"data\":[" refunds "]}}"
#define GIVEN(status, amount)                                                                          \
    "{\"id\":\"re_1\",\"amount\":" amount ",\"currency\":\"usd\",\"status\":\"" status "\"," \
    "\"metadata\":{\"reference\":\"kfr-1\"}}"
#define PAID INTENT("succeeded", CHARGE("false", "0", ""))

static kf_pay_answer_t answer_of(int status, const char *body)
{
    kf_http_res_t res = response(status, body);
    kf_pay_answer_t out;

    kf_pay_stripe.tx_parse(&out, &res, kf_test_pool);
    return out;
}

static const char *state_of(const char *body)
{
    kf_pay_answer_t out = answer_of(200, body);

    return out.verdict == KF_PAY_GOT ? kf_pay_tx_status_text(out.tx[0].status) : kf_pay_verdict_text(out.verdict);
}

START_TEST(states)
{
    ck_assert_str_eq(state_of(PAID), "approved");
    ck_assert_str_eq(state_of(INTENT("processing", "")), "pending");
    ck_assert_str_eq(state_of(INTENT("requires_action", "")), "pending");
    ck_assert_str_eq(state_of(INTENT("a_new_word", "")), "pending");
    ck_assert_str_eq(state_of(INTENT("requires_payment_method", "")), "none");
    ck_assert_str_eq(state_of(INTENT("requires_payment_method", ",\"last_payment_error\":{\"code\":\"x\"}")), "declined");
    ck_assert_str_eq(state_of(INTENT("canceled", "")), "none");
    ck_assert_str_eq(state_of(INTENT("succeeded", CHARGE("true", "3000", GIVEN("succeeded", "3000")))), "voided");
    ck_assert_str_eq(state_of(INTENT("succeeded", CHARGE("true", "3000", GIVEN("pending", "3000")))), "approved");
    ck_assert_str_eq(state_of(INTENT("succeeded", CHARGE("false", "1000", GIVEN("succeeded", "1000")))), "approved");
    ck_assert_str_eq(state_of("{\"object\":\"checkout.session\",\"payment_intent\":null}"), "none");
    ck_assert_str_eq(state_of("{\"object\":\"checkout.session\",\"payment_intent\":" PAID "}"), "approved");
    ck_assert_str_eq(state_of("{\"object\":\"checkout.session\",\"payment_intent\":\"pi_1\"}"), "retry");
    ck_assert_str_eq(state_of("{\"object\":\"search_result\",\"data\":[]}"), "none");
    ck_assert_str_eq(state_of("{\"object\":\"search_result\",\"data\":[" PAID "," INTENT("canceled", "") "]}"), "approved");
    ck_assert_str_eq(state_of("{\"object\":\"search_result\",\"data\":[" PAID ",{}]}"), "retry");
    ck_assert_int_eq(answer_of(401, "{\"error\":{\"type\":\"x\"}}").verdict, KF_PAY_KEYS);
    ck_assert_int_eq(answer_of(404, "{\"error\":{\"type\":\"x\"}}").verdict, KF_PAY_NONE);
    ck_assert_int_eq(answer_of(409, "{\"error\":{\"type\":\"x\"}}").verdict, KF_PAY_RETRY);
    ck_assert_int_eq(answer_of(400, "{\"error\":{\"type\":\"x\"}}").verdict, KF_PAY_REFUSED);
}
END_TEST

START_TEST(a_transaction)
{
    kf_pay_answer_t out = answer_of(200, PAID);
    kf_http_req_t req;

    ck_assert_str_eq(out.tx[0].id, "pi_1");
    ck_assert_str_eq(out.tx[0].reference, "kf-1-1");
    ck_assert_int_eq(out.tx[0].amount.minor, 3000);
    ck_assert_str_eq(out.tx[0].amount.currency, "USD");
    ck_assert_str_eq(out.tx[0].method, "card");
    ck_assert_int_eq(out.tx[0].can_void, 1);
    ck_assert_ptr_null(kf_pay_stripe.tx_request(&req, &account, "cs_test_1", kf_test_pool));
    ck_assert_str_eq(req.url, "https://api.stripe.com/v1/checkout/sessions/cs_test_1?expand[]=payment_intent.latest_charge.refunds");
    ck_assert_ptr_null(kf_pay_stripe.tx_request(&req, &account, "pi_1", kf_test_pool));
    ck_assert_str_eq(req.url, "https://api.stripe.com/v1/payment_intents/pi_1?expand[]=latest_charge.refunds");
    ck_assert_ptr_nonnull(kf_pay_stripe.tx_request(&req, &account, "1-2-3", kf_test_pool));
    ck_assert_ptr_nonnull(kf_pay_stripe.tx_request(&req, &account, "pi_1/x", kf_test_pool));
    ck_assert_ptr_nonnull(kf_pay_stripe.find_request(&req, &account, "kf'", kf_test_pool));
}
END_TEST

/* -- refunds -- */

static const char *asked(const char *tx, int64_t minor, kf_http_req_t *req)
{
    kf_pay_answer_t out = answer_of(200, tx);
    kf_pay_give_t give = {.tx = out.tx, .amount = {minor, "USD"}, .reference = "kfr-1", .asked = 1};
    kf_pay_refund_t refund;
    kf_err_t *err = kf_pay_stripe.refund_request(&refund, req, &account, &give, kf_test_pool);

    return err ? "refused" : apr_pstrcat(kf_test_pool, kf_pay_refund_text(refund.state),
                                         refund.way == KF_PAY_BY_VOID ? " void" : " refund", NULL);
}

START_TEST(refund_requests)
{
    kf_http_req_t req;

    ck_assert_str_eq(asked(PAID, 3000, &req), "retry void");
    ck_assert_str_eq(asked(PAID, 1000, &req), "retry refund");
    ck_assert_str_eq(req.url, "https://api.stripe.com/v1/refunds");
    ck_assert_str_eq(req.body, "payment_intent=pi_1&amount=1000&reason=requested_by_customer&metadata[reference]=kfr-1");
    ck_assert_str_eq(apr_table_get(req.headers, "Idempotency-Key"), "kf:kfr-1:refund");
    ck_assert_str_eq(asked(PAID, 3001, &req), "refused");
    ck_assert_str_eq(asked(PAID, 0, &req), "refused");
    ck_assert_str_eq(asked(INTENT("processing", ""), 3000, &req), "unsupported refund");
    /* it was made, and its answer was lost */
    ck_assert_str_eq(asked(INTENT("succeeded", CHARGE("false", "1000", GIVEN("succeeded", "1000"))), 1000, &req), "done refund");
    ck_assert_str_eq(asked(INTENT("succeeded", CHARGE("false", "1000", GIVEN("pending", "1000"))), 1000, &req), "pending refund");
    ck_assert_str_eq(asked(INTENT("succeeded", CHARGE("false", "0", GIVEN("failed", "1000"))), 1000, &req), "failed refund");
    ck_assert_str_eq(asked(INTENT("succeeded", CHARGE("true", "3000", "")), 3000, &req), "done refund");
}
END_TEST

START_TEST(refund_answers)
{
    static const struct {
        int status;
        const char *body, *state;
    } cases[] = {
        {200, GIVEN("succeeded", "1000"), "done"},
        {200, GIVEN("pending", "1000"), "pending"},
        {200, GIVEN("requires_action", "1000"), "pending"},
        {200, GIVEN("failed", "1000"), "failed"},
        {200, GIVEN("canceled", "1000"), "failed"},
        {400, "{\"error\":{\"type\":\"invalid_request_error\",\"code\":\"charge_already_refunded\"}}", "failed"},
        {401, "{\"error\":{\"type\":\"x\"}}", "failed"},
        {429, "{\"error\":{\"type\":\"x\"}}", "retry"},
        {409, "{\"error\":{\"type\":\"x\"}}", "unknown"},
        {500, "{\"error\":{\"type\":\"x\"}}", "unknown"},
        {200, "<html>", "unknown"},
    };
    kf_pay_refund_t refund;
    kf_http_res_t res;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        res = response(cases[i].status, cases[i].body);
        kf_pay_stripe.refund_parse(&refund, KF_PAY_BY_REFUND, &res, kf_test_pool);
        ck_assert_str_eq(kf_pay_refund_text(refund.state), cases[i].state);
        ck_assert_int_eq(refund.keys_refused, cases[i].status == 401);
    }
    res = (kf_http_res_t){.outcome = KF_HTTP_CONNECT, .body = "", .remote_ip = ""};
    kf_pay_stripe.refund_parse(&refund, KF_PAY_BY_REFUND, &res, kf_test_pool);
    ck_assert_int_eq(refund.state, KF_PAY_REFUND_RETRY);
}
END_TEST

static kf_pay_test_t tested(int status, const char *body)
{
    kf_http_res_t res = response(status, body);
    kf_pay_test_t out;

    kf_pay_stripe.test_parse(&out, 0, &res, kf_test_pool);
    return out;
}

START_TEST(testing_keys)
{
    kf_pay_test_t out = tested(200, "{\"id\":\"acct_1\",\"settings\":{\"dashboard\":{\"display_name\":\"Aurora\"}}}");

    ck_assert_int_eq(out.ok, 1);
    ck_assert_str_eq(out.merchant, "Aurora");
    ck_assert_str_eq(tested(401, "{\"error\":{\"type\":\"x\"}}").field, "private_key");
    ck_assert_int_eq(tested(500, "{\"error\":{\"type\":\"x\"}}").retry, 1);
    ck_assert_int_eq(tested(200, "[]").retry, 1);
}
END_TEST

Suite *kf_suite_pay_stripe(void)
{
    Suite *suite = suite_create("pay_stripe");
    TCase *tc = kf_test_case(suite, "stripe");

    tcase_add_test(tc, create);
    tcase_add_test(tc, units);
    tcase_add_test(tc, create_answers);
    tcase_add_test(tc, keys);
    tcase_add_test(tc, signatures);
    tcase_add_test(tc, states);
    tcase_add_test(tc, a_transaction);
    tcase_add_test(tc, refund_requests);
    tcase_add_test(tc, refund_answers);
    tcase_add_test(tc, testing_keys);
    return suite;
}
