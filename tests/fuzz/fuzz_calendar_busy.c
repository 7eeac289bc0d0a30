/* Answers about busy time. The first byte selects the HTTP status, the next the requested calendars, two more the
 * start of the range (minutes) and two its length; the rest is the body. The result is compared with a slow second
 * parser: every period lies in the result, the result begins and ends where periods do, and an answer with a missing
 * or failed calendar is an error. */
#include "fuzz.h"

#include <jansson.h>

#include "calendar/google/google.h"

#define BASE (INT64_C(1796083200) * KF_SECOND) /* 2026-12-01 */

static const int statuses[] = {200, 201, 204, 302, 400, 401, 403, 404, 410, 429, 500, 503, 0};
static const char *const names[] = {"primary", "a@x", "b"};

static bool moment(kf_instant_t *out, json_t *period, const char *name)
{
    json_t *text = json_object_get(period, name);

    return json_is_string(text)
           && kf_instant_read(out, NULL, json_string_value(text), json_string_length(text));
}

/* Whether some period of the calendars contains this instant; stops at an unreadable period. */
static bool busy_at(json_t *root, const kf_calendar_ids_t *ids, kf_instant_t at)
{
    for (size_t c = 0; c < ids->n; c++) {
        json_t *calendars = json_object_get(root, "calendars");
        json_t *calendar = json_object_get(calendars, ids->ids[c]), *period;
        json_t *errors = json_object_get(calendar, "errors");
        size_t i;

        FUZZ_CHECK(json_is_object(calendar), "a calendar is missing");
        FUZZ_CHECK(!errors || (json_is_array(errors) && json_array_size(errors) == 0), "in error");
        FUZZ_CHECK(json_is_array(json_object_get(calendar, "busy")), "no list");
        json_array_foreach(json_object_get(calendar, "busy"), i, period) {
            kf_instant_t start, end;

            FUZZ_CHECK(moment(&start, period, "start") && moment(&end, period, "end")
                           && start <= end, "a period that cannot be read");
            if (start <= at && at < end) {
                return true;
            }
        }
    }
    return false;
}

/* Whether the part of a period in the range lies in one of the result's. */
static bool covered(const kf_calendar_busy_t *busy, kf_interval_t period, kf_interval_t range)
{
    kf_interval_t cut = kf_interval_intersect(period, range);

    for (size_t i = 0; i < busy->n; i++) {
        if (busy->busy[i].start <= cut.start && cut.end <= busy->busy[i].end) {
            return true;
        }
    }
    return kf_interval_empty(cut);
}

static void check_periods(const kf_calendar_busy_t *busy, json_t *root,
                          const kf_calendar_ids_t *ids, kf_interval_t range)
{
    for (size_t c = 0; c < ids->n; c++) {
        json_t *calendars = json_object_get(root, "calendars"), *period;
        json_t *list = json_object_get(json_object_get(calendars, ids->ids[c]), "busy");
        size_t i;

        json_array_foreach(list, i, period) {
            kf_interval_t read = {0, 0};

            FUZZ_CHECK(moment(&read.start, period, "start") && moment(&read.end, period, "end"),
                       "a period that cannot be read");
            FUZZ_CHECK(covered(busy, read, range), "busy, and told free");
        }
    }
}

static void check(const kf_calendar_busy_t *busy, json_t *root, const kf_calendar_ids_t *ids,
                  kf_interval_t range)
{
    (void)busy_at(root, ids, KF_INSTANT_MAX);
    check_periods(busy, root, ids, range);
    for (size_t i = 0; i < busy->n; i++) {
        const kf_interval_t *one = &busy->busy[i];

        FUZZ_CHECK(one->start < one->end, "an empty one");
        FUZZ_CHECK(one->start >= range.start && one->end <= range.end, "not cut to the range");
        FUZZ_CHECK(i == 0 || one->start > busy->busy[i - 1].end, "not sorted or not merged");
        FUZZ_CHECK(busy_at(root, ids, one->start) && busy_at(root, ids, one->end - 1), "too much");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *p = fuzz_pool();
    fuzz_in_t in = {data, size};
    unsigned status = fuzz_byte(&in), choice = fuzz_byte(&in);
    kf_calendar_ids_t ids = {names, 1 + choice % 3};
    kf_interval_t range;
    kf_http_res_t res = {.status = statuses[status % (sizeof(statuses) / sizeof(*statuses))],
                         .truncated = status >= 128, .remote_ip = "192.0.2.1"};
    kf_calendar_busy_t busy;
    kf_http_req_t req;

    range.start = BASE + fuzz_short(&in) * KF_MINUTE;
    range.end = range.start + (1 + fuzz_short(&in)) * KF_MINUTE;
    res.outcome = res.status ? KF_HTTP_OK : KF_HTTP_OTHER;
    res.body = fuzz_rest(&in, &res.body_len, p);
    res.body = apr_pstrmemdup(p, res.body, res.body_len);
    memset(&busy, 0x55, sizeof(busy));
    kf_calendar_google.busy_parse(&busy, &res, &ids, range, p);
    FUZZ_CHECK((busy.answer.message == NULL) == (busy.answer.verdict == KF_CALENDAR_GOT),
               "the message");
    FUZZ_CHECK(busy.answer.verdict != KF_CALENDAR_GONE || busy.bad_calendar, "gone, but which");
    if (busy.answer.verdict == KF_CALENDAR_GOT) {
        json_t *root = json_loadb(res.body, res.body_len, JSON_REJECT_DUPLICATES, NULL);

        FUZZ_CHECK(res.status >= 200 && res.status < 300 && !res.truncated, "got, but not so");
        check(&busy, root, &ids, range);
        json_decref(root);
    } else {
        FUZZ_CHECK(busy.n == 0, "busy time of no answer");
    }
    FUZZ_CHECK(!kf_calendar_google.busy_request(&req, &(kf_calendar_app_t){0}, "a", &ids, range, p),
               "the question");
    apr_pool_destroy(p);
    return 0;
}
