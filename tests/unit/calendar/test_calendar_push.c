#include "calendar_google.h"
#include "test.h"

Suite *kf_suite_calendar_push(void);

#define CHANNEL "2f6c0e8e-9d41-4c3e-8d41-5f2a6b7c8d9e"
#define EXPIRES (INT64_C(1798761600) * KF_SECOND)

static const kf_calendar_channel_t channel = {
    .id = CHANNEL, .token = "tok_1", .expires = EXPIRES,
};

/* -- opening and closing -- */

START_TEST(watches)
{
    kf_http_req_t req;

    ck_ok(kf_calendar_google.watch_request(&req, &calendar_app, CALENDAR_ACCESS, CALENDAR_PRIMARY,
                                           &channel, kf_test_pool));
    ck_assert_str_eq(req.method, "POST");
    ck_assert_str_eq(req.url, "https://www.googleapis.com/calendar/v3/calendars/"
                              "dra.nunez%40example.test/events/watch");
    ck_assert_str_eq(req.body, "{\"id\":\"" CHANNEL "\",\"type\":\"web_hook\",\"address\":"
                               "\"https://k.example.test/api/webhooks/google\",\"token\":\"tok_1\","
                               "\"expiration\":\"1798761600000\"}");
    ck_assert_uint_eq(strlen(req.body), req.body_len);
}
END_TEST

START_TEST(watch_refuses)
{
    kf_calendar_app_t app = calendar_app;
    kf_calendar_channel_t bad = channel;
    kf_http_req_t req;

#define WATCH() \
    kf_calendar_google.watch_request(&req, &app, CALENDAR_ACCESS, "primary", &bad, kf_test_pool)
    ck_ok(WATCH());
    bad.id = "channel-1";
    ck_fails(WATCH(), KF_E_INVALID);
    bad = channel;
    bad.token = "a b";
    ck_fails(WATCH(), KF_E_INVALID);
    bad.token = NULL;
    ck_fails(WATCH(), KF_E_INVALID);
    bad = channel;
    bad.expires = 0;
    ck_fails(WATCH(), KF_E_INVALID);
    bad = channel;
    app.notify_url = NULL;
    ck_fails(WATCH(), KF_E_CONFIG);
#undef WATCH
}
END_TEST

START_TEST(stops)
{
    kf_calendar_channel_t open = {.id = CHANNEL, .resource_id = "o3hg"};
    kf_http_req_t req;

    ck_ok(kf_calendar_google.stop_request(&req, &calendar_app, CALENDAR_ACCESS, &open,
                                          kf_test_pool));
    ck_assert_str_eq(req.method, "POST");
    ck_assert_str_eq(req.url, "https://www.googleapis.com/calendar/v3/channels/stop");
    ck_assert_str_eq(req.body, "{\"id\":\"" CHANNEL "\",\"resourceId\":\"o3hg\"}");
    open.resource_id = NULL;
    ck_fails(kf_calendar_google.stop_request(&req, &calendar_app, CALENDAR_ACCESS, &open,
                                             kf_test_pool), KF_E_INVALID);
}
END_TEST

#define OPENED(expiration)                                              \
    "{\"kind\":\"api#channel\",\"resourceId\":\"o3hg\",\"expiration\":" expiration "}"

static const struct {
    const char *body;
    kf_instant_t expires; /* 0: invalid */
} opened[] = {
    {OPENED("\"1798761600000\""), EXPIRES},
    {OPENED("1798761600000"), EXPIRES},
    {OPENED("\"1\""), 1000},
    {OPENED("\"0\""), 0},
    {OPENED("\"-1\""), 0},
    {OPENED("0"), 0},
    {OPENED("-1"), 0},
    {OPENED("9223372036854775807"), 0},
    {OPENED("\"9223372036854775807\""), 0},
    {OPENED("\"soon\""), 0},
    {OPENED("\"\""), 0},
    {OPENED("1798761600000.5"), 0},
    {OPENED("null"), 0},
    {"{\"resourceId\":\"o3hg\"}", 0},
    {"{\"expiration\":\"1798761600000\"}", 0},
    {"{\"resourceId\":\"\",\"expiration\":\"1798761600000\"}", 0},
    {"{\"resourceId\":\"a b\",\"expiration\":\"1798761600000\"}", 0},
    {"{\"resourceId\":7,\"expiration\":\"1798761600000\"}", 0},
};

START_TEST(reads_channel)
{
    kf_http_res_t res = calendar_answer(200, opened[_i].body);
    kf_calendar_watch_t watch;

    memset(&watch, 0x55, sizeof(watch));
    kf_calendar_google.watch_parse(&watch, &res, kf_test_pool);
    ck_assert_int_eq(watch.expires, opened[_i].expires);
    if (opened[_i].expires) {
        ck_assert_int_eq((int)watch.answer.verdict, KF_CALENDAR_GOT);
        ck_assert_str_eq(watch.resource_id, "o3hg");
    } else {
        ck_assert_int_eq((int)watch.answer.verdict, KF_CALENDAR_RETRY);
        ck_assert_ptr_null(watch.resource_id);
    }
}
END_TEST

/* -- notices -- */

enum { ID, STATE, NUMBER, RESOURCE, TOKEN, HEADERS };

static const char *const names[HEADERS] = {"x-goog-channel-id", "x-goog-resource-state",
                                           "x-goog-message-number", "x-goog-resource-id",
                                           "x-goog-channel-token"};

static const char *header_of(void *baton, const char *name)
{
    const char *const *values = baton;

    for (int i = 0; i < HEADERS; i++) {
        if (strcasecmp(name, names[i]) == 0) {
            return values[i];
        }
    }
    return NULL;
}

static const struct {
    const char *values[HEADERS];
    int good, hello;
    int64_t number;
} notices[] = {
    {{CHANNEL, "sync", "1", "o3hg", "tok_1"}, 1, 1, 1},
    {{CHANNEL, "exists", "4294967296", "o3hg", "tok_1"}, 1, 0, INT64_C(4294967296)},
    {{CHANNEL, "not_exists", "7", "o3hg", "tok_1"}, 1, 0, 7},
    {{CHANNEL, "of_the_future", "7", "o3hg", "tok_1"}, 1, 0, 7},
    {{CHANNEL, "Sync", "7", "o3hg", "tok_1"}, 1, 0, 7},
    {{CHANNEL, "exists", "7", "o3hg", NULL}, 1, 0, 7},
    {{CHANNEL, "exists", "7", "o3hg", ""}, 1, 0, 7},
    {{"2F6C0E8E-9D41-4C3E-8D41-5F2A6B7C8D9E", "exists", "7", "o3hg", ""}, 1, 0, 7},
    {{NULL, "exists", "7", "o3hg", "tok_1"}, 0, 0, 0},
    {{"", "exists", "7", "o3hg", "tok_1"}, 0, 0, 0},
    {{"channel-1", "exists", "7", "o3hg", "tok_1"}, 0, 0, 0},
    {{CHANNEL " ", "exists", "7", "o3hg", "tok_1"}, 0, 0, 0},
    {{CHANNEL, NULL, "7", "o3hg", "tok_1"}, 0, 0, 0},
    {{CHANNEL, "", "7", "o3hg", "tok_1"}, 0, 0, 0},
    {{CHANNEL, "exists", NULL, "o3hg", "tok_1"}, 0, 0, 0},
    {{CHANNEL, "exists", "0", "o3hg", "tok_1"}, 0, 0, 0},
    {{CHANNEL, "exists", "-7", "o3hg", "tok_1"}, 0, 0, 0},
    {{CHANNEL, "exists", "7x", "o3hg", "tok_1"}, 0, 0, 0},
    {{CHANNEL, "exists", "9223372036854775808", "o3hg", "tok_1"}, 0, 0, 0},
    {{CHANNEL, "exists", "7", NULL, "tok_1"}, 0, 0, 0},
    {{CHANNEL, "exists", "7", "", "tok_1"}, 0, 0, 0},
    {{CHANNEL, "exists", "7", "a\x01", "tok_1"}, 0, 0, 0},
    {{CHANNEL, "exists", "7", "o3hg", "tok\n1"}, 0, 0, 0},
};

START_TEST(reads_notice)
{
    kf_calendar_notice_t notice;
    kf_err_t *err;

    memset(&notice, 0x55, sizeof(notice));
    err = kf_calendar_google.notice_read(&notice, header_of, (void *)(uintptr_t)notices[_i].values,
                                         kf_test_pool);
    ck_assert((err == NULL) == notices[_i].good);
    if (err) {
        ck_assert_int_eq(err->code, KF_E_MALFORMED);
        ck_assert_ptr_null(strstr(err->detail, "tok"));
        return;
    }
    ck_assert_str_eq(notice.channel_id, CHANNEL);
    ck_assert_str_eq(notice.resource_id, "o3hg");
    ck_assert_str_eq(notice.token, notices[_i].values[TOKEN] ? notices[_i].values[TOKEN] : "");
    ck_assert_int_eq(notice.hello, notices[_i].hello);
    ck_assert_int_eq(notice.number, notices[_i].number);
}
END_TEST

START_TEST(long_token)
{
    char *text = apr_pcalloc(kf_test_pool, KF_MAX_CHANNEL_WORD + 2);
    const char *values[HEADERS] = {CHANNEL, "exists", "7", "o3hg", text};
    kf_calendar_notice_t notice;

    memset(text, 'a', KF_MAX_CHANNEL_WORD);
    ck_ok(kf_calendar_google.notice_read(&notice, header_of, values, kf_test_pool));
    text[KF_MAX_CHANNEL_WORD] = 'a';
    ck_fails(kf_calendar_google.notice_read(&notice, header_of, values, kf_test_pool),
             KF_E_MALFORMED);
}
END_TEST

Suite *kf_suite_calendar_push(void)
{
    Suite *suite = suite_create("calendar_push");
    TCase *tc = kf_test_case(suite, "all");

    tcase_add_test(tc, watches);
    tcase_add_test(tc, watch_refuses);
    tcase_add_test(tc, stops);
    tcase_add_loop_test(tc, reads_channel, 0, KF_COUNT(opened));
    tcase_add_loop_test(tc, reads_notice, 0, KF_COUNT(notices));
    tcase_add_test(tc, long_token);
    return suite;
}
