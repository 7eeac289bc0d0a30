/* A booking as an event. */
#include "calendar/google/int.h"
#include "json/encode.h"

#include <apr_encode.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

void kf_google_event_id(char out[KF_GOOGLE_EVENT_ID_CHARS + 1], const kf_uuid_t *id)
{
    apr_encode_base32_binary(out, id->bytes, sizeof(id->bytes), APR_ENCODE_BASE32HEX | APR_ENCODE_NOPADDING, NULL);
    for (char *c = out; *c; c++) {
        *c = (char)apr_tolower(*c);
    }
}

/* -- what is written -- */

/* The instant is in UTC; the zone is for display in the calendar. */
static void add_moment(kf_buf_t *body, const char *key, kf_instant_t at, const char *zone)
{
    kf_json_open_key(body, key, '{');
    kf_json_utc(body, "dateTime", at);
    kf_json_str(body, "timeZone", zone && *zone ? zone : "UTC");
    kf_json_close(body, '}');
}

static void add_guest(kf_buf_t *body, const kf_calendar_event_t *event)
{
    if (!event->guest_email) {
        return;
    }
    kf_json_open_key(body, "attendees", '[');
    kf_json_open(body, '{');
    kf_json_str(body, "email", event->guest_email);
    if (event->guest_name && *event->guest_name) {
        kf_json_str(body, "displayName", event->guest_name);
    }
    kf_json_close(body, '}');
    kf_json_close(body, ']');
    kf_json_bool(body, "guestsCanInviteOthers", false);
    kf_json_bool(body, "guestsCanSeeOtherGuests", false);
}

static void add_ours(kf_buf_t *body, const kf_calendar_event_t *event, apr_pool_t *p)
{
    kf_json_open_key(body, "extendedProperties", '{');
    kf_json_open_key(body, "private", '{');
    kf_json_str(body, "kfTenant", event->tenant);
    kf_json_str(body, "kfBooking", event->booking);
    kf_json_str(body, "kfVersion", apr_itoa(p, event->version));
    kf_json_close(body, '}');
    kf_json_close(body, '}');
}

/* The request's id is the event's: Google ignores a repeated one, so the link stays the same. */
static void add_meeting(kf_buf_t *body, const char *id)
{
    kf_json_open_key(body, "conferenceData", '{');
    kf_json_open_key(body, "createRequest", '{');
    kf_json_str(body, "requestId", id);
    kf_json_open_key(body, "conferenceSolutionKey", '{');
    kf_json_str(body, "type", "hangoutsMeet");
    kf_json_close(body, '}');
    kf_json_close(body, '}');
    kf_json_close(body, '}');
}

/* `own_id`: with the id we chose, as only an insert has it. */
static void write_event(kf_buf_t *body, const kf_calendar_event_t *event, bool own_id,
                        apr_pool_t *p)
{
    char id[KF_GOOGLE_EVENT_ID_CHARS + 1];

    kf_google_event_id(id, &event->id);
    kf_json_open(body, '{');
    if (own_id) {
        kf_json_str(body, "id", id);
    }
    kf_json_str(body, "summary", event->summary ? event->summary : "");
    kf_json_str(body, "description", event->description ? event->description : "");
    if (event->location && *event->location) {
        kf_json_str(body, "location", event->location);
    }
    add_moment(body, "start", event->start, event->zone);
    add_moment(body, "end", event->end, event->zone);
    add_guest(body, event);
    add_ours(body, event, p);
    if (event->meeting) {
        add_meeting(body, id);
    }
    kf_json_close(body, '}');
}

/* -- requests -- */

/* "/calendars/{calendar}/events/{id}", without the id if that is NULL, and the query. */
static kf_err_t *path_of(const char **out, const char *calendar, const kf_uuid_t *id,
                         const char *query, apr_pool_t *p)
{
    char text[KF_GOOGLE_EVENT_ID_CHARS + 1] = "";

    if (id) {
        kf_google_event_id(text, id);
    }
    return kf_google_path(out, calendar,
                          apr_pstrcat(p, "/events", id ? "/" : "", text, query, NULL), p);
}

/* Only a guest is mailed; without conferenceDataVersion the meeting would be dropped. */
static const char *query_of(const kf_calendar_event_t *event, bool writes)
{
    bool meeting = writes && event->meeting;

    if (event->guest_email) {
        return meeting ? "?sendUpdates=all&conferenceDataVersion=1" : "?sendUpdates=all";
    }
    return meeting ? "?sendUpdates=none&conferenceDataVersion=1" : "?sendUpdates=none";
}

static kf_err_t *put_event(kf_http_req_t *req, const kf_calendar_event_t *event, bool own_id,
                           apr_pool_t *p)
{
    kf_buf_t body;

    if (event->end <= event->start || event->start < KF_INSTANT_MIN
        || event->end > KF_INSTANT_MAX) {
        return kf_err_field(p, KF_E_INVALID, "end", "An event must end after it starts.");
    }
    if (!event->tenant || !event->booking) {
        return kf_err_field(p, KF_E_INVALID, "booking", "An event must name its booking.");
    }
    kf_buf_init(&body, p, 1024, KF_MAX_BODY);
    write_event(&body, event, own_id, p);
    return kf_google_body(req, &body, p);
}

kf_err_t *kf_google_event_add(kf_http_req_t *out, const kf_calendar_app_t *app, const char *access,
                              const char *calendar, const kf_calendar_event_t *event,
                              apr_pool_t *p)
{
    const char *path;

    KF_TRY(path_of(&path, calendar, NULL, query_of(event, true), p));
    KF_TRY(kf_google_call(out, app, "POST", access, path, p));
    return put_event(out, event, true, p);
}

kf_err_t *kf_google_event_change(kf_http_req_t *out, const kf_calendar_app_t *app,
                                 const char *access, const char *calendar,
                                 const kf_calendar_event_t *event, apr_pool_t *p)
{
    const char *path;

    KF_TRY(path_of(&path, calendar, &event->id, query_of(event, true), p));
    KF_TRY(kf_google_call(out, app, "PATCH", access, path, p));
    return put_event(out, event, false, p);
}

kf_err_t *kf_google_event_get(kf_http_req_t *out, const kf_calendar_app_t *app, const char *access,
                              const char *calendar, const kf_uuid_t *id, apr_pool_t *p)
{
    const char *path;

    KF_TRY(path_of(&path, calendar, id, "", p));
    return kf_google_call(out, app, "GET", access, path, p);
}

kf_err_t *kf_google_event_drop(kf_http_req_t *out, const kf_calendar_app_t *app,
                               const char *access, const char *calendar,
                               const kf_calendar_event_t *event, apr_pool_t *p)
{
    const char *path;

    KF_TRY(path_of(&path, calendar, &event->id, query_of(event, false), p));
    return kf_google_call(out, app, "DELETE", access, path, p);
}

/* -- answers -- */

void kf_google_event_parse(kf_calendar_one_t *out, const kf_http_res_t *res, apr_pool_t *p)
{
    kf_google_answer_t answer;

    memset(out, 0, sizeof(*out));
    kf_google_read(&answer, res, KF_MAX_ANSWER, p);
    out->answer = answer.answer;
    if (out->answer.verdict == KF_CALENDAR_GOT && !kf_google_seen(&out->event, answer.root, p)) {
        memset(out, 0, sizeof(*out));
        kf_google_broken(&out->answer, "the answer has no event that can be read");
    }
}

void kf_google_event_drop_parse(kf_calendar_answer_t *out, const kf_http_res_t *res, apr_pool_t *p)
{
    kf_google_answer_t answer;

    kf_google_read(&answer, res, KF_MAX_ANSWER, p);
    *out = answer.answer;
    if (out->verdict == KF_CALENDAR_GONE) {
        memset(out, 0, sizeof(*out));
        out->verdict = KF_CALENDAR_GOT;
    }
}
