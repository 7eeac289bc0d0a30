#include "calendar_google.h"
#include "test.h"

#include <jansson.h>

Suite *kf_suite_calendar_event(void);

#define BOOKING "0191f7c2-3b5a-7c3e-9d41-5f2a6b7c8d9e"
#define EVENT_ID "068vfghrb9u3t7a1bsl6mv4djo"
#define TENANT "0191f7c2-0000-7000-8000-000000000001"
#define AT(hour) (INT64_C(1796083200) * KF_SECOND + (hour) * KF_HOUR)
#define API "https://www.googleapis.com/calendar/v3"

static kf_uuid_t uuid_of(const char *text)
{
    kf_uuid_t uuid;

    ck_assert(kf_uuid_read(&uuid, text, strlen(text)));
    return uuid;
}

static kf_calendar_event_t sample(void)
{
    return (kf_calendar_event_t){
        .id = uuid_of(BOOKING), .summary = "Consulta \"1\" - Ana", .description = "L\xc3\xadnea\n2",
        .start = AT(15), .end = AT(15) + 30 * KF_MINUTE, .zone = "America/Bogota",
        .tenant = TENANT, .booking = BOOKING, .version = 3,
    };
}

/* -- ids -- */

static const struct {
    const char *uuid, *id;
} ids[] = {
    {BOOKING, EVENT_ID},
    {"00000000-0000-0000-0000-000000000000", "00000000000000000000000000"},
    {"ffffffff-ffff-ffff-ffff-ffffffffffff", "vvvvvvvvvvvvvvvvvvvvvvvvvs"},
    {"00000000-0000-0000-0000-000000000001", "00000000000000000000000004"},
};

START_TEST(event_id)
{
    kf_uuid_t uuid = uuid_of(ids[_i].uuid);
    char text[KF_GOOGLE_EVENT_ID_CHARS + 1];

    kf_google_event_id(text, &uuid);
    ck_assert_str_eq(text, ids[_i].id);
}
END_TEST

/* -- requests -- */

#define TIMES                                                                           \
    "\"start\":{\"dateTime\":\"2026-12-01T15:00:00Z\",\"timeZone\":\"America/Bogota\"}," \
    "\"end\":{\"dateTime\":\"2026-12-01T15:30:00Z\",\"timeZone\":\"America/Bogota\"}"
#define WORDS "\"summary\":\"Consulta \\\"1\\\" - Ana\",\"description\":\"L\xc3\xadnea\\n2\","
#define OURS                                                                         \
    ",\"extendedProperties\":{\"private\":{\"kfTenant\":\"" TENANT "\",\"kfBooking\":\"" \
    BOOKING "\",\"kfVersion\":\"3\"}}"
#define GUEST                                                                             \
    ",\"attendees\":[{\"email\":\"ana@example.test\",\"displayName\":\"Ana P\xc3\xa9rez\"}]," \
    "\"guestsCanInviteOthers\":false,\"guestsCanSeeOtherGuests\":false"
#define MEET                                                               \
    ",\"conferenceData\":{\"createRequest\":{\"requestId\":\"" EVENT_ID "\"," \
    "\"conferenceSolutionKey\":{\"type\":\"hangoutsMeet\"}}}"

static const struct {
    int guest, meeting;
    const char *query, *body; /* after the id */
} writes[] = {
    {0, 0, "?sendUpdates=none", WORDS TIMES OURS "}"},
    {1, 0, "?sendUpdates=all", WORDS TIMES GUEST OURS "}"},
    {0, 1, "?sendUpdates=none&conferenceDataVersion=1", WORDS TIMES OURS MEET "}"},
    {1, 1, "?sendUpdates=all&conferenceDataVersion=1", WORDS TIMES GUEST OURS MEET "}"},
};

static kf_calendar_event_t written(int i)
{
    kf_calendar_event_t event = sample();

    event.meeting = writes[i].meeting;
    if (writes[i].guest) {
        event.guest_name = "Ana P\xc3\xa9rez";
        event.guest_email = "ana@example.test";
    }
    return event;
}

/* A valid JSON body with exactly these bytes. */
static void check_body(const kf_http_req_t *req, const char *wanted)
{
    json_t *json = json_loadb(req->body, req->body_len, JSON_REJECT_DUPLICATES, NULL);

    ck_assert_ptr_nonnull(json);
    json_decref(json);
    ck_assert_str_eq(req->body, wanted);
    ck_assert_str_eq(apr_table_get(req->headers, "Content-Type"),
                     "application/json; charset=utf-8");
    ck_assert_str_eq(apr_table_get(req->headers, "Authorization"), "Bearer " CALENDAR_ACCESS);
}

START_TEST(adds)
{
    kf_calendar_event_t event = written(_i);
    kf_http_req_t req;

    ck_ok(kf_calendar_google.event_add_request(&req, &calendar_app, CALENDAR_ACCESS,
                                               CALENDAR_OTHER, &event, kf_test_pool));
    ck_assert_str_eq(req.method, "POST");
    ck_assert_str_eq(req.url, apr_pstrcat(kf_test_pool, API "/calendars/x1%2F2%23%40group.calendar."
                                          "google.com/events", writes[_i].query, NULL));
    check_body(&req, apr_pstrcat(kf_test_pool, "{\"id\":\"" EVENT_ID "\",", writes[_i].body, NULL));
}
END_TEST

START_TEST(changes)
{
    kf_calendar_event_t event = written(_i);
    kf_http_req_t req;

    ck_ok(kf_calendar_google.event_change_request(&req, &calendar_app, CALENDAR_ACCESS, "primary",
                                                  &event, kf_test_pool));
    ck_assert_str_eq(req.method, "PATCH");
    ck_assert_str_eq(req.url, apr_pstrcat(kf_test_pool, API "/calendars/primary/events/" EVENT_ID,
                                          writes[_i].query, NULL));
    check_body(&req, apr_pstrcat(kf_test_pool, "{", writes[_i].body, NULL));
}
END_TEST

START_TEST(gets_and_drops)
{
    kf_calendar_event_t event = written(3);
    kf_http_req_t req;

    ck_ok(kf_calendar_google.event_get_request(&req, &calendar_app, CALENDAR_ACCESS, "primary",
                                               &event.id, kf_test_pool));
    ck_assert_str_eq(req.method, "GET");
    ck_assert_str_eq(req.url, API "/calendars/primary/events/" EVENT_ID);
    ck_assert_ptr_null(req.body);
    ck_ok(kf_calendar_google.event_drop_request(&req, &calendar_app, CALENDAR_ACCESS, "primary",
                                                &event, kf_test_pool));
    ck_assert_str_eq(req.method, "DELETE");
    ck_assert_str_eq(req.url, API "/calendars/primary/events/" EVENT_ID "?sendUpdates=all");
    event = (kf_calendar_event_t){.id = event.id};
    ck_ok(kf_calendar_google.event_drop_request(&req, &calendar_app, CALENDAR_ACCESS, "primary",
                                                &event, kf_test_pool));
    ck_assert_str_eq(req.url, API "/calendars/primary/events/" EVENT_ID "?sendUpdates=none");
}
END_TEST

START_TEST(optional_parts)
{
    kf_calendar_event_t event = written(1);
    kf_http_req_t req;

    event.location = "Calle 10 # 5-20";
    event.guest_name = NULL;
    event.zone = NULL;
    ck_ok(kf_calendar_google.event_add_request(&req, &calendar_app, CALENDAR_ACCESS, "primary",
                                               &event, kf_test_pool));
    ck_assert_ptr_nonnull(strstr(req.body, ",\"location\":\"Calle 10 # 5-20\","));
    ck_assert_ptr_nonnull(strstr(req.body, "[{\"email\":\"ana@example.test\"}]"));
    ck_assert_ptr_nonnull(strstr(req.body, "00Z\",\"timeZone\":\"UTC\"}"));
}
END_TEST

START_TEST(refuses)
{
    static const char *const calendars[] = {NULL, "", ".", "..", "..."};
    kf_calendar_event_t event = sample();
    kf_http_req_t req;

#define ADD(calendar_) \
    kf_calendar_google.event_add_request(&req, &calendar_app, CALENDAR_ACCESS, calendar_, &event, \
                                         kf_test_pool)
    for (int i = 0; i < KF_COUNT(calendars); i++) {
        ck_fails(ADD(calendars[i]), KF_E_INVALID);
    }
    ck_ok(ADD("a..b"));
    event.end = event.start;
    ck_fails(ADD("primary"), KF_E_INVALID);
    event = sample();
    event.booking = NULL;
    ck_fails(ADD("primary"), KF_E_INVALID);
    event = sample();
    event.description = apr_pcalloc(kf_test_pool, KF_MAX_BODY + 1);
    memset((char *)(uintptr_t)event.description, 'a', KF_MAX_BODY);
    ck_fails(ADD("primary"), KF_E_TOO_LARGE);
#undef ADD
}
END_TEST

/* -- answers -- */

static kf_calendar_one_t read_event(const char *body)
{
    kf_http_res_t res = calendar_answer(200, body);
    kf_calendar_one_t one;

    memset(&one, 0x55, sizeof(one));
    kf_calendar_google.event_parse(&one, &res, kf_test_pool);
    return one;
}

#define SPAN                                                                                \
    "\"start\":{\"dateTime\":\"2026-12-01T10:00:00-05:00\",\"timeZone\":\"America/Bogota\"}," \
    "\"end\":{\"dateTime\":\"2026-12-01T10:30:00-05:00\"}"
#define EVENT(more) "{\"id\":\"e1\",\"status\":\"confirmed\"," SPAN more "}"
#define DAYS "{\"id\":\"e1\",\"start\":{\"date\":\"2026-12-01\"},\"end\":{\"date\":\"2026-12-03\"}}"
#define PRIVATE(json) ",\"extendedProperties\":{\"private\":" json "}"

START_TEST(reads_whole)
{
    kf_calendar_one_t one = read_event(EVENT(
        ",\"kind\":\"x\",\"summary\":7"
        PRIVATE("{\"kfTenant\":\"t\",\"kfBooking\":\"0191F7C2-3b5a-7c3e-9d41-5f2a6b7c8d9e\","
                "\"kfVersion\":\"3\"}")
        ",\"hangoutLink\":\"https://meet.example.test/abc\""));

    ck_assert_int_eq((int)one.answer.verdict, KF_CALENDAR_GOT);
    ck_assert_str_eq(one.event.key, "e1");
    ck_assert_str_eq(one.event.booking, BOOKING);
    ck_assert_int_eq(one.event.version, 3);
    ck_assert(!one.event.cancelled && !one.event.transparent && !one.event.all_day);
    ck_assert_int_eq(one.event.start, AT(15));
    ck_assert_int_eq(one.event.end, AT(15) + 30 * KF_MINUTE);
    ck_assert_ptr_null(one.event.first_day);
    ck_assert_ptr_null(one.event.last_day);
    ck_assert_str_eq(one.event.meeting_url, "https://meet.example.test/abc");
    ck_assert(!one.event.meeting_pending);
}
END_TEST

START_TEST(reads_days)
{
    kf_calendar_one_t one = read_event(DAYS);

    ck_assert_int_eq((int)one.answer.verdict, KF_CALENDAR_GOT);
    ck_assert(one.event.all_day);
    ck_assert_str_eq(one.event.first_day, "2026-12-01");
    ck_assert_str_eq(one.event.last_day, "2026-12-03");
    ck_assert_int_eq(one.event.start, 0);
    ck_assert_int_eq(one.event.end, 0);
}
END_TEST

static const struct {
    const char *body;
    int cancelled, transparent;
} kinds[] = {
    {"{\"id\":\"e1\",\"status\":\"cancelled\"}", 1, 0},
    {"{\"id\":\"e1\",\"status\":\"cancelled\",\"start\":7}", 1, 0},
    {EVENT(",\"transparency\":\"transparent\""), 0, 1},
    {EVENT(",\"transparency\":\"opaque\""), 0, 0},
    {EVENT(",\"transparency\":true"), 0, 0},
    {EVENT(",\"attendees\":[{\"self\":true,\"responseStatus\":\"declined\"}]"), 0, 1},
    {EVENT(",\"attendees\":[7,{\"responseStatus\":\"declined\"}]"), 0, 0},
    {EVENT(",\"attendees\":[{\"self\":true,\"responseStatus\":\"tentative\"}]"), 0, 0},
    {EVENT(",\"attendees\":{\"self\":true}"), 0, 0},
    {"{\"id\":\"e1\",\"status\":\"tentative\"," SPAN "}", 0, 0},
    {"{\"id\":\"e1\",\"status\":7," SPAN "}", 0, 0},
    {"{\"id\":\"e1\",\"start\":{\"date\":\"2026-12-01\"},\"end\":{\"date\":\"2026-12-01\"}}", 0, 0},
};

START_TEST(reads_kinds)
{
    kf_calendar_one_t one = read_event(kinds[_i].body);

    ck_assert_int_eq((int)one.answer.verdict, KF_CALENDAR_GOT);
    ck_assert_int_eq(one.event.cancelled, kinds[_i].cancelled);
    ck_assert_int_eq(one.event.transparent, kinds[_i].transparent);
    ck_assert_ptr_null(one.event.booking);
}
END_TEST

/* Values that others could have written in place of ours. */
static const struct {
    const char *body;
    int ours, version;
} marks[] = {
    {EVENT(""), 0, 0},
    {EVENT(",\"extendedProperties\":7"), 0, 0},
    {EVENT(PRIVATE("[]")), 0, 0},
    {EVENT(PRIVATE("{\"kfBooking\":\"b1\",\"kfVersion\":\"3\"}")), 0, 0},
    {EVENT(PRIVATE("{\"kfBooking\":7}")), 0, 0},
    {EVENT(PRIVATE("{\"kfBooking\":\"" BOOKING "x\"}")), 0, 0},
    {EVENT(",\"extendedProperties\":{\"shared\":{\"kfBooking\":\"" BOOKING "\"}}"), 0, 0},
    {EVENT(PRIVATE("{\"kfBooking\":\"" BOOKING "\"}")), 1, 0},
    {EVENT(PRIVATE("{\"kfBooking\":\"" BOOKING "\",\"kfVersion\":3}")), 1, 0},
    {EVENT(PRIVATE("{\"kfBooking\":\"" BOOKING "\",\"kfVersion\":\"-3\"}")), 1, 0},
    {EVENT(PRIVATE("{\"kfBooking\":\"" BOOKING "\",\"kfVersion\":\"99999999999\"}")), 1, 0},
    {EVENT(PRIVATE("{\"kfBooking\":\"" BOOKING "\",\"kfVersion\":\"12\"}")), 1, 12},
};

START_TEST(reads_marks)
{
    kf_calendar_one_t one = read_event(marks[_i].body);

    ck_assert_int_eq((int)one.answer.verdict, KF_CALENDAR_GOT);
    ck_assert((one.event.booking != NULL) == marks[_i].ours);
    ck_assert_int_eq(one.event.version, marks[_i].version);
}
END_TEST

#define CONF(json) EVENT(",\"conferenceData\":{" json "}")
#define STATUS(word) \
    "\"createRequest\":{\"requestId\":\"r\",\"status\":{\"statusCode\":\"" word "\"}}"

static const struct {
    const char *body, *url;
    int pending;
} meetings[] = {
    {CONF(STATUS("pending")), NULL, 1},
    {CONF(STATUS("failure")), NULL, 0},
    {CONF(STATUS("success")), NULL, 0},
    {CONF(STATUS("success") ",\"entryPoints\":[{\"entryPointType\":\"phone\",\"uri\":\"tel:+1\"},"
          "{\"entryPointType\":\"video\",\"uri\":\"https://meet.example.test/a\"}]"),
     "https://meet.example.test/a", 0},
    {CONF(STATUS("pending") ",\"entryPoints\":[{\"entryPointType\":\"video\",\"uri\":"
          "\"https://meet.example.test/a\"}]"), "https://meet.example.test/a", 0},
    {CONF("\"entryPoints\":[{\"entryPointType\":\"video\",\"uri\":\"javascript:alert(1)\"}]"), NULL,
     0},
    {CONF("\"entryPoints\":[{\"entryPointType\":\"video\",\"uri\":\"http://a.example.test\"}]"),
     NULL, 0},
    {CONF("\"entryPoints\":[{\"entryPointType\":\"video\",\"uri\":\"https://a b\"}]"), NULL, 0},
    {CONF("\"entryPoints\":[{\"entryPointType\":\"video\",\"uri\":\"https://\"}]"), NULL, 0},
    {CONF("\"entryPoints\":[{\"entryPointType\":\"video\",\"uri\":7}]"), NULL, 0},
    {CONF("\"entryPoints\":{\"video\":7}"), NULL, 0},
    {CONF("\"entryPoints\":[7,[],{}]"), NULL, 0},
    {CONF("\"createRequest\":{\"status\":\"pending\"}"), NULL, 0},
    {EVENT(",\"conferenceData\":[]"), NULL, 0},
    {EVENT(",\"hangoutLink\":\"\""), NULL, 0},
};

START_TEST(reads_meetings)
{
    kf_calendar_one_t one = read_event(meetings[_i].body);

    ck_assert_int_eq((int)one.answer.verdict, KF_CALENDAR_GOT);
    ck_assert_int_eq(one.event.meeting_pending, meetings[_i].pending);
    if (meetings[_i].url) {
        ck_assert_str_eq(one.event.meeting_url, meetings[_i].url);
    } else {
        ck_assert_ptr_null(one.event.meeting_url);
    }
}
END_TEST

START_TEST(long_link)
{
    char *path = apr_pcalloc(kf_test_pool, KF_MAX_MEETING_URL);

    memset(path, 'a', KF_MAX_MEETING_URL - 8);
    ck_assert_ptr_nonnull(read_event(apr_pstrcat(
        kf_test_pool, "{\"id\":\"e1\"," SPAN ",\"hangoutLink\":\"https://", path, "\"}", NULL))
                              .event.meeting_url);
    ck_assert_ptr_null(read_event(apr_pstrcat(
        kf_test_pool, "{\"id\":\"e1\"," SPAN ",\"hangoutLink\":\"https://a", path, "\"}", NULL))
                           .event.meeting_url);
}
END_TEST

static const char *const broken[] = {
    "{}",
    "{" SPAN "}",
    "{\"id\":7," SPAN "}",
    "{\"id\":\"\"," SPAN "}",
    "{\"id\":\"a\\nb\"," SPAN "}",
    "{\"id\":\"e1\"}",
    "{\"id\":\"e1\",\"start\":{},\"end\":{}}",
    "{\"id\":\"e1\",\"start\":{\"dateTime\":1796133600},\"end\":{\"dateTime\":1796137200}}",
    "{\"id\":\"e1\",\"start\":{\"dateTime\":\"2026-12-01T10:00:00\"},\"end\":{\"dateTime\":"
    "\"2026-12-01T11:00:00\"}}",
    "{\"id\":\"e1\",\"start\":{\"dateTime\":\"2026-12-01T11:00:00Z\"},\"end\":{\"dateTime\":"
    "\"2026-12-01T10:00:00Z\"}}",
    "{\"id\":\"e1\",\"start\":{\"date\":\"2026-12-01\"},\"end\":{\"dateTime\":"
    "\"2026-12-01T10:00:00Z\"}}",
    "{\"id\":\"e1\",\"start\":{\"dateTime\":\"1960-12-01T10:00:00Z\"},\"end\":{\"date\":"
    "\"2026-12-01\"}}",
    "{\"id\":\"e1\",\"start\":{\"date\":\"2026-12-02\"},\"end\":{\"date\":\"2026-12-01\"}}",
    "{\"id\":\"e1\",\"start\":{\"date\":\"2026-02-30\"},\"end\":{\"date\":\"2026-12-01\"}}",
    "{\"id\":\"e1\",\"start\":{\"date\":20261201},\"end\":{\"date\":20261202}}",
    "{\"id\":\"e1\",\"start\":{\"date\":\"2026-12-01\"}}",
};

START_TEST(broken_events)
{
    kf_calendar_one_t one = read_event(broken[_i]);

    ck_assert_msg(one.answer.verdict == KF_CALENDAR_RETRY, "%s", broken[_i]);
    ck_assert_str_eq(one.answer.message, "the answer has no event that can be read");
    ck_assert_ptr_null(one.event.key);
}
END_TEST

Suite *kf_suite_calendar_event(void)
{
    Suite *suite = suite_create("calendar_event");
    TCase *tc = kf_test_case(suite, "all");

    tcase_add_loop_test(tc, event_id, 0, KF_COUNT(ids));
    tcase_add_loop_test(tc, adds, 0, KF_COUNT(writes));
    tcase_add_loop_test(tc, changes, 0, KF_COUNT(writes));
    tcase_add_test(tc, gets_and_drops);
    tcase_add_test(tc, optional_parts);
    tcase_add_test(tc, refuses);
    tcase_add_test(tc, reads_whole);
    tcase_add_test(tc, reads_days);
    tcase_add_loop_test(tc, reads_kinds, 0, KF_COUNT(kinds));
    tcase_add_loop_test(tc, reads_marks, 0, KF_COUNT(marks));
    tcase_add_loop_test(tc, reads_meetings, 0, KF_COUNT(meetings));
    tcase_add_test(tc, long_link);
    tcase_add_loop_test(tc, broken_events, 0, KF_COUNT(broken));
    return suite;
}
