/* What is in a calendar, and what changed since the last look. */
#include "base/uri.h"
#include "calendar/google/int.h"

#include <apr_strings.h>
#include <string.h>

#define TIMEOUT_MS 30000
#define MAX_ZONE 64
/* The first and all later requests must have the same parameters. The page size surely fits the size limit. */
#define EVENTS_PATH "/events?singleEvents=true&maxResults=250"

static kf_err_t *add_token(const char **path, const char *name, const char *value, apr_pool_t *p)
{
    if (!value) {
        return NULL;
    }
    if (!*value || strlen(value) > KF_MAX_PAGE_TOKEN) {
        return kf_err_field(p, KF_E_INVALID, name, "This is not a place in a list.");
    }
    *path = apr_pstrcat(p, *path, "&", name, "=", kf_uri_encode(value, p), NULL);
    return NULL;
}

kf_err_t *kf_google_sync_request(kf_http_req_t *out, const kf_calendar_app_t *app,
                                 const char *access, const kf_calendar_sync_t *sync, apr_pool_t *p)
{
    const char *path;

    KF_TRY(kf_google_path(&path, sync->calendar, EVENTS_PATH, p));
    KF_TRY(add_token(&path, "syncToken", sync->sync_token, p));
    KF_TRY(add_token(&path, "pageToken", sync->page, p));
    KF_TRY(kf_google_call(out, app, "GET", access, path, p));
    out->answer_cap = KF_MAX_CALENDAR_ANSWER;
    out->timeout_ms = TIMEOUT_MS;
    return NULL;
}

static bool read_events(kf_calendar_changes_t *out, json_t *items, apr_pool_t *p)
{
    kf_calendar_seen_t *events = apr_pcalloc(p, (json_array_size(items) + 1) * sizeof(*events));
    json_t *item;
    size_t i;

    json_array_foreach(items, i, item) {
        if (!kf_google_seen(&events[i], item, p)) {
            return false;
        }
    }
    out->events = events;
    out->n = json_array_size(items);
    return json_is_array(items);
}

/* There is a next page or, on the last one, a sync token; never neither. */
static bool read_place(kf_calendar_changes_t *out, json_t *root, apr_pool_t *p)
{
    if (!kf_google_maybe(&out->next_page, root, "nextPageToken", KF_MAX_PAGE_TOKEN, p)
        || !kf_google_maybe(&out->sync_token, root, "nextSyncToken", KF_MAX_PAGE_TOKEN, p)) {
        return false;
    }
    if (out->next_page) {
        out->sync_token = NULL;
    }
    return out->next_page || out->sync_token;
}

/* 410, unless the calendar itself is gone, and 400 if the sync token is invalid. */
static bool is_resync(const kf_google_answer_t *answer)
{
    if (!answer->root) {
        return false;
    }
    return (answer->status == 410 && strcmp(answer->reason, "deleted") != 0)
           || (answer->status == 400 && answer->sync_token);
}

void kf_google_sync_parse(kf_calendar_changes_t *out, const kf_http_res_t *res, apr_pool_t *p)
{
    kf_google_answer_t answer;
    const char *zone;

    memset(out, 0, sizeof(*out));
    out->zone = "";
    kf_google_read(&answer, res, KF_MAX_CALENDAR_ANSWER, p);
    out->answer = answer.answer;
    if (is_resync(&answer)) {
        out->answer.verdict = KF_CALENDAR_RESYNC;
    }
    if (out->answer.verdict != KF_CALENDAR_GOT) {
        return;
    }
    if (!read_place(out, answer.root, p)
        || !read_events(out, json_object_get(answer.root, "items"), p)) {
        memset(out, 0, sizeof(*out));
        out->zone = "";
        kf_google_broken(&out->answer, "the list of events cannot be read");
        return;
    }
    zone = kf_google_text(answer.root, "timeZone", MAX_ZONE, p);
    out->zone = zone ? zone : "";
}
