/* Which calendars there are, and when they are busy. */
#include "base/uri.h"
#include "base/utf8.h"
#include "calendar/google/int.h"
#include "json/encode.h"

#include <apr_strings.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MAX_ZONE 64
#define LIST_PATH "/users/me/calendarList?minAccessRole=freeBusyReader&maxResults=250"

/* Neither request names a single resource that could be gone or exist already. */
static void read_whole(kf_google_answer_t *out, const kf_http_res_t *res, size_t max,
                       apr_pool_t *p)
{
    kf_google_read(out, res, max, p);
    if (out->answer.verdict == KF_CALENDAR_GONE || out->answer.verdict == KF_CALENDAR_EXISTS) {
        out->answer.verdict = KF_CALENDAR_RETRY;
    }
}

/* -- calendars -- */

kf_err_t *kf_google_list_request(kf_http_req_t *out, const kf_calendar_app_t *app,
                                 const char *access, const char *page, apr_pool_t *p)
{
    const char *path = LIST_PATH;

    if (page) {
        path = apr_pstrcat(p, LIST_PATH "&pageToken=", kf_uri_encode(page, p), NULL);
    }
    KF_TRY(kf_google_call(out, app, "GET", access, path, p));
    out->answer_cap = KF_MAX_CALENDAR_ANSWER;
    return NULL;
}

/* A text by a person, safe to display: at most KF_MAX_CALENDAR_NAME characters. */
static const char *name_of(json_t *item, apr_pool_t *p)
{
    const char *own = json_string_value(json_object_get(item, "summaryOverride"));
    const char *text = own && *own ? own : json_string_value(json_object_get(item, "summary"));
    size_t len = text ? strlen(text) : 0, to = 0;
    char *name = apr_palloc(p, len + 1);

    for (size_t at = 0, n = 0; at < len && n < KF_MAX_CALENDAR_NAME; n++) {
        uint32_t c;
        size_t bytes = kf_utf8_next(&c, text + at, len - at);

        if (bytes == 0) {
            break;
        }
        if (!kf_utf8_has_control(text + at, bytes, NULL)) {
            memcpy(name + to, text + at, bytes);
            to += bytes;
        }
        at += bytes;
    }
    name[to] = '\0';
    return name;
}

/* False if this is not a calendar; one that cannot be stored gets no id. */
static bool read_entry(kf_calendar_entry_t *out, json_t *item, apr_pool_t *p)
{
    const char *role = json_string_value(json_object_get(item, "accessRole"));
    json_t *id = json_object_get(item, "id");
    const char *zone = kf_google_text(item, "timeZone", MAX_ZONE, p);

    if (!json_is_string(id) || json_string_length(id) == 0 || !role) {
        return false;
    }
    out->id = json_is_true(json_object_get(item, "deleted"))
                  ? NULL
                  : kf_google_text(item, "id", KF_MAX_CALENDAR_ID, p);
    out->name = name_of(item, p);
    out->time_zone = zone ? zone : "";
    out->primary = json_is_true(json_object_get(item, "primary"));
    /* our scope can write only to calendars that the account owns */
    out->may_write = strcmp(role, "owner") == 0;
    return true;
}

static bool read_entries(kf_calendar_list_t *out, json_t *items, apr_pool_t *p)
{
    kf_calendar_entry_t *entries = apr_pcalloc(p, (json_array_size(items) + 1) * sizeof(*entries));
    json_t *item;
    size_t i;

    json_array_foreach(items, i, item) {
        if (!read_entry(&entries[out->n], item, p)) {
            return false;
        }
        out->n += entries[out->n].id != NULL;
    }
    out->entries = entries;
    return json_is_array(items);
}

void kf_google_list_parse(kf_calendar_list_t *out, const kf_http_res_t *res, apr_pool_t *p)
{
    kf_google_answer_t answer;

    memset(out, 0, sizeof(*out));
    read_whole(&answer, res, KF_MAX_CALENDAR_ANSWER, p);
    out->answer = answer.answer;
    if (out->answer.verdict != KF_CALENDAR_GOT) {
        return;
    }
    if (!kf_google_maybe(&out->next_page, answer.root, "nextPageToken", KF_MAX_PAGE_TOKEN, p)
        || !read_entries(out, json_object_get(answer.root, "items"), p)) {
        memset(out, 0, sizeof(*out));
        kf_google_broken(&out->answer, "the list of calendars cannot be read");
    }
}

/* -- busy time: the question -- */

static kf_err_t *check_question(const kf_calendar_ids_t *calendars, kf_interval_t range,
                                apr_pool_t *p)
{
    if (calendars->n < 1 || calendars->n > KF_GOOGLE_BUSY_CALENDARS) {
        return kf_err_field(p, KF_E_INVALID, "calendars", "Ask for 1 to %d calendars at once.",
                            KF_GOOGLE_BUSY_CALENDARS);
    }
    if (range.start < KF_INSTANT_MIN || range.end > KF_INSTANT_MAX - KF_SECOND
        || range.end <= range.start || range.end - range.start > KF_GOOGLE_BUSY_DAYS * KF_DAY) {
        return kf_err_field(p, KF_E_INVALID, "range", "The range must be longer than zero and at most %d days.",
                            KF_GOOGLE_BUSY_DAYS);
    }
    for (size_t i = 0; i < calendars->n; i++) {
        if (!calendars->ids[i] || !*calendars->ids[i]
            || strlen(calendars->ids[i]) > KF_MAX_CALENDAR_ID) {
            return kf_err_field(p, KF_E_INVALID, "calendars", "This is not the id of a calendar.");
        }
    }
    return NULL;
}

kf_err_t *kf_google_busy_request(kf_http_req_t *out, const kf_calendar_app_t *app,
                                 const char *access, const kf_calendar_ids_t *calendars,
                                 kf_interval_t range, apr_pool_t *p)
{
    kf_buf_t body;

    KF_TRY(check_question(calendars, range, p));
    KF_TRY(kf_google_call(out, app, "POST", access, "/freeBusy", p));
    kf_buf_init(&body, p, 256 + 64 * calendars->n, KF_MAX_BODY);
    kf_json_open(&body, '{');
    kf_json_utc(&body, "timeMin", range.start);
    /* times are whole seconds: rounds the end up */
    kf_json_utc(&body, "timeMax", range.end + KF_SECOND - 1);
    kf_json_str(&body, "timeZone", "UTC");
    kf_json_int(&body, "calendarExpansionMax", KF_GOOGLE_BUSY_CALENDARS);
    kf_json_open_key(&body, "items", '[');
    for (size_t i = 0; i < calendars->n; i++) {
        kf_json_open(&body, '{');
        kf_json_str(&body, "id", calendars->ids[i]);
        kf_json_close(&body, '}');
    }
    kf_json_close(&body, ']');
    kf_json_close(&body, '}');
    KF_TRY(kf_google_body(out, &body, p));
    out->answer_cap = KF_MAX_BUSY_ANSWER;
    return NULL;
}

/* -- busy time: the answer. Anything not understood counts as busy. -- */

static kf_calendar_verdict_t verdict_of(const char *reason)
{
    static const struct {
        const char *reason;
        kf_calendar_verdict_t verdict;
    } known[] = {
        {"notFound", KF_CALENDAR_GONE},
        {"groupTooBig", KF_CALENDAR_DENIED},
        {"tooManyCalendarsRequested", KF_CALENDAR_DENIED},
        {"rateLimitExceeded", KF_CALENDAR_LIMIT},
        {"userRateLimitExceeded", KF_CALENDAR_LIMIT},
        {"quotaExceeded", KF_CALENDAR_LIMIT},
    };

    for (size_t i = 0; i < COUNT(known); i++) {
        if (strcmp(known[i].reason, reason) == 0) {
            return known[i].verdict;
        }
    }
    return KF_CALENDAR_RETRY;
}

/* NULL if the calendar has no error, else its reason. */
static const char *error_of(kf_calendar_verdict_t *verdict, json_t *calendar, apr_pool_t *p)
{
    json_t *errors = json_object_get(calendar, "errors");
    const char *reason;

    *verdict = KF_CALENDAR_RETRY;
    if (!json_is_object(calendar)) {
        return "a calendar is missing from the answer";
    }
    if (!errors || (json_is_array(errors) && json_array_size(errors) == 0)) {
        return NULL;
    }
    reason = kf_google_reason(json_object_get(json_array_get(errors, 0), "reason"), p);
    *verdict = verdict_of(reason);
    return apr_psprintf(p, "a calendar answers %s", *reason ? reason : "an error");
}

static bool read_moment(kf_instant_t *out, json_t *text)
{
    return json_is_string(text)
           && kf_instant_read(out, NULL, json_string_value(text), json_string_length(text));
}

/* Adds the periods of a calendar; false if one of them cannot be read. */
static bool read_periods(kf_interval_t *list, size_t *n, json_t *calendar, kf_interval_t range)
{
    json_t *busy = json_object_get(calendar, "busy"), *period;
    size_t i;

    json_array_foreach(busy, i, period) {
        kf_interval_t read;

        if (!read_moment(&read.start, json_object_get(period, "start"))
            || !read_moment(&read.end, json_object_get(period, "end")) || read.end < read.start) {
            return false;
        }
        read = kf_interval_intersect(read, range);
        if (!kf_interval_empty(read)) {
            list[(*n)++] = read;
        }
    }
    return json_is_array(busy);
}

static void spoil(kf_calendar_busy_t *out, kf_calendar_verdict_t verdict, const char *message,
                  const char *calendar)
{
    memset(out, 0, sizeof(*out));
    out->answer.verdict = verdict;
    out->answer.message = message;
    out->bad_calendar = calendar;
}

/* The number of periods of the requested calendars. */
static size_t count_periods(json_t *answers, const kf_calendar_ids_t *calendars)
{
    size_t n = 0;

    for (size_t i = 0; i < calendars->n; i++) {
        n += json_array_size(json_object_get(json_object_get(answers, calendars->ids[i]), "busy"));
    }
    return n;
}

static void read_calendars(kf_calendar_busy_t *out, json_t *answers,
                           const kf_calendar_ids_t *calendars, kf_interval_t range, apr_pool_t *p)
{
    size_t most = count_periods(answers, calendars), n = 0;
    kf_interval_t *list = apr_palloc(p, (most + 1) * sizeof(*list));

    for (size_t i = 0; i < calendars->n; i++) {
        json_t *calendar = json_object_get(answers, calendars->ids[i]);
        kf_calendar_verdict_t verdict;
        const char *wrong = error_of(&verdict, calendar, p);

        if (!wrong && !read_periods(list, &n, calendar, range)) {
            wrong = "the busy time of a calendar cannot be read";
        }
        if (wrong) {
            spoil(out, verdict, wrong, calendars->ids[i]);
            return;
        }
    }
    out->busy = list;
    out->n = kf_interval_merge(list, n);
}

void kf_google_busy_parse(kf_calendar_busy_t *out, const kf_http_res_t *res,
                          const kf_calendar_ids_t *calendars, kf_interval_t range, apr_pool_t *p)
{
    kf_google_answer_t answer;

    memset(out, 0, sizeof(*out));
    read_whole(&answer, res, KF_MAX_BUSY_ANSWER, p);
    out->answer = answer.answer;
    if (out->answer.verdict == KF_CALENDAR_GOT) {
        read_calendars(out, json_object_get(answer.root, "calendars"), calendars, range, p);
    }
}
