/* Pure parts of flow/calendar: the text forms of busy times and events, and calls with expiring tokens. */
#include "base/log.h"
#include "calendar_google.h"
#include "crypto/sealed.h"
#include "flow/calendar/calendar_int.h"
#include "test.h"
#include "text/catalog.h"

#define RING "k1 S29uZmlybWFkby10ZXN0LWtleS1BLTMyLWJ5dGVzISE=\n"
#define NOW INT64_C(1795219200000000) /* 2026-11-21T00:00:00Z */
#define TOKEN(access, rest)                                                                     \
    "{\"access_token\":\"" access "\",\"expires_in\":3599,\"token_type\":\"Bearer\"" rest "}"

/* -- busy time as text -- */

START_TEST(busy_text)
{
    const kf_interval_t busy[] = {{NOW, NOW + KF_HOUR}, {NOW + KF_DAY, NOW + KF_DAY + KF_SECOND + 1}};

    ck_assert_str_eq(kf_calendar_busy_text(busy, 0, kf_test_pool), "{}");
    ck_assert_str_eq(kf_calendar_busy_text(busy, 1, kf_test_pool),
                     "{[2026-11-21T00:00:00Z,2026-11-21T01:00:00Z)}");
    /* an end with a fraction covers its whole second */
    ck_assert_str_eq(kf_calendar_busy_text(busy, 2, kf_test_pool),
                     "{[2026-11-21T00:00:00Z,2026-11-21T01:00:00Z),"
                     "[2026-11-22T00:00:00Z,2026-11-22T00:00:02Z)}");
}
END_TEST

/* -- the texts of an event -- */

static kf_catalog_t *catalog(void)
{
    const char *text = "{\"calendar\":{\"summary\":\"{service} - {customer}\",\"customer\":\"C {value}\","
                       "\"phone\":\"P {value}\",\"email\":\"E {value}\",\"notes\":\"N {value}\","
                       "\"made_by\":\"by {business}\"}}";
    json_t *words = json_loads(text, 0, NULL);
    kf_catalog_t *made;

    ck_ok(kf_catalog_make(&made, words, words, kf_test_pool));
    json_decref(words);
    return made;
}

static const kf_calendar_event_row_t booking = {
    .summary = "", .language = "es", .business = "B & Cía", .service = "Limpieza", .professional = "Laura",
    .customer = "Ana <b> & \"Co\"", .email = "ana@example.test", .phone = "+573001234567", .notes = ""};

static const struct {
    const char *template, *summary;
} templates[] = {
    {"", "Limpieza - Ana <b> & \"Co\""},
    {"{{service}}", "Limpieza"},
    {"{{ customer }} / {{business}}", "Ana <b> & \"Co\" / B & Cía"},
    {"{{{customer}}}", "Ana <b> & \"Co\""},
    {"{{&customer}}", "Ana <b> & \"Co\""},
    {"{{professional}}{{#notes}} ({{notes}}){{/notes}}{{^notes}} -{{/notes}}", "Laura -"},
    {"  {{service}}\n\t{{phone}}  ", "Limpieza +573001234567"},
    {"a } } {b} {{email}}", "a } } {b} ana@example.test"},
    /* an unusable or empty value is replaced by ours */
    {"{{service", "Limpieza - Ana <b> & \"Co\""},
    {"{{#notes}}x", "Limpieza - Ana <b> & \"Co\""},
    {"{{nobody}}", "Limpieza - Ana <b> & \"Co\""},
    {"{{! nothing }}", "Limpieza - Ana <b> & \"Co\""},
    {"{{notes}}", "Limpieza - Ana <b> & \"Co\""},
};

START_TEST(summaries)
{
    kf_calendar_event_row_t row = booking;
    kf_calendar_words_t words;

    row.summary = templates[_i].template;
    ck_ok(kf_calendar_words(&words, &row, catalog(), kf_test_pool));
    ck_assert_str_eq(words.summary, templates[_i].summary);
    ck_assert_str_eq(words.description, "C Ana <b> & \"Co\"\nP +573001234567\nE ana@example.test\n\nby B & Cía");
}
END_TEST

START_TEST(long_names_are_cut)
{
    kf_calendar_event_row_t row = booking;
    kf_calendar_words_t words;
    char name[1001] = "";

    for (int i = 0; i < 500; i++) {
        memcpy(name + 2 * i, "ñ", 3);
    }
    row.customer = name;
    row.summary = "{{customer}}";
    ck_ok(kf_calendar_words(&words, &row, catalog(), kf_test_pool));
    ck_assert_uint_eq(strlen(words.summary), 600);
}
END_TEST

START_TEST(templates_are_checked)
{
    ck_ok(kf_calendar_summary_check("", kf_test_pool));
    ck_ok(kf_calendar_summary_check("{{service}} - {{customer}}", kf_test_pool));
    ck_ok(kf_calendar_summary_check("Cita", kf_test_pool));
    ck_fails(kf_calendar_summary_check("{{service", kf_test_pool), KF_E_INVALID);
    ck_fails(kf_calendar_summary_check("{{somebody}}", kf_test_pool), KF_E_INVALID);
    ck_fails(kf_calendar_summary_check("{{> wizard/time}}", kf_test_pool), KF_E_INVALID);
}
END_TEST

/* -- calls -- */

static kf_flow_t flow;
static kf_calendar_key_row_t key;

static const char *sealed(const char *column, const char *plain)
{
    const char *out, *place = apr_pstrcat(kf_test_pool, kf_uuid_text(&key.tenant, kf_test_pool),
                                          "/calendar_connection/", column, "/",
                                          kf_uuid_text(&key.connection, kf_test_pool), NULL);

    ck_ok(kf_seal(&out, flow.keys, place, plain, strlen(plain), kf_test_pool));
    return out;
}

static const char *opened(const char *column, const char *text)
{
    const char *out, *place = apr_pstrcat(kf_test_pool, kf_uuid_text(&key.tenant, kf_test_pool),
                                          "/calendar_connection/", column, "/",
                                          kf_uuid_text(&key.connection, kf_test_pool), NULL);
    size_t len;

    ck_ok(kf_unseal(&out, &len, flow.keys, place, text, kf_test_pool));
    return out;
}

static const kf_calendar_app_t *const apps[] = {NULL, &calendar_app}; /* as in the registry */

static void prepare(kf_instant_t expires)
{
    memset(&flow, 0, sizeof(flow));
    ck_ok(kf_keyring_parse(&flow.keys, RING, strlen(RING), kf_test_pool));
    flow.calendars = apps;
    memset(&key, 0, sizeof(key));
    ck_ok(kf_uuid_random(&key.tenant, kf_test_pool));
    ck_ok(kf_uuid_random(&key.connection, kf_test_pool));
    key.provider = "google";
    key.now = NOW;
    key.refresh_sealed = sealed("refresh", "1//first");
    key.access_sealed = sealed("access", "ya29.old");
    key.access_expires = expires;
}

static kf_calendar_reading_t reading;

static kf_calendar_call_t open_call(void)
{
    static const char *const ids[] = {CALENDAR_PRIMARY, NULL};
    kf_calendar_call_t call;

    memset(&reading, 0, sizeof(reading));
    reading.row.range = (kf_interval_t){NOW, NOW + KF_DAY};
    reading.calendars = (kf_calendar_ids_t){ids, 1};
    ck_ok(kf_calendar_call_open(&call, &flow, &key, &reading, kf_test_pool));
    return call;
}

static bool answer(kf_calendar_call_t *call, kf_http_req_t *req, int status, const char *body)
{
    kf_http_res_t res = calendar_answer(status, apr_pstrdup(kf_test_pool, body));

    return kf_calendar_call_answered(call, req, &res);
}

static bool is_refresh(const kf_http_req_t *req)
{
    return strstr(req->url, "/token") && strstr(req->body, "grant_type=refresh_token");
}

#define FREE "{\"calendars\":{\"" CALENDAR_PRIMARY "\":{\"busy\":[]}}}"

START_TEST(a_good_token_is_used)
{
    kf_http_req_t req;
    kf_calendar_call_t call;

    prepare(NOW + 61 * KF_SECOND);
    call = open_call();
    ck_assert(kf_calendar_call_begin(&call, &req, &kf_calendar_step_busy));
    ck_assert(!is_refresh(&req));
    ck_assert_str_eq(apr_table_get(req.headers, "Authorization"), "Bearer ya29.old");
    ck_assert(!answer(&call, &req, 200, FREE));
    ck_assert_int_eq(call.answer.verdict, KF_CALENDAR_GOT);
    ck_assert_ptr_null(call.tokens.access_sealed);
}
END_TEST

START_TEST(one_that_ends_is_refreshed)
{
    kf_http_req_t req;
    kf_calendar_call_t call;

    prepare(NOW + 59 * KF_SECOND);
    call = open_call();
    ck_assert(kf_calendar_call_begin(&call, &req, &kf_calendar_step_busy));
    ck_assert(is_refresh(&req));
    ck_assert(answer(&call, &req, 200, TOKEN("ya29.new", "")));
    ck_assert_str_eq(apr_table_get(req.headers, "Authorization"), "Bearer ya29.new");
    ck_assert_str_eq(opened("access", call.tokens.access_sealed), "ya29.new");
    ck_assert_ptr_null(call.tokens.refresh_sealed);
    ck_assert_int_eq(call.tokens.expires, NOW + 3599 * KF_SECOND);
    ck_assert(!answer(&call, &req, 200, FREE));
    ck_assert_int_eq(call.answer.verdict, KF_CALENDAR_GOT);
    /* the next step continues with it, whatever the row contains */
    ck_assert(kf_calendar_call_begin(&call, &req, &kf_calendar_step_busy));
    ck_assert_str_eq(apr_table_get(req.headers, "Authorization"), "Bearer ya29.new");
}
END_TEST

START_TEST(one_that_is_refused_is_refreshed_once)
{
    kf_http_req_t req;
    kf_calendar_call_t call;

    prepare(NOW + KF_HOUR);
    call = open_call();
    ck_assert(kf_calendar_call_begin(&call, &req, &kf_calendar_step_busy));
    ck_assert(answer(&call, &req, 401, CALENDAR_ERROR(401, "authError")));
    ck_assert(is_refresh(&req));
    ck_assert(answer(&call, &req, 200, TOKEN("ya29.new", ",\"refresh_token\":\"1//second\"")));
    ck_assert_str_eq(opened("refresh", call.tokens.refresh_sealed), "1//second");
    ck_assert(!answer(&call, &req, 401, CALENDAR_ERROR(401, "authError")));
    ck_assert_int_eq(call.answer.verdict, KF_CALENDAR_REVOKED);
    ck_assert_ptr_nonnull(call.tokens.access_sealed);
}
END_TEST

static const struct {
    const char *body;
    int status;
    kf_calendar_verdict_t verdict;
} refusals[] = {
    {"{\"error\":\"invalid_grant\"}", 400, KF_CALENDAR_REVOKED},
    {"{\"error\":\"invalid_client\"}", 401, KF_CALENDAR_APP},
    {"{}", 500, KF_CALENDAR_RETRY},
    {"", 0, KF_CALENDAR_RETRY},
    {"<html>", 200, KF_CALENDAR_RETRY},
};

START_TEST(a_refreshing_that_fails)
{
    kf_http_req_t req;
    kf_calendar_call_t call;

    prepare(0);
    call = open_call();
    ck_assert(kf_calendar_call_begin(&call, &req, &kf_calendar_step_busy));
    ck_assert(is_refresh(&req));
    ck_assert(!answer(&call, &req, refusals[_i].status, refusals[_i].body));
    ck_assert_int_eq(call.answer.verdict, refusals[_i].verdict);
    ck_assert_ptr_null(call.tokens.access_sealed);
}
END_TEST

START_TEST(without_tokens)
{
    kf_calendar_call_t call;
    kf_http_req_t req;

    prepare(0);
    key.refresh_sealed = key.access_sealed = NULL;
    call = open_call();
    ck_assert(!kf_calendar_call_begin(&call, &req, &kf_calendar_step_busy));
    ck_assert_int_eq(call.answer.verdict, KF_CALENDAR_REVOKED);
    /* tokens of another connection do not open */
    prepare(0);
    key.connection.bytes[0] ^= 1;
    ck_fails(kf_calendar_call_open(&call, &flow, &key, &reading, kf_test_pool), KF_E_INTERNAL);
    prepare(0);
    flow.calendars = NULL;
    ck_fails(kf_calendar_call_open(&call, &flow, &key, &reading, kf_test_pool), KF_E_CONFIG);
    prepare(0);
    key.provider = "builtin";
    ck_fails(kf_calendar_call_open(&call, &flow, &key, &reading, kf_test_pool), KF_E_CONFIG);
}
END_TEST

static int lines;

static void count(kf_log_level_t level, const char *text, void *baton)
{
    (void)level;
    (void)baton;
    lines++;
    ck_assert_ptr_null(strstr(text, "ya29"));
    ck_assert_ptr_null(strstr(text, "1//"));
}

START_TEST(a_refused_registration_is_told_once)
{
    kf_calendar_call_t call;
    kf_http_req_t req;

    lines = 0;
    kf_log_set(count, NULL);
    for (int i = 0; i < 3; i++) {
        prepare(0);
        call = open_call();
        kf_calendar_call_begin(&call, &req, &kf_calendar_step_busy);
        answer(&call, &req, 401, "{\"error\":\"invalid_client\"}");
    }
    ck_assert_int_eq(lines, 1);
    prepare(0);
    call = open_call();
    kf_calendar_call_begin(&call, &req, &kf_calendar_step_busy);
    answer(&call, &req, 200, TOKEN("ya29.new", ""));
    answer(&call, &req, 200, FREE);
    kf_log_set(NULL, NULL);
    ck_assert_int_eq(lines, 2);
}
END_TEST

/* -- operations -- */

typedef struct {
    int times;
    kf_code_t code;
    kf_instant_t after;
} act_t;

static kf_err_t *act(kf_instant_t after, void *baton, apr_pool_t *p)
{
    act_t *it = baton;

    it->times++;
    it->after = after;
    return it->code ? kf_err_field(p, it->code, "no-id", "2026-12-01T10:00:00Z") : NULL;
}

static kf_err_t *run(act_t *it)
{
    kf_uuid_t tenant = {{0}};

    return kf_flow_with_calendar(&flow, &tenant, act, it, kf_test_pool);
}

START_TEST(acts_that_need_no_reading)
{
    act_t done = {0, 0, 1}, refused = {0, KF_E_SLOT_UNAVAILABLE, 1}, unread = {0, KF_E_CALENDAR_UNREADABLE, 1};
    act_t nameless = {0, KF_E_CALENDAR_STALE, 1};

    prepare(0);
    ck_ok(run(&done));
    ck_assert_int_eq(done.times, 1);
    ck_assert_int_eq(done.after, 0);
    ck_fails(run(&refused), KF_E_SLOT_UNAVAILABLE);
    ck_fails(run(&unread), KF_E_CALENDAR_UNREADABLE);
    ck_assert_int_eq(unread.times, 1);
    ck_fails(run(&nameless), KF_E_INTERNAL);
}
END_TEST

Suite *kf_suite_flow_calendar(void)
{
    Suite *suite = suite_create("flow/calendar");
    TCase *tc = kf_test_case(suite, "words");

    tcase_add_test(tc, busy_text);
    tcase_add_loop_test(tc, summaries, 0, KF_COUNT(templates));
    tcase_add_test(tc, long_names_are_cut);
    tcase_add_test(tc, templates_are_checked);
    tc = kf_test_case(suite, "calls");
    tcase_add_test(tc, a_good_token_is_used);
    tcase_add_test(tc, one_that_ends_is_refreshed);
    tcase_add_test(tc, one_that_is_refused_is_refreshed_once);
    tcase_add_loop_test(tc, a_refreshing_that_fails, 0, KF_COUNT(refusals));
    tcase_add_test(tc, without_tokens);
    tcase_add_test(tc, a_refused_registration_is_told_once);
    tcase_add_test(tc, acts_that_need_no_reading);
    return suite;
}
