/* Reads an event of Google, alone or in a list. */
#include "base/num.h"
#include "calendar/google/int.h"

#include <string.h>

#define HTTPS "https://"

/* One end of an event: a moment or a day. */
typedef struct {
    bool day;
    kf_instant_t at;
    kf_date_t date;
    const char *text; /* of the day */
} moment_t;

static bool read_moment(moment_t *out, json_t *json, apr_pool_t *p)
{
    json_t *when = json_object_get(json, "dateTime"), *date = json_object_get(json, "date");

    memset(out, 0, sizeof(*out));
    if (json_is_string(when)) {
        return kf_instant_read(&out->at, NULL, json_string_value(when), json_string_length(when));
    }
    out->day = true;
    out->text = kf_google_text(json, "date", KF_DATE_CHARS, p);
    return out->text && kf_date_read(&out->date, out->text, json_string_length(date));
}

static bool read_span(kf_calendar_seen_t *out, json_t *event, apr_pool_t *p)
{
    moment_t start, end;

    if (!read_moment(&start, json_object_get(event, "start"), p)
        || !read_moment(&end, json_object_get(event, "end"), p) || start.day != end.day
        || start.at > end.at || start.date > end.date) {
        return false;
    }
    out->all_day = start.day;
    out->start = start.at;
    out->end = end.at;
    out->first_day = start.text;
    out->last_day = end.text;
    return true;
}

/* Reads what we wrote into the event. Others could write there too, so only well-formed values count. */
static void read_ours(kf_calendar_seen_t *out, json_t *event, apr_pool_t *p)
{
    json_t *ours = json_object_get(json_object_get(event, "extendedProperties"), "private");
    const char *booking = kf_google_text(ours, "kfBooking", KF_UUID_CHARS, p);
    const char *version = json_string_value(json_object_get(ours, "kfVersion"));
    kf_uuid_t uuid;
    int64_t number;

    if (!booking || !kf_uuid_read(&uuid, booking, strlen(booking))) {
        return;
    }
    out->booking = kf_uuid_text(&uuid, p);
    if (version && kf_num_read(&number, version, strlen(version), 1, INT32_MAX)) {
        out->version = (int)number;
    }
}

static bool is_link(const char *url)
{
    return kf_google_is_word(url, KF_MAX_MEETING_URL)
           && strncmp(url, HTTPS, sizeof(HTTPS) - 1) == 0 && strlen(url) > sizeof(HTTPS) - 1;
}

static void read_meeting(kf_calendar_seen_t *out, json_t *event, apr_pool_t *p)
{
    json_t *data = json_object_get(event, "conferenceData"), *entry;
    json_t *status = json_object_get(json_object_get(data, "createRequest"), "status");
    const char *word = json_string_value(json_object_get(status, "statusCode"));
    const char *url = kf_google_text(event, "hangoutLink", KF_MAX_MEETING_URL, p);
    size_t i;

    json_array_foreach(json_object_get(data, "entryPoints"), i, entry) {
        const char *type = json_string_value(json_object_get(entry, "entryPointType"));

        if (type && strcmp(type, "video") == 0) {
            url = kf_google_text(entry, "uri", KF_MAX_MEETING_URL, p);
            break;
        }
    }
    out->meeting_url = is_link(url) ? url : NULL;
    out->meeting_pending = !out->meeting_url && word && strcmp(word, "pending") == 0;
}

/* The owner of the calendar declined: Google does not count that as busy either. */
static bool declined(json_t *event)
{
    json_t *guest;
    size_t i;

    json_array_foreach(json_object_get(event, "attendees"), i, guest) {
        const char *answer = json_string_value(json_object_get(guest, "responseStatus"));

        if (json_is_true(json_object_get(guest, "self")) && answer
            && strcmp(answer, "declined") == 0) {
            return true;
        }
    }
    return false;
}

bool kf_google_seen(kf_calendar_seen_t *out, json_t *event, apr_pool_t *p)
{
    const char *status = json_string_value(json_object_get(event, "status"));
    const char *show = json_string_value(json_object_get(event, "transparency"));

    memset(out, 0, sizeof(*out));
    out->key = kf_google_text(event, "id", KF_MAX_EVENT_KEY, p);
    if (!out->key) {
        return false;
    }
    out->cancelled = status && strcmp(status, "cancelled") == 0;
    out->transparent = (show && strcmp(show, "transparent") == 0) || declined(event);
    read_ours(out, event, p);
    read_meeting(out, event, p);
    /* a deleted event is only guaranteed to have its id */
    return read_span(out, event, p) || out->cancelled;
}
