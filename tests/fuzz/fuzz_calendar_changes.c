/* Lists of calendars and of changes, single events and channels as Google answers them. The first byte selects the
 * HTTP status, the rest is the body, which every parser gets. Every input gets a consistent verdict. */
#include "fuzz.h"

#include "base/limits.h"
#include "calendar/google/google.h"
#include "base/utf8.h"

static const int statuses[] = {200, 201, 204, 302, 400, 401, 403, 404, 409, 410, 412, 429, 500,
                               503, 0};

/* The verdict and its message; true if something was got. */
static bool check_answer(const kf_calendar_answer_t *answer, const kf_http_res_t *res)
{
    bool got = answer->verdict == KF_CALENDAR_GOT;

    FUZZ_CHECK((answer->message == NULL) == got, "the message");
    FUZZ_CHECK(answer->retry_after_s >= 0 && answer->retry_after_s <= 86400, "the wait");
    FUZZ_CHECK(!got || res->outcome == KF_HTTP_OK, "got from nobody");
    return got;
}

static void check_text(const char *text, size_t min, size_t max)
{
    FUZZ_CHECK(text && strlen(text) >= min && strlen(text) <= max, "a text");
    FUZZ_CHECK(!kf_utf8_has_control(text, strlen(text), NULL), "a text that is not to be shown");
}

static void check_seen(const kf_calendar_seen_t *event)
{
    kf_uuid_t uuid;
    kf_date_t first, last;

    check_text(event->key, 1, KF_MAX_EVENT_KEY);
    FUZZ_CHECK(!event->booking || kf_uuid_read(&uuid, event->booking, strlen(event->booking)),
               "a booking");
    FUZZ_CHECK(event->version >= 0 && (event->booking || event->version == 0), "a version");
    FUZZ_CHECK(event->start <= event->end, "a span");
    if (event->all_day) {
        FUZZ_CHECK(event->start == 0 && event->end == 0, "an instant of a day");
        FUZZ_CHECK(kf_date_read(&first, event->first_day, strlen(event->first_day))
                       && kf_date_read(&last, event->last_day, strlen(event->last_day))
                       && first <= last, "the days");
    } else {
        FUZZ_CHECK(!event->first_day && !event->last_day, "a day of an instant");
    }
    if (event->meeting_url) {
        check_text(event->meeting_url, sizeof("https://"), KF_MAX_MEETING_URL);
        FUZZ_CHECK(strncmp(event->meeting_url, "https://", 8) == 0, "a link");
        FUZZ_CHECK(!event->meeting_pending, "pending, and there");
    }
}

static void read_list(const kf_http_res_t *res, apr_pool_t *p)
{
    kf_calendar_list_t list;

    memset(&list, 0x55, sizeof(list));
    kf_calendar_google.list_parse(&list, res, p);
    if (!check_answer(&list.answer, res)) {
        FUZZ_CHECK(list.n == 0 && !list.next_page, "a list of no answer");
        return;
    }
    for (size_t i = 0; i < list.n; i++) {
        check_text(list.entries[i].id, 1, KF_MAX_CALENDAR_ID);
        check_text(list.entries[i].name, 0, 4 * KF_MAX_CALENDAR_NAME);
        check_text(list.entries[i].time_zone, 0, 64);
    }
}

static void read_changes(const kf_http_res_t *res, apr_pool_t *p)
{
    kf_calendar_changes_t changes;

    memset(&changes, 0x55, sizeof(changes));
    kf_calendar_google.sync_parse(&changes, res, p);
    if (!check_answer(&changes.answer, res)) {
        FUZZ_CHECK(changes.n == 0 && !changes.next_page && !changes.sync_token,
                   "changes of no answer");
        return;
    }
    FUZZ_CHECK(!changes.next_page != !changes.sync_token, "a next page or a token");
    check_text(changes.next_page ? changes.next_page : changes.sync_token, 1, KF_MAX_PAGE_TOKEN);
    check_text(changes.zone, 0, 64);
    for (size_t i = 0; i < changes.n; i++) {
        check_seen(&changes.events[i]);
    }
}

static void read_one(const kf_http_res_t *res, apr_pool_t *p)
{
    kf_calendar_one_t one;
    kf_calendar_watch_t watch;
    kf_calendar_answer_t answer;

    memset(&one, 0x55, sizeof(one));
    kf_calendar_google.event_parse(&one, res, p);
    if (check_answer(&one.answer, res)) {
        check_seen(&one.event);
    }
    memset(&watch, 0x55, sizeof(watch));
    kf_calendar_google.watch_parse(&watch, res, p);
    if (check_answer(&watch.answer, res)) {
        check_text(watch.resource_id, 1, KF_MAX_CHANNEL_WORD);
        FUZZ_CHECK(watch.expires > 0 && watch.expires <= KF_INSTANT_MAX, "the end of a channel");
    }
    kf_calendar_google.event_drop_parse(&answer, res, p);
    check_answer(&answer, res);
    kf_calendar_google.stop_parse(&answer, res, p);
    check_answer(&answer, res);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *p = fuzz_pool();
    fuzz_in_t in = {data, size};
    unsigned status = fuzz_byte(&in);
    kf_http_res_t res = {.status = statuses[status % (sizeof(statuses) / sizeof(*statuses))],
                         .truncated = status >= 128, .retry_after_s = (int)status * 1000,
                         .remote_ip = "192.0.2.1"};

    res.outcome = res.status ? KF_HTTP_OK : KF_HTTP_OTHER;
    res.body = fuzz_rest(&in, &res.body_len, p);
    res.body = apr_pstrmemdup(p, res.body, res.body_len);
    read_list(&res, p);
    read_changes(&res, p);
    read_one(&res, p);
    apr_pool_destroy(p);
    return 0;
}
