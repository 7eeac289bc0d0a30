#include "calendar_google.h"
#include "test.h"

#include <jansson.h>

Suite *kf_suite_calendar_busy(void);

#define BUSY(json) "{\"calendars\":{\"primary\":{\"busy\":" json "}}}"
#define P(start, end) "{\"start\":\"" start "\",\"end\":\"" end "\"}"
#define H(hour) (DAY + (hour) * KF_HOUR)
#define DAY INT64_C(1796083200000000) /* 2026-12-01T00:00:00Z */

static const char *const one_id[] = {"primary"};
static const kf_calendar_ids_t one = {one_id, 1};
static const char *const two_ids[] = {CALENDAR_PRIMARY, CALENDAR_OTHER};
static const kf_calendar_ids_t two = {two_ids, 2};
static const kf_interval_t range = {H(8), H(20)};

static kf_calendar_busy_t read_busy(const char *body, const kf_calendar_ids_t *ids)
{
    kf_http_res_t res = calendar_answer(200, body);
    kf_calendar_busy_t busy;

    memset(&busy, 0x55, sizeof(busy));
    kf_calendar_google.busy_parse(&busy, &res, ids, range, kf_test_pool);
    return busy;
}

/* -- parsing; the range is 08:00 to 20:00 UTC -- */

static const struct {
    const char *name, *body;
    int n;
    kf_interval_t busy[3];
} wholes[] = {
    {"none", BUSY("[]"), 0, {{0, 0}}},
    {"errors that are none", "{\"calendars\":{\"primary\":{\"errors\":[],\"busy\":[]}}}", 0,
     {{0, 0}}},
    {"one", BUSY("[" P("2026-12-01T14:00:00Z", "2026-12-01T15:00:00Z") "]"), 1, {{H(14), H(15)}}},
    {"offset west", BUSY("[" P("2026-12-01T09:00:00-05:00", "2026-12-01T10:00:00-05:00") "]"), 1,
     {{H(14), H(15)}}},
    {"offset east, of half an hour",
     BUSY("[" P("2026-12-01T19:30:00+05:30", "2026-12-01T20:30:00+05:30") "]"), 1,
     {{H(14), H(15)}}},
    {"two offsets in one", BUSY("[" P("2026-12-01T09:00:00-05:00", "2026-12-01T15:00:00Z") "]"), 1,
     {{H(14), H(15)}}},
    {"fraction", BUSY("[" P("2026-12-01T14:00:00.000Z", "2026-12-01T15:00:00.5Z") "]"), 1,
     {{H(14), H(15) + KF_SECOND / 2}}},
    {"unsorted", BUSY("[" P("2026-12-01T16:00:00Z", "2026-12-01T17:00:00Z") ","
                      P("2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z") "]"), 2,
     {{H(10), H(11)}, {H(16), H(17)}}},
    {"overlapping", BUSY("[" P("2026-12-01T10:00:00Z", "2026-12-01T12:00:00Z") ","
                         P("2026-12-01T11:00:00Z", "2026-12-01T13:00:00Z") "]"), 1,
     {{H(10), H(13)}}},
    {"touching", BUSY("[" P("2026-12-01T11:00:00Z", "2026-12-01T12:00:00Z") ","
                      P("2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z") "]"), 1,
     {{H(10), H(12)}}},
    {"one in another", BUSY("[" P("2026-12-01T10:00:00Z", "2026-12-01T13:00:00Z") ","
                            P("2026-12-01T11:00:00Z", "2026-12-01T12:00:00Z") "]"), 1,
     {{H(10), H(13)}}},
    {"empty period", BUSY("[" P("2026-12-01T11:00:00Z", "2026-12-01T11:00:00Z") "]"), 0, {{0, 0}}},
    {"before the range", BUSY("[" P("2026-12-01T07:00:00Z", "2026-12-01T08:00:00Z") "]"), 0,
     {{0, 0}}},
    {"after the range", BUSY("[" P("2026-12-01T20:00:00Z", "2026-12-01T21:00:00Z") "]"), 0,
     {{0, 0}}},
    {"over both ends", BUSY("[" P("2026-11-01T00:00:00Z", "2027-01-01T00:00:00Z") "]"), 1,
     {{H(8), H(20)}}},
    {"over the start", BUSY("[" P("2026-11-30T22:00:00Z", "2026-12-01T09:00:00Z") "]"), 1,
     {{H(8), H(9)}}},
    {"over the end", BUSY("[" P("2026-12-01T19:00:00Z", "2026-12-02T09:00:00Z") "]"), 1,
     {{H(19), H(20)}}},
    {"more than was asked for",
     "{\"kind\":\"x\",\"groups\":{},\"calendars\":{\"other\":{\"errors\":"
     "[{\"reason\":\"notFound\"}],"
     "\"busy\":[" P("2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z") "]},\"primary\":{\"new\":1,"
     "\"busy\":[{\"start\":\"2026-12-01T14:00:00Z\",\"end\":\"2026-12-01T15:00:00Z\",\"x\":[]}]}}}",
     1, {{H(14), H(15)}}},
};

START_TEST(reads)
{
    kf_calendar_busy_t busy = read_busy(wholes[_i].body, &one);

    ck_assert_msg(busy.answer.verdict == KF_CALENDAR_GOT, "%s: %s", wholes[_i].name,
                  busy.answer.message);
    ck_assert_ptr_null(busy.answer.message);
    ck_assert_ptr_null(busy.bad_calendar);
    ck_assert_msg((int)busy.n == wholes[_i].n, "%s: %d", wholes[_i].name, (int)busy.n);
    for (size_t i = 0; i < busy.n; i++) {
        ck_assert_int_eq(busy.busy[i].start, wholes[_i].busy[i].start);
        ck_assert_int_eq(busy.busy[i].end, wholes[_i].busy[i].end);
    }
}
END_TEST

/* -- unintelligible data never counts as free -- */

static const struct {
    const char *body;
    int verdict;
    int calendar; /* 1: the fault is reported for the calendar */
} spoiled[] = {
    {"{}", KF_CALENDAR_RETRY, 1},
    {"{\"calendars\":[]}", KF_CALENDAR_RETRY, 1},
    {"{\"calendars\":null}", KF_CALENDAR_RETRY, 1},
    {"{\"calendars\":{}}", KF_CALENDAR_RETRY, 1},
    {"{\"calendars\":{\"Primary\":{\"busy\":[]}}}", KF_CALENDAR_RETRY, 1},
    {"{\"calendars\":{\"primary\":[]}}", KF_CALENDAR_RETRY, 1},
    {"{\"calendars\":{\"primary\":{}}}", KF_CALENDAR_RETRY, 1},
    {"{\"calendars\":{\"primary\":{\"errors\":[]}}}", KF_CALENDAR_RETRY, 1},
    {BUSY("null"), KF_CALENDAR_RETRY, 1},
    {BUSY("{}"), KF_CALENDAR_RETRY, 1},
    {BUSY("\"none\""), KF_CALENDAR_RETRY, 1},
    {BUSY("[1]"), KF_CALENDAR_RETRY, 1},
    {BUSY("[null]"), KF_CALENDAR_RETRY, 1},
    {BUSY("[{}]"), KF_CALENDAR_RETRY, 1},
    {BUSY("[{\"start\":\"2026-12-01T14:00:00Z\"}]"), KF_CALENDAR_RETRY, 1},
    {BUSY("[{\"end\":\"2026-12-01T14:00:00Z\"}]"), KF_CALENDAR_RETRY, 1},
    {BUSY("[{\"start\":1796133600,\"end\":1796137200}]"), KF_CALENDAR_RETRY, 1},
    {BUSY("[" P("1796133600", "1796137200") "]"), KF_CALENDAR_RETRY, 1},
    {BUSY("[" P("2026-12-01", "2026-12-02") "]"), KF_CALENDAR_RETRY, 1},
    {BUSY("[" P("2026-12-01T14:00:00", "2026-12-01T15:00:00") "]"), KF_CALENDAR_RETRY, 1},
    {BUSY("[" P("2026-13-01T14:00:00Z", "2026-13-01T15:00:00Z") "]"), KF_CALENDAR_RETRY, 1},
    {BUSY("[" P("2026-12-01T15:00:00Z", "2026-12-01T14:00:00Z") "]"), KF_CALENDAR_RETRY, 1},
    {BUSY("[" P("2026-12-01T23:00:00Z", "2026-12-01T22:00:00Z") "]"), KF_CALENDAR_RETRY, 1},
    {BUSY("[" P("2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z") ",7]"), KF_CALENDAR_RETRY, 1},
    {"{\"calendars\":{\"primary\":{\"errors\":[{\"domain\":\"global\",\"reason\":\"notFound\"}],"
     "\"busy\":[]}}}", KF_CALENDAR_GONE, 1},
    {"{\"calendars\":{\"primary\":{\"errors\":[{\"reason\":\"internalError\"}],\"busy\":[]}}}",
     KF_CALENDAR_RETRY, 1},
    {"{\"calendars\":{\"primary\":{\"errors\":[{\"reason\":\"groupTooBig\"}]}}}",
     KF_CALENDAR_DENIED, 1},
    {"{\"calendars\":{\"primary\":{\"errors\":[{\"reason\":\"tooManyCalendarsRequested\"}]}}}",
     KF_CALENDAR_DENIED, 1},
    {"{\"calendars\":{\"primary\":{\"errors\":[{\"reason\":\"rateLimitExceeded\"}]}}}",
     KF_CALENDAR_LIMIT, 1},
    {"{\"calendars\":{\"primary\":{\"errors\":[{\"reason\":\"ofTheFuture\"}],\"busy\":[]}}}",
     KF_CALENDAR_RETRY, 1},
    {"{\"calendars\":{\"primary\":{\"errors\":[{}],\"busy\":[]}}}", KF_CALENDAR_RETRY, 1},
    {"{\"calendars\":{\"primary\":{\"errors\":[7],\"busy\":[]}}}", KF_CALENDAR_RETRY, 1},
    {"{\"calendars\":{\"primary\":{\"errors\":{},\"busy\":[]}}}", KF_CALENDAR_RETRY, 1},
    {"{\"calendars\":{\"primary\":{\"errors\":null,\"busy\":[]}}}", KF_CALENDAR_RETRY, 1},
    {"{\"calendars\":{\"primary\":{\"errors\":\"notFound\",\"busy\":[]}}}", KF_CALENDAR_RETRY, 1},
    {"", KF_CALENDAR_RETRY, 1},
    {"<html></html>", KF_CALENDAR_RETRY, 0},
    {"{\"calendars\":{\"primary\":{\"busy\":[]}}} x", KF_CALENDAR_RETRY, 0},
    {"{\"calendars\":{\"primary\":{\"busy\":[]", KF_CALENDAR_RETRY, 0},
    {"{\"calendars\":{\"primary\":{\"busy\":[],\"busy\":[1]}}}", KF_CALENDAR_RETRY, 0},
};

START_TEST(never_free)
{
    kf_calendar_busy_t busy = read_busy(spoiled[_i].body, &one);

    ck_assert_msg((int)busy.answer.verdict == spoiled[_i].verdict, "%s: %s", spoiled[_i].body,
                  kf_calendar_verdict_text(busy.answer.verdict));
    ck_assert_ptr_nonnull(busy.answer.message);
    ck_assert_uint_eq(busy.n, 0);
    ck_assert((busy.bad_calendar != NULL) == spoiled[_i].calendar);
}
END_TEST

START_TEST(missing_is_said)
{
    kf_calendar_busy_t busy = read_busy("{\"calendars\":{\"" CALENDAR_PRIMARY "\":{\"busy\":[]}}}",
                                        &two);

    ck_assert_int_eq((int)busy.answer.verdict, KF_CALENDAR_RETRY);
    ck_assert_str_eq(busy.answer.message, "a calendar is missing from the answer");
    ck_assert_str_eq(busy.bad_calendar, CALENDAR_OTHER);
}
END_TEST

START_TEST(many_calendars)
{
    kf_calendar_busy_t busy = read_busy(
        "{\"calendars\":{\"" CALENDAR_OTHER "\":{\"busy\":["
        P("2026-12-01T10:30:00Z", "2026-12-01T12:00:00Z") "]},\"" CALENDAR_PRIMARY "\":{\"busy\":["
        P("2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z") "]}}}", &two);

    ck_assert_int_eq((int)busy.answer.verdict, KF_CALENDAR_GOT);
    ck_assert_uint_eq(busy.n, 1);
    ck_assert_int_eq(busy.busy[0].start, H(10));
    ck_assert_int_eq(busy.busy[0].end, H(12));
}
END_TEST

START_TEST(one_of_many_spoils)
{
    kf_calendar_busy_t busy = read_busy(
        "{\"calendars\":{\"" CALENDAR_PRIMARY "\":{\"busy\":["
        P("2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z") "]},\"" CALENDAR_OTHER "\":"
        "{\"errors\":[{\"reason\":\"notFound\"}],\"busy\":[]}}}", &two);

    ck_assert_int_eq((int)busy.answer.verdict, KF_CALENDAR_GONE);
    ck_assert_str_eq(busy.answer.message, "a calendar answers notFound");
    ck_assert_str_eq(busy.bad_calendar, CALENDAR_OTHER);
    ck_assert_uint_eq(busy.n, 0);
    ck_assert_ptr_null(busy.busy);
}
END_TEST

/* -- the request -- */

START_TEST(asks)
{
    kf_http_req_t req;
    const kf_interval_t odd = {H(8) + 1, H(20) - 1};

    ck_ok(kf_calendar_google.busy_request(&req, &calendar_app, CALENDAR_ACCESS, &two, odd,
                                          kf_test_pool));
    ck_assert_str_eq(req.method, "POST");
    ck_assert_str_eq(req.url, "https://www.googleapis.com/calendar/v3/freeBusy");
    ck_assert_str_eq(apr_table_get(req.headers, "Authorization"), "Bearer " CALENDAR_ACCESS);
    ck_assert_str_eq(apr_table_get(req.headers, "Content-Type"), "application/json; charset=utf-8");
    ck_assert_uint_eq(req.body_len, strlen(req.body));
    ck_assert_str_eq(req.body,
                     "{\"timeMin\":\"2026-12-01T08:00:00Z\",\"timeMax\":\"2026-12-01T20:00:00Z\","
                     "\"timeZone\":\"UTC\",\"calendarExpansionMax\":50,\"items\":[{\"id\":\""
                     CALENDAR_PRIMARY "\"},{\"id\":\"" CALENDAR_OTHER "\"}]}");
    ck_assert_uint_eq(req.answer_cap, KF_MAX_BUSY_ANSWER);
    ck_assert_ptr_null(req.guard);
}
END_TEST

START_TEST(asks_elsewhere)
{
    kf_calendar_app_t app = calendar_app;
    kf_http_req_t req;

    app.api_base = "http://127.0.0.1:9/google/calendar/v3";
    app.ca_file = "/etc/ca.pem";
    ck_ok(kf_calendar_google.busy_request(&req, &app, CALENDAR_ACCESS, &one, range, kf_test_pool));
    ck_assert_str_eq(req.url, "http://127.0.0.1:9/google/calendar/v3/freeBusy");
    ck_assert_str_eq(req.ca_file, "/etc/ca.pem");
}
END_TEST

START_TEST(question_limits)
{
    const char *many[51];
    kf_calendar_ids_t ids = {many, 51};
    kf_interval_t longest = {H(0), H(0) + 60 * KF_DAY};
    kf_http_req_t req;

    for (int i = 0; i < 51; i++) {
        many[i] = "a";
    }
#define ASK(range_) \
    kf_calendar_google.busy_request(&req, &calendar_app, CALENDAR_ACCESS, &ids, range_, \
                                    kf_test_pool)
    ck_fails(ASK(longest), KF_E_INVALID);
    ids.n = 50;
    ck_ok(ASK(longest));
    ids.n = 0;
    ck_fails(ASK(longest), KF_E_INVALID);
    ids.n = 1;
    longest.end++;
    ck_fails(ASK(longest), KF_E_INVALID);
    longest.end = longest.start;
    ck_fails(ASK(longest), KF_E_INVALID);
    many[0] = "";
    ck_fails(ASK(range), KF_E_INVALID);
    many[0] = "a";
    ck_fails(kf_calendar_google.busy_request(&req, NULL, CALENDAR_ACCESS, &ids, range,
                                             kf_test_pool),
             KF_E_CONFIG);
    ck_fails(kf_calendar_google.busy_request(&req, &calendar_app, "a\r\nX: y", &ids, range,
                                             kf_test_pool),
             KF_E_INVALID);
    ck_fails(kf_calendar_google.busy_request(&req, &calendar_app, "", &ids, range, kf_test_pool),
             KF_E_INVALID);
#undef ASK
}
END_TEST

/* -- the list -- */

START_TEST(list_asks)
{
    kf_http_req_t req;

    ck_ok(kf_calendar_google.list_request(&req, &calendar_app, CALENDAR_ACCESS, NULL,
                                          kf_test_pool));
    ck_assert_str_eq(req.method, "GET");
    ck_assert_str_eq(req.url, "https://www.googleapis.com/calendar/v3/users/me/calendarList"
                              "?minAccessRole=freeBusyReader&maxResults=250");
    ck_assert_uint_eq(req.answer_cap, KF_MAX_CALENDAR_ANSWER);
    ck_ok(kf_calendar_google.list_request(&req, &calendar_app, CALENDAR_ACCESS, "a&b=",
                                          kf_test_pool));
    ck_assert_ptr_nonnull(strstr(req.url, "&pageToken=a%26b%3D"));
}
END_TEST

static kf_calendar_list_t read_list(const char *body)
{
    kf_http_res_t res = calendar_answer(200, body);
    kf_calendar_list_t list;

    memset(&list, 0x55, sizeof(list));
    kf_calendar_google.list_parse(&list, &res, kf_test_pool);
    return list;
}

START_TEST(list_reads)
{
    kf_calendar_list_t list = read_list(
        "{\"kind\":\"calendar#calendarList\",\"nextPageToken\":\"p2\",\"items\":["
        "{\"id\":\"" CALENDAR_PRIMARY "\",\"summary\":\"x\",\"summaryOverride\":\"Consultas\","
        "\"timeZone\":\"America/Bogota\",\"primary\":true,\"accessRole\":\"owner\"},"
        "{\"id\":\"gone\",\"deleted\":true,\"accessRole\":\"owner\"},"
        "{\"id\":\"w\",\"summary\":\"A\\u202eB\\nC\",\"accessRole\":\"writer\"},"
        "{\"id\":\"r\",\"summary\":7,\"timeZone\":7,\"accessRole\":\"reader\"},"
        "{\"id\":\"f\",\"accessRole\":\"freeBusyReader\",\"primary\":\"true\"},"
        "{\"id\":\"n\",\"accessRole\":\"writerWithoutPrivateAccess\"},"
        "{\"id\":\"u\",\"accessRole\":\"ofTheFuture\"}]}");
    static const char *const ids[] = {CALENDAR_PRIMARY, "w", "r", "f", "n", "u"};
    static const char *const names[] = {"Consultas", "ABC", "", "", "", ""};

    ck_assert_int_eq((int)list.answer.verdict, KF_CALENDAR_GOT);
    ck_assert_str_eq(list.next_page, "p2");
    ck_assert_uint_eq(list.n, 6);
    for (int i = 0; i < 6; i++) {
        ck_assert_str_eq(list.entries[i].id, ids[i]);
        ck_assert_str_eq(list.entries[i].name, names[i]);
        ck_assert_int_eq(list.entries[i].may_write, i == 0);
        ck_assert_int_eq(list.entries[i].primary, i == 0);
    }
    ck_assert_str_eq(list.entries[0].time_zone, "America/Bogota");
    ck_assert_str_eq(list.entries[2].time_zone, "");
}
END_TEST

START_TEST(list_last_page)
{
    kf_calendar_list_t list = read_list("{\"items\":[],\"nextSyncToken\":\"s\"}");

    ck_assert_int_eq((int)list.answer.verdict, KF_CALENDAR_GOT);
    ck_assert_uint_eq(list.n, 0);
    ck_assert_ptr_null(list.next_page);
}
END_TEST

/* Names are kept up to 300 characters, never split within one. Longer ids cannot be kept. */
START_TEST(list_long)
{
    json_t *root = json_object(), *items = json_array();
    char *text = apr_pcalloc(kf_test_pool, 2 * 301 + 1), *body;
    kf_calendar_list_t list;

    for (int i = 0; i < 301; i++) {
        memcpy(text + (size_t)(2 * i), "\xc3\xb1", 2);
    }
    json_object_set_new(root, "items", items);
    json_array_append_new(items, json_pack("{s:s,s:s,s:s}", "id", "a", "summary", text,
                                           "accessRole", "owner"));
    json_array_append_new(items, json_pack("{s:s,s:s}", "id", text, "accessRole", "owner"));
    body = json_dumps(root, 0);
    list = read_list(body);
    free(body);
    json_decref(root);
    ck_assert_int_eq((int)list.answer.verdict, KF_CALENDAR_GOT);
    ck_assert_uint_eq(list.n, 1);
    ck_assert_uint_eq(strlen(list.entries[0].name), 600);
}
END_TEST

static const char *const bad_lists[] = {
    "{}", "{\"items\":{}}", "{\"items\":null}", "{\"items\":[7]}", "{\"items\":[{}]}",
    "{\"items\":[{\"id\":7,\"accessRole\":\"owner\"}]}",
    "{\"items\":[{\"id\":\"\",\"accessRole\":\"owner\"}]}",
    "{\"items\":[{\"id\":\"a\"}]}", "{\"items\":[{\"id\":\"a\",\"accessRole\":1}]}",
    "{\"items\":[],\"nextPageToken\":7}", "{\"items\":[],\"nextPageToken\":[]}",
};

START_TEST(list_broken)
{
    kf_calendar_list_t list = read_list(bad_lists[_i]);

    ck_assert_int_eq((int)list.answer.verdict, KF_CALENDAR_RETRY);
    ck_assert_str_eq(list.answer.message, "the list of calendars cannot be read");
    ck_assert_uint_eq(list.n, 0);
    ck_assert_ptr_null(list.next_page);
}
END_TEST

Suite *kf_suite_calendar_busy(void)
{
    Suite *suite = suite_create("calendar_busy");
    TCase *tc = kf_test_case(suite, "all");

    tcase_add_loop_test(tc, reads, 0, KF_COUNT(wholes));
    tcase_add_loop_test(tc, never_free, 0, KF_COUNT(spoiled));
    tcase_add_test(tc, missing_is_said);
    tcase_add_test(tc, many_calendars);
    tcase_add_test(tc, one_of_many_spoils);
    tcase_add_test(tc, asks);
    tcase_add_test(tc, asks_elsewhere);
    tcase_add_test(tc, question_limits);
    tcase_add_test(tc, list_asks);
    tcase_add_test(tc, list_reads);
    tcase_add_test(tc, list_last_page);
    tcase_add_test(tc, list_long);
    tcase_add_loop_test(tc, list_broken, 0, KF_COUNT(bad_lists));
    return suite;
}
