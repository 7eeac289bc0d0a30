#include "crypto/hash.h"
#include "pay/wompi/wompi.h"
#include "test.h"

#include <apr_strings.h>
#include <string.h>
#include <strings.h>

Suite *kf_suite_pay_event(void);

/* in two pieces, so that scanners for secrets do not take them for one */
#define SECRET_E1 "prod_events_" "OcHnIzeBl5socpwByQ4hA52Em3USQ93Z"
#define SECRET_E2 "test_events_" "EqCPDEn5x4lRatGPxLhyZd6YTgd6QSrr"
#define SECRET "test_events_" "KonfirmadoVector0001"

#define SUM_E3 "a66e77ef058f4ead14d8ab76078c56eb9c2edb23aed0b15ad16de2fea5ad0e96"
#define NOW ((kf_instant_t)1763700100 * KF_SECOND)

#define PROPS "\"transaction.id\",\"transaction.status\",\"transaction.amount_in_cents\""
#define TX                                                                             \
    "\"id\":\"15113-1763700000-10001\",\"created_at\":\"2025-11-21T04:40:00.123Z\","   \
    "\"amount_in_cents\":9500000,\"reference\":\"kf-7Q2M9-1\","                        \
    "\"customer_email\":\"ana@example.test\",\"currency\":\"COP\","                    \
    "\"payment_method_type\":\"NEQUI\",\"payment_method\":{\"type\":\"NEQUI\"},"       \
    "\"status\":\"APPROVED\",\"status_message\":null"
#define E3                                                                             \
    "{\"event\":\"transaction.updated\",\"data\":{\"transaction\":{" TX "}},"          \
    "\"environment\":\"test\",\"signature\":{\"properties\":[" PROPS "],"              \
    "\"checksum\":\"" SUM_E3 "\"},\"timestamp\":1763700012,"                           \
    "\"sent_at\":\"2025-11-21T04:40:13.000Z\"}"

static const char *header_value;

static const char *header(void *baton, const char *name)
{
    (void)baton;
    return strcasecmp(name, "x-event-checksum") == 0 ? header_value : NULL;
}

static kf_err_t *verify_as(kf_pay_event_t *event, const char *body, const char *secret,
                           kf_pay_mode_t mode)
{
    const kf_pay_account_t account = {.provider = "wompi", .mode = mode, .events_secret = secret};
    const kf_pay_delivery_t delivery = {
        .body = body, .body_len = strlen(body), .header = header, .now = NOW};

    return kf_pay_wompi.event_verify(event, &account, &delivery, kf_test_pool);
}

static kf_err_t *verify(kf_pay_event_t *event, const char *body)
{
    return verify_as(event, body, SECRET, KF_PAY_TEST);
}

/* `body` with the first `from` replaced by `to`; it is an error of the test if there is none. */
static const char *with(const char *body, const char *from, const char *to)
{
    const char *at = strstr(body, from);

    ck_assert_msg(at != NULL, "no %s", from);
    return apr_pstrcat(kf_test_pool, apr_pstrmemdup(kf_test_pool, body, (size_t)(at - body)), to,
                       at + strlen(from), NULL);
}

/* `body` (a changed E3) with the checksum of that concatenation. */
static const char *signed_over(const char *body, const char *text)
{
    const kf_bytes_t parts[] = {KF_BYTES_STR(text), KF_BYTES_STR(SECRET)};
    uint8_t digest[KF_SHA256_BYTES];
    char hex[KF_SHA256_HEX + 1];

    ck_ok(kf_sha256(digest, parts, 2, kf_test_pool));
    kf_hex_write(hex, digest, sizeof(digest));
    return with(body, SUM_E3, hex);
}

static void setup(void)
{
    kf_test_setup();
    header_value = NULL;
}

/* -- vectors -- */

START_TEST(sample)
{
    kf_pay_event_t event;

    ck_ok(verify(&event, E3));
    ck_assert_int_eq(event.about_tx, 1);
    ck_assert_str_eq(event.type, "transaction.updated");
    ck_assert_str_eq(event.tx_id, "15113-1763700000-10001");
    ck_assert_str_eq(event.reference, "kf-7Q2M9-1");
    ck_assert_int_eq(event.status, KF_PAY_TX_APPROVED);
    ck_assert_str_eq(event.status_raw, "APPROVED");
    ck_assert_int_eq(event.amount.minor, 9500000);
    ck_assert_str_eq(event.amount.currency, "COP");
    ck_assert_int_eq(event.environment, KF_PAY_TEST);
    ck_assert_int_eq(event.occurred_at, 1763700012 * KF_SECOND);
    ck_assert_str_eq(event.dedupe_key, "15113-1763700000-10001:APPROVED");
}
END_TEST

static const struct {
    const char *secret, *id, *status, *amount, *timestamp, *properties, *sum;
    kf_pay_mode_t mode;
} vectors[] = {
    {SECRET_E1, "1234-1610641025-49201", "APPROVED", "4490000", "1530291411", PROPS,
     "5a18ec5e8fdb7df463e9f94774cba8f583ba21bd04a09ceff2ea68a4bc0aefbe", KF_PAY_PROD},
    {SECRET_E2, "1234-1610641025-49201", "APPROVED", "4490000", "1530291411", PROPS,
     "c7c03147429efbbcfab3cdf585041c871d577ca183b1387581535add1a061780", KF_PAY_TEST},
    {SECRET, "15113-1763700000-10001", "APPROVED", "9500000", "1763700012", PROPS, SUM_E3,
     KF_PAY_TEST},
    {SECRET, "15113-1763700000-10002", "DECLINED", "9500000", "1763700012", PROPS,
     "e3151d0e5b1efcfed9b0e82904b00486186ea8f249ca22552e27f863ea2f9049", KF_PAY_TEST},
    {SECRET, "15113-1763700000-10001", "APPROVED", "9500000", "1763700012",
     "\"transaction.reference\",\"transaction.status\",\"transaction.id\","
     "\"transaction.amount_in_cents\"",
     "bd8344ef2133a6cb49de226ff3b6c8a9a65cd49a0253482e1352dd6bf277a225", KF_PAY_TEST},
};

static const char *vector_body(int i)
{
    const char *body = with(E3, "15113-1763700000-10001", vectors[i].id);

    body = with(body, "APPROVED", vectors[i].status);
    body = with(body, "9500000", vectors[i].amount);
    body = with(body, "\"timestamp\":1763700012",
                apr_pstrcat(kf_test_pool, "\"timestamp\":", vectors[i].timestamp, NULL));
    body = with(body, PROPS, vectors[i].properties);
    body = with(body, SUM_E3, vectors[i].sum);
    return vectors[i].mode == KF_PAY_PROD ? with(body, "\"test\"", "\"prod\"") : body;
}

START_TEST(vector)
{
    kf_pay_event_t event;

    ck_ok(verify_as(&event, vector_body(_i), vectors[_i].secret, vectors[_i].mode));
    ck_assert_str_eq(event.tx_id, vectors[_i].id);
    ck_assert_str_eq(event.status_raw, vectors[_i].status);
    header_value = vectors[_i].sum;
    ck_ok(verify_as(&event, vector_body(_i), vectors[_i].secret, vectors[_i].mode));
}
END_TEST

START_TEST(upper_case)
{
    kf_pay_event_t event;
    char sum[KF_SHA256_HEX + 1] = SUM_E3;

    for (char *c = sum; *c; c++) {
        *c = (char)(*c >= 'a' && *c <= 'f' ? *c - 'a' + 'A' : *c);
    }
    header_value = sum;
    ck_ok(verify(&event, with(E3, SUM_E3, sum)));
}
END_TEST

START_TEST(timestamp_inside_the_signature)
{
    kf_pay_event_t event;
    const char *body = with(E3, "\"timestamp\":1763700012,", "");

    ck_fails(verify(&event, body), KF_E_UNAUTHORIZED);
    ck_ok(verify(&event, with(body, "\"properties\"", "\"timestamp\":1763700012,\"properties\"")));
    /* the top-level one takes precedence */
    ck_fails(verify(&event, with(with(E3, "1763700012,\"sent", "1763700013,\"sent"),
                                 "\"properties\"", "\"timestamp\":1763700012,\"properties\"")),
             KF_E_UNAUTHORIZED);
}
END_TEST

/* -- forgeries: E3 with one thing changed -- */

static const struct {
    const char *from, *to;
    kf_code_t code;
} mutants[] = {
    {"10001\"", "10002\"", KF_E_UNAUTHORIZED},
    {"9500000", "9500001", KF_E_UNAUTHORIZED},
    {"9500000", "9500000.0", KF_E_UNAUTHORIZED},
    {"9500000", "9.5e6", KF_E_UNAUTHORIZED},
    {"9500000", "null", KF_E_UNAUTHORIZED},
    {"9500000", "true", KF_E_UNAUTHORIZED},
    {"9500000", "[9500000]", KF_E_UNAUTHORIZED},
    {"9500000", "{\"a\":1}", KF_E_UNAUTHORIZED},
    {"APPROVED", "DECLINED", KF_E_UNAUTHORIZED},
    {"APPROVED", "approved", KF_E_UNAUTHORIZED},
    {"\"status\":\"APPROVED\",", "", KF_E_UNAUTHORIZED},
    {"1763700012", "1763700013", KF_E_UNAUTHORIZED},
    {"1763700012", "\"1763700012\"", KF_E_UNAUTHORIZED},
    {"1763700012", "1763700012.0", KF_E_UNAUTHORIZED},
    {"\"environment\":\"test\"", "\"environment\":\"prod\"", KF_E_UNAUTHORIZED},
    {"\"environment\":\"test\",", "", KF_E_UNAUTHORIZED},
    {SUM_E3, "", KF_E_UNAUTHORIZED},
    {SUM_E3, SUM_E3 "00", KF_E_UNAUTHORIZED},
    {"0e96\"", "0e97\"", KF_E_UNAUTHORIZED},
    {"0e96\"", "0e9\"", KF_E_UNAUTHORIZED},
    {"0e96\"", "0e9g\"", KF_E_UNAUTHORIZED},
    {"\"" SUM_E3 "\"", "null", KF_E_UNAUTHORIZED},
    {"\"checksum\":\"" SUM_E3 "\"", "\"other\":1", KF_E_UNAUTHORIZED},
    {PROPS, "", KF_E_UNAUTHORIZED},
    {PROPS, PROPS ",7", KF_E_UNAUTHORIZED},
    {PROPS, PROPS ",\"transaction.nothing\"", KF_E_UNAUTHORIZED},
    {PROPS, PROPS ",\"transaction.status_message\"", KF_E_UNAUTHORIZED},
    {PROPS, PROPS ",\"transaction.payment_method\"", KF_E_UNAUTHORIZED},
    {PROPS, PROPS ",\"\"", KF_E_UNAUTHORIZED},
    {PROPS, PROPS ",\"transaction.id.x\"", KF_E_UNAUTHORIZED},
    {"[" PROPS "]", "\"transaction.id\"", KF_E_UNAUTHORIZED},
    {"\"transaction.id\",\"transaction.status\"", "\"transaction.status\",\"transaction.id\"",
     KF_E_UNAUTHORIZED},
    {"\"signature\"", "\"signatura\"", KF_E_UNAUTHORIZED},
    {"\"data\"", "\"dato\"", KF_E_MALFORMED},
    {"\"event\":\"transaction.updated\"", "\"event\":7", KF_E_MALFORMED},
    {"\"sent_at\"", "\"timestamp\":1763700012,\"sent_at\"", KF_E_MALFORMED}, /* twice */
    {"\"sent_at\":\"2025-11-21T04:40:13.000Z\"}", "", KF_E_MALFORMED},      /* cut off */
};

START_TEST(mutant)
{
    kf_pay_event_t event;

    ck_fails(verify(&event, with(E3, mutants[_i].from, mutants[_i].to)), mutants[_i].code);
    ck_assert_int_eq(event.about_tx, 0);
}
END_TEST

START_TEST(other_secrets)
{
    kf_pay_event_t event;

    ck_fails(verify_as(&event, E3, SECRET_E2, KF_PAY_TEST), KF_E_UNAUTHORIZED);
    ck_fails(verify_as(&event, E3, "", KF_PAY_TEST), KF_E_UNAUTHORIZED);
    ck_fails(verify_as(&event, E3, NULL, KF_PAY_TEST), KF_E_UNAUTHORIZED);
    ck_fails(verify_as(&event, E3, SECRET, KF_PAY_PROD), KF_E_UNAUTHORIZED);
}
END_TEST

START_TEST(header_must_agree)
{
    kf_pay_event_t event;

    header_value = SUM_E3;
    ck_ok(verify(&event, E3));
    header_value = "e3151d0e5b1efcfed9b0e82904b00486186ea8f249ca22552e27f863ea2f9049";
    ck_fails(verify(&event, E3), KF_E_UNAUTHORIZED);
    header_value = "";
    ck_fails(verify(&event, E3), KF_E_UNAUTHORIZED);
    /* it does not replace the one in the body */
    header_value = SUM_E3;
    ck_fails(verify(&event, with(E3, SUM_E3, "00")), KF_E_UNAUTHORIZED);
}
END_TEST

/* -- validly signed, but still not acceptable -- */

#define ID "15113-1763700000-10001"

static const struct {
    const char *from, *to, *text;
    kf_code_t code;
} odd[] = {
    /* a digit moved from the timestamp to the amount: the same hash */
    {"9500000", "95000001", ID "APPROVED95000001763700012", KF_E_UNAUTHORIZED},
    /* the future */
    {"1763700012", "1763700401", ID "APPROVED95000001763700401", KF_E_UNAUTHORIZED},
    {"1763700012", "0", ID "APPROVED95000000", KF_E_UNAUTHORIZED},
    {"1763700012", "-1763700012", ID "APPROVED9500000-1763700012", KF_E_UNAUTHORIZED},
    /* id, status and amount must be signed */
    {"\"transaction.id\",", "", "APPROVED95000001763700012", KF_E_UNAUTHORIZED},
    {"\"transaction.status\",", "", ID "95000001763700012", KF_E_UNAUTHORIZED},
    {",\"transaction.amount_in_cents\"", "", ID "APPROVED1763700012", KF_E_UNAUTHORIZED},
    /* types */
    {"9500000", "\"9500000\"", ID "APPROVED95000001763700012", KF_E_MALFORMED},
    {"9500000", "-9500000", ID "APPROVED-95000001763700012", KF_E_MALFORMED},
    {"\"" ID "\"", "15113", "15113APPROVED95000001763700012", KF_E_MALFORMED},
    {ID, "../x", "../xAPPROVED95000001763700012", KF_E_MALFORMED},
    {"\"APPROVED\"", "7", ID "795000001763700012", KF_E_MALFORMED},
    {"\"COP\"", "\"cop\"", ID "APPROVED95000001763700012", KF_E_MALFORMED},
    {"\"COP\"", "7", ID "APPROVED95000001763700012", KF_E_MALFORMED},
    {"\"kf-7Q2M9-1\"", "7", ID "APPROVED95000001763700012", KF_E_MALFORMED},
};

START_TEST(signed_but_odd)
{
    kf_pay_event_t event;
    const char *body = with(E3, odd[_i].from, odd[_i].to);

    if (strncmp(odd[_i].to, "95000001", 8) == 0) {
        body = with(body, "\"timestamp\":1763700012", "\"timestamp\":763700012");
    }
    ck_fails(verify(&event, signed_over(body, odd[_i].text)), odd[_i].code);
}
END_TEST

START_TEST(the_near_future_is_a_slow_clock)
{
    kf_pay_event_t event;

    ck_ok(verify(&event, signed_over(with(E3, "1763700012", "1763700400"),
                                     ID "APPROVED95000001763700400")));
    /* a retry a day or more later is valid too */
    ck_ok(verify(&event, signed_over(with(E3, "1763700012", "1763400012"),
                                     ID "APPROVED95000001763400012")));
}
END_TEST

/* The reference is not signed: it is reported as received, and the API decides. */
START_TEST(altered_reference_is_reported)
{
    kf_pay_event_t event;

    ck_ok(verify(&event, with(E3, "kf-7Q2M9-1", "kf-OTHER-1")));
    ck_assert_str_eq(event.reference, "kf-OTHER-1");
    ck_assert_str_eq(event.tx_id, ID);
}
END_TEST

START_TEST(properties_at_the_limit)
{
    kf_pay_event_t event;
    const char *props = PROPS;
    const char *text = ID "APPROVED9500000";

    for (int i = 3; i < 20; i++) {
        props = apr_pstrcat(kf_test_pool, props, ",\"transaction.currency\"", NULL);
        text = apr_pstrcat(kf_test_pool, text, "COP", NULL);
    }
    ck_ok(verify(&event, signed_over(with(E3, PROPS, props),
                                     apr_pstrcat(kf_test_pool, text, "1763700012", NULL))));
    props = apr_pstrcat(kf_test_pool, props, ",\"transaction.currency\"", NULL);
    ck_fails(verify(&event, signed_over(with(E3, PROPS, props),
                                        apr_pstrcat(kf_test_pool, text, "COP1763700012", NULL))),
             KF_E_UNAUTHORIZED);
}
END_TEST

START_TEST(other_events_and_statuses)
{
    kf_pay_event_t event;

    ck_ok(verify(&event, with(E3, "transaction.updated", "nequi_token.updated")));
    ck_assert_int_eq(event.about_tx, 0);
    ck_assert_str_eq(event.type, "nequi_token.updated");
    ck_ok(verify(&event, signed_over(with(E3, "APPROVED", "NEWWORD"),
                                     ID "NEWWORD95000001763700012")));
    ck_assert_int_eq(event.status, KF_PAY_TX_PENDING);
    ck_assert_str_eq(event.status_raw, "NEWWORD");
    ck_ok(verify(&event, signed_over(with(E3, "APPROVED", "VOIDED"),
                                     ID "VOIDED95000001763700012")));
    ck_assert_int_eq(event.status, KF_PAY_TX_VOIDED);
}
END_TEST

static const char *const no_events[] = {"", "{", "[]", "null", "7", "\"x\"", "{}", "<html>",
                                        "{\"event\":\"transaction.updated\"}", E3 "x"};

START_TEST(not_an_event)
{
    kf_pay_event_t event;

    ck_fails(verify(&event, no_events[_i]), KF_E_MALFORMED);
}
END_TEST

Suite *kf_suite_pay_event(void)
{
    Suite *suite = suite_create("pay_event");
    TCase *tc = tcase_create("event");

    tcase_add_checked_fixture(tc, setup, kf_test_teardown);
    suite_add_tcase(suite, tc);
    tcase_add_test(tc, sample);
    tcase_add_loop_test(tc, vector, 0, KF_COUNT(vectors));
    tcase_add_test(tc, upper_case);
    tcase_add_test(tc, timestamp_inside_the_signature);
    tcase_add_loop_test(tc, mutant, 0, KF_COUNT(mutants));
    tcase_add_test(tc, other_secrets);
    tcase_add_test(tc, header_must_agree);
    tcase_add_loop_test(tc, signed_but_odd, 0, KF_COUNT(odd));
    tcase_add_test(tc, the_near_future_is_a_slow_clock);
    tcase_add_test(tc, altered_reference_is_reported);
    tcase_add_test(tc, properties_at_the_limit);
    tcase_add_test(tc, other_events_and_statuses);
    tcase_add_loop_test(tc, not_an_event, 0, KF_COUNT(no_events));
    return suite;
}
