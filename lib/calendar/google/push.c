/* Channels: requesting notices of changes, and reading them. */
#include "base/num.h"
#include "calendar/google/int.h"
#include "json/encode.h"

#include <apr_strings.h>
#include <string.h>

#define MILLI INT64_C(1000) /* microseconds */

/* -- opening -- */

static void write_channel(kf_buf_t *body, const kf_calendar_app_t *app,
                          const kf_calendar_channel_t *channel, apr_pool_t *p)
{
    kf_json_open(body, '{');
    kf_json_str(body, "id", channel->id);
    kf_json_str(body, "type", "web_hook");
    kf_json_str(body, "address", app->notify_url);
    kf_json_str(body, "token", channel->token);
    kf_json_str(body, "expiration", apr_psprintf(p, "%" APR_INT64_T_FMT, channel->expires / MILLI));
    kf_json_close(body, '}');
}

kf_err_t *kf_google_watch_request(kf_http_req_t *out, const kf_calendar_app_t *app,
                                  const char *access, const char *calendar,
                                  const kf_calendar_channel_t *channel, apr_pool_t *p)
{
    const char *path;
    kf_uuid_t id;
    kf_buf_t body;

    if (!app || !app->notify_url) {
        return kf_err(p, KF_E_CONFIG, "There is no address for push notifications.");
    }
    if (!channel->id || !kf_uuid_read(&id, channel->id, strlen(channel->id))
        || !kf_google_is_word(channel->token, KF_MAX_CHANNEL_WORD) || channel->expires <= 0) {
        return kf_err_field(p, KF_E_INVALID, "channel", "A channel must have an id, a token and an expiry time.");
    }
    KF_TRY(kf_google_path(&path, calendar, "/events/watch", p));
    KF_TRY(kf_google_call(out, app, "POST", access, path, p));
    kf_buf_init(&body, p, 512, KF_MAX_BODY);
    write_channel(&body, app, channel, p);
    return kf_google_body(out, &body, p);
}

/* Milliseconds since 1970, as a string or (from some servers) as a number. */
static bool read_expiration(kf_instant_t *out, json_t *json)
{
    const int64_t most = KF_INSTANT_MAX / MILLI;
    int64_t ms;

    if (json_is_integer(json)) {
        ms = json_integer_value(json);
        if (ms < 1 || ms > most) {
            return false;
        }
    } else if (!json_is_string(json)
               || !kf_num_read(&ms, json_string_value(json), json_string_length(json), 1, most)) {
        return false;
    }
    *out = ms * MILLI;
    return true;
}

void kf_google_watch_parse(kf_calendar_watch_t *out, const kf_http_res_t *res, apr_pool_t *p)
{
    kf_google_answer_t answer;

    memset(out, 0, sizeof(*out));
    kf_google_read(&answer, res, KF_MAX_ANSWER, p);
    out->answer = answer.answer;
    if (out->answer.verdict != KF_CALENDAR_GOT) {
        return;
    }
    out->resource_id = kf_google_text(answer.root, "resourceId", KF_MAX_CHANNEL_WORD, p);
    if (!kf_google_is_word(out->resource_id, KF_MAX_CHANNEL_WORD)
        || !read_expiration(&out->expires, json_object_get(answer.root, "expiration"))) {
        memset(out, 0, sizeof(*out));
        kf_google_broken(&out->answer, "the answer has no channel that can be read");
    }
}

/* -- closing -- */

kf_err_t *kf_google_stop_request(kf_http_req_t *out, const kf_calendar_app_t *app,
                                 const char *access, const kf_calendar_channel_t *channel,
                                 apr_pool_t *p)
{
    kf_buf_t body;

    if (!channel->id || !kf_google_is_word(channel->resource_id, KF_MAX_CHANNEL_WORD)) {
        return kf_err_field(p, KF_E_INVALID, "channel", "A channel must have an id and a resource.");
    }
    KF_TRY(kf_google_call(out, app, "POST", access, "/channels/stop", p));
    kf_buf_init(&body, p, 256, KF_MAX_BODY);
    kf_json_open(&body, '{');
    kf_json_str(&body, "id", channel->id);
    kf_json_str(&body, "resourceId", channel->resource_id);
    kf_json_close(&body, '}');
    return kf_google_body(out, &body, p);
}

void kf_google_stop_parse(kf_calendar_answer_t *out, const kf_http_res_t *res, apr_pool_t *p)
{
    kf_google_event_drop_parse(out, res, p); /* GONE means success here too */
}

/* -- notices -- */

static kf_err_t *malformed(const char *header, apr_pool_t *p)
{
    return kf_err(p, KF_E_MALFORMED, "This is not a notification from Google: %s.", header);
}

/* A copy of the header's value; NULL if it is missing or invalid. */
static const char *word_of(kf_calendar_header_fn *header, void *baton, const char *name,
                           apr_pool_t *p)
{
    const char *value = header(baton, name);

    return kf_google_is_word(value, KF_MAX_CHANNEL_WORD) ? apr_pstrdup(p, value) : NULL;
}

kf_err_t *kf_google_notice_read(kf_calendar_notice_t *out, kf_calendar_header_fn *header,
                                void *baton, apr_pool_t *p)
{
    const char *id = word_of(header, baton, "X-Goog-Channel-ID", p);
    const char *state = word_of(header, baton, "X-Goog-Resource-State", p);
    const char *number = word_of(header, baton, "X-Goog-Message-Number", p);
    const char *token = header(baton, "X-Goog-Channel-Token");
    kf_uuid_t uuid;

    memset(out, 0, sizeof(*out));
    out->resource_id = word_of(header, baton, "X-Goog-Resource-ID", p);
    if (!id || !kf_uuid_read(&uuid, id, strlen(id))) {
        return malformed("X-Goog-Channel-ID", p);
    }
    if (!out->resource_id) {
        return malformed("X-Goog-Resource-ID", p);
    }
    if (!state) {
        return malformed("X-Goog-Resource-State", p);
    }
    if (!number || !kf_num_read(&out->number, number, strlen(number), 1, INT64_MAX)) {
        return malformed("X-Goog-Message-Number", p);
    }
    if (token && *token && !kf_google_is_word(token, KF_MAX_CHANNEL_WORD)) {
        return malformed("X-Goog-Channel-Token", p);
    }
    out->channel_id = kf_uuid_text(&uuid, p);
    out->token = token ? apr_pstrdup(p, token) : "";
    out->hello = strcmp(state, "sync") == 0; /* every other state, even an unknown one, is a change */
    return NULL;
}
