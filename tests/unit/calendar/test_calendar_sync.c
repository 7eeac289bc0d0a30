#include "calendar_google.h"
#include "test.h"

Suite *kf_suite_calendar_sync(void);

#define EVENTS                                                                      \
    "https://www.googleapis.com/calendar/v3/calendars/dra.nunez%40example.test/events" \
    "?singleEvents=true&maxResults=250"
#define BOOKING "0191f7c2-3b5a-7c3e-9d41-5f2a6b7c8d9e"

/* -- the request -- */

static const struct {
    kf_calendar_sync_t sync;
    const char *url;
} questions[] = {
    {{CALENDAR_PRIMARY, NULL, NULL}, EVENTS},
    {{CALENDAR_PRIMARY, NULL, "p=2"}, EVENTS "&pageToken=p%3D2"},
    {{CALENDAR_PRIMARY, "CPj=", NULL}, EVENTS "&syncToken=CPj%3D"},
    {{CALENDAR_PRIMARY, "CPj=", "p2"}, EVENTS "&syncToken=CPj%3D&pageToken=p2"},
};

START_TEST(asks)
{
    kf_http_req_t req;

    ck_ok(kf_calendar_google.sync_request(&req, &calendar_app, CALENDAR_ACCESS,
                                          &questions[_i].sync, kf_test_pool));
    ck_assert_str_eq(req.method, "GET");
    ck_assert_str_eq(req.url, questions[_i].url);
    ck_assert_uint_eq(req.answer_cap, KF_MAX_CALENDAR_ANSWER);
    ck_assert_int_eq(req.timeout_ms, 30000);
}
END_TEST

START_TEST(refuses)
{
    char *text = apr_pcalloc(kf_test_pool, KF_MAX_PAGE_TOKEN + 2);
    kf_calendar_sync_t sync = {CALENDAR_PRIMARY, "", NULL};
    kf_http_req_t req;

#define ASK() \
    kf_calendar_google.sync_request(&req, &calendar_app, CALENDAR_ACCESS, &sync, kf_test_pool)
    ck_fails(ASK(), KF_E_INVALID);
    memset(text, 'a', KF_MAX_PAGE_TOKEN + 1);
    sync.sync_token = text;
    ck_fails(ASK(), KF_E_INVALID);
    text[KF_MAX_PAGE_TOKEN] = '\0';
    ck_ok(ASK());
    sync.calendar = "..";
    ck_fails(ASK(), KF_E_INVALID);
#undef ASK
}
END_TEST

/* -- the answer -- */

static kf_calendar_changes_t read_changes(const char *body)
{
    kf_http_res_t res = calendar_answer(200, body);
    kf_calendar_changes_t changes;

    memset(&changes, 0x55, sizeof(changes));
    kf_calendar_google.sync_parse(&changes, &res, kf_test_pool);
    return changes;
}

START_TEST(reads_last_page)
{
    kf_calendar_changes_t changes = read_changes(
        "{\"kind\":\"calendar#events\",\"timeZone\":\"America/Bogota\",\"nextSyncToken\":\"s1\","
        "\"items\":[{\"id\":\"a_20261201T150000Z\",\"status\":\"confirmed\",\"start\":{"
        "\"dateTime\":"
        "\"2026-12-01T15:00:00Z\"},\"end\":{\"dateTime\":\"2026-12-01T16:00:00Z\"}},{\"id\":\"b\","
        "\"status\":\"cancelled\"},{\"id\":\"c\",\"start\":{\"date\":\"2026-12-24\"},\"end\":{"
        "\"date\":\"2026-12-26\"},\"extendedProperties\":{\"private\":{\"kfBooking\":\"" BOOKING
        "\",\"kfVersion\":\"2\"}}}]}");

    ck_assert_int_eq((int)changes.answer.verdict, KF_CALENDAR_GOT);
    ck_assert_uint_eq(changes.n, 3);
    ck_assert_str_eq(changes.events[0].key, "a_20261201T150000Z");
    ck_assert_int_eq(changes.events[0].end - changes.events[0].start, KF_HOUR);
    ck_assert(changes.events[1].cancelled);
    ck_assert_int_eq(changes.events[1].start, 0);
    ck_assert(changes.events[2].all_day);
    ck_assert_str_eq(changes.events[2].booking, BOOKING);
    ck_assert_str_eq(changes.zone, "America/Bogota");
    ck_assert_str_eq(changes.sync_token, "s1");
    ck_assert_ptr_null(changes.next_page);
}
END_TEST

START_TEST(reads_first_page)
{
    kf_calendar_changes_t changes = read_changes(
        "{\"items\":[],\"nextPageToken\":\"p2\",\"nextSyncToken\":\"too early\"}");

    ck_assert_int_eq((int)changes.answer.verdict, KF_CALENDAR_GOT);
    ck_assert_str_eq(changes.next_page, "p2");
    ck_assert_ptr_null(changes.sync_token);
    ck_assert_str_eq(changes.zone, "");
}
END_TEST

static const char *const broken[] = {
    "", "{}", "[]", "{\"items\":[]}", "{\"items\":[],\"nextSyncToken\":\"\"}",
    "{\"items\":[],\"nextSyncToken\":7}",
    "{\"items\":[],\"nextPageToken\":7,\"nextSyncToken\":\"s\"}",
    "{\"nextSyncToken\":\"s\"}", "{\"items\":null,\"nextSyncToken\":\"s\"}",
    "{\"items\":{},\"nextSyncToken\":\"s\"}", "{\"items\":[7],\"nextSyncToken\":\"s\"}",
    "{\"items\":[{\"id\":\"a\"}],\"nextSyncToken\":\"s\"}",
    "{\"items\":[{\"status\":\"cancelled\"}],\"nextSyncToken\":\"s\"}",
    "{\"items\":[],\"nextSyncToken\":\"a\\u0007b\"}",
};

START_TEST(broken_lists)
{
    kf_calendar_changes_t changes = read_changes(broken[_i]);

    ck_assert_msg(changes.answer.verdict == KF_CALENDAR_RETRY, "%s", broken[_i]);
    ck_assert_ptr_nonnull(changes.answer.message);
    ck_assert_uint_eq(changes.n, 0);
    ck_assert_ptr_null(changes.next_page);
    ck_assert_ptr_null(changes.sync_token);
    ck_assert_str_eq(changes.zone, "");
}
END_TEST

Suite *kf_suite_calendar_sync(void)
{
    Suite *suite = suite_create("calendar_sync");
    TCase *tc = kf_test_case(suite, "all");

    tcase_add_loop_test(tc, asks, 0, KF_COUNT(questions));
    tcase_add_test(tc, refuses);
    tcase_add_test(tc, reads_last_page);
    tcase_add_test(tc, reads_first_page);
    tcase_add_loop_test(tc, broken_lists, 0, KF_COUNT(broken));
    return suite;
}
