/* Google Calendar: the table, and what all requests have in common. */
#include "base/uri.h"
#include "calendar/google/int.h"
#include "crypto/hash.h"

#include <apr_strings.h>
#include <apr_tables.h>
#include <string.h>

#define TIMEOUT_MS 15000

bool kf_google_is_word(const char *text, size_t max)
{
    size_t len = text ? strlen(text) : 0;

    for (size_t i = 0; i < len; i++) {
        if (text[i] <= ' ' || text[i] > '~') {
            return false;
        }
    }
    return len > 0 && len <= max;
}

kf_err_t *kf_google_call(kf_http_req_t *out, const kf_calendar_app_t *app, const char *method,
                         const char *access, const char *path, apr_pool_t *p)
{
    apr_table_t *headers = apr_table_make(p, 4);

    memset(out, 0, sizeof(*out));
    if (!app) {
        return kf_err(p, KF_E_CONFIG, "No Google client is configured.");
    }
    if (!kf_google_is_word(access, KF_MAX_OAUTH_TOKEN)) {
        return kf_err_field(p, KF_E_INVALID, "access", "This is not an access token.");
    }
    apr_table_setn(headers, "Accept", "application/json");
    apr_table_setn(headers, "Authorization", apr_pstrcat(p, "Bearer ", access, NULL));
    out->method = method;
    out->url = apr_pstrcat(p, app->api_base ? app->api_base : KF_GOOGLE_API, path, NULL);
    out->headers = headers;
    out->timeout_ms = TIMEOUT_MS;
    out->ca_file = app->ca_file;
    return NULL;
}

kf_err_t *kf_google_body(kf_http_req_t *req, kf_buf_t *body, apr_pool_t *p)
{
    apr_table_t *headers = apr_table_copy(p, req->headers);

    KF_TRY(kf_buf_check(body, "request", p));
    apr_table_setn(headers, "Content-Type", "application/json; charset=utf-8");
    req->headers = headers;
    req->body = kf_buf_text(body);
    req->body_len = body->len;
    return NULL;
}

/* Each value is encoded into a copy, which is wiped too. */
static void add_pair(kf_buf_t *body, const kf_google_pair_t *pair, apr_pool_t *p)
{
    const char *encoded = kf_uri_encode(pair->value, p);

    kf_buf_printf(body, "%s%s=", body->len ? "&" : "", pair->name);
    kf_buf_str(body, encoded);
    kf_wipe((void *)(uintptr_t)encoded, strlen(encoded));
}

kf_err_t *kf_google_form(kf_http_req_t *out, const kf_calendar_app_t *app, const char *url,
                         const kf_google_pair_t *pairs, size_t n, apr_pool_t *p)
{
    apr_table_t *headers = apr_table_make(p, 4);
    kf_buf_t body;
    size_t most = 0;

    memset(out, 0, sizeof(*out));
    if (!app || !app->client_id || !app->client_secret) {
        return kf_err(p, KF_E_CONFIG, "No Google client is configured.");
    }
    for (size_t i = 0; i < n; i++) {
        most += strlen(pairs[i].name) + 3 * strlen(pairs[i].value) + 2;
    }
    kf_buf_init(&body, p, most, most);
    for (size_t i = 0; i < n; i++) {
        add_pair(&body, &pairs[i], p);
    }
    KF_TRY(kf_buf_check(&body, "request", p));
    kf_wipe_with_pool(body.data, body.len, p);
    apr_table_setn(headers, "Accept", "application/json");
    apr_table_setn(headers, "Content-Type", "application/x-www-form-urlencoded");
    out->method = "POST";
    out->url = url;
    out->headers = headers;
    out->body = kf_buf_text(&body);
    out->body_len = body.len;
    out->timeout_ms = TIMEOUT_MS;
    out->ca_file = app->ca_file;
    return NULL;
}

kf_err_t *kf_google_path(const char **out, const char *calendar, const char *rest, apr_pool_t *p)
{
    /* encoding keeps dots, and "." or ".." would be a path segment */
    if (!calendar || !*calendar || strlen(calendar) > KF_MAX_CALENDAR_ID
        || strspn(calendar, ".") == strlen(calendar)) {
        return kf_err_field(p, KF_E_INVALID, "calendar", "This is not the id of a calendar.");
    }
    *out = apr_pstrcat(p, "/calendars/", kf_uri_encode(calendar, p), rest, NULL);
    return NULL;
}

#define AT(member) offsetof(kf_calendar_app_t, member)

static const kf_setting_t settings[] = {
    {.directive = "KonfirmadoGoogleClient", .kind = KF_SETTING_TEXT, .at = AT(client_id), .needed = true, .jobs = true,
     .help = "our client id at Google"},
    {.directive = "KonfirmadoGoogleSecretFile", .kind = KF_SETTING_SECRET, .at = AT(client_secret), .needed = true,
     .jobs = true, .help = "file with its secret"},
    {.directive = "KonfirmadoGoogleAuthorizeURL", .kind = KF_SETTING_URL, .at = AT(authorize_url),
     .help = "Google's consent page"},
    {.directive = "KonfirmadoGoogleTokenURL", .kind = KF_SETTING_URL, .at = AT(token_url), .jobs = true,
     .help = "Google's token endpoint"},
    {.directive = "KonfirmadoGoogleRevokeURL", .kind = KF_SETTING_URL, .at = AT(revoke_url), .jobs = true,
     .help = "Google's endpoint for revoking tokens"},
    {.directive = "KonfirmadoGoogleAPI", .kind = KF_SETTING_API, .at = AT(api_base), .jobs = true,
     .help = "Google's API"},
};

const kf_calendar_provider_t kf_calendar_google = {
    .name = "google",
    .caps = KF_CALENDAR_EXTERNAL | KF_CALENDAR_CAN_PUSH | KF_CALENDAR_CAN_MEET,
    .settings = {settings, sizeof(settings) / sizeof(*settings), sizeof(kf_calendar_app_t)},
    .authorize_url = KF_GOOGLE_AUTHORIZE,
    .event_key = "base32hex",
    .busy_calendars = KF_GOOGLE_BUSY_CALENDARS,
    .busy_days = KF_GOOGLE_BUSY_DAYS,
    .consent_url = kf_google_consent_url,
    .code_request = kf_google_code_request,
    .refresh_request = kf_google_refresh_request,
    .token_parse = kf_google_token_parse,
    .revoke_request = kf_google_revoke_request,
    .revoke_parse = kf_google_revoke_parse,
    .list_request = kf_google_list_request,
    .list_parse = kf_google_list_parse,
    .busy_request = kf_google_busy_request,
    .busy_parse = kf_google_busy_parse,
    .sync_request = kf_google_sync_request,
    .sync_parse = kf_google_sync_parse,
    .event_add_request = kf_google_event_add,
    .event_change_request = kf_google_event_change,
    .event_get_request = kf_google_event_get,
    .event_parse = kf_google_event_parse,
    .event_drop_request = kf_google_event_drop,
    .event_drop_parse = kf_google_event_drop_parse,
    .watch_request = kf_google_watch_request,
    .watch_parse = kf_google_watch_parse,
    .stop_request = kf_google_stop_request,
    .stop_parse = kf_google_stop_parse,
    .notice_read = kf_google_notice_read,
};
