/* Consent, tokens and who the account is. */
#include "base/uri.h"
#include "calendar/google/int.h"
#include "crypto/hash.h"
#include "json/decode.h"
#include "text/form.h"
#include "text/mime.h"

#include <apr_strings.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SCOPE "https://www.googleapis.com/auth/"
#define SCOPES                                                                           \
    "openid email " SCOPE "calendar.calendarlist.readonly " SCOPE "calendar.events.freebusy " \
    SCOPE "calendar.events.owned"
#define MAX_SCOPES 4000
#define MAX_SUB 255
#define MAX_EXPIRES_S 86400

kf_err_t *kf_google_consent_url(const char **out, const kf_calendar_app_t *app,
                                const kf_calendar_consent_t *consent, apr_pool_t *p)
{
    const char *query, *hint = "";

    if (!app || !app->client_id || !app->redirect_url) {
        return kf_err(p, KF_E_CONFIG, "No Google client is configured.");
    }
    /* offline with prompt=consent: only then a refresh token is guaranteed */
    query = kf_form_query(p, "response_type", "code", "client_id", app->client_id, "redirect_uri",
                          app->redirect_url, "scope", SCOPES, "state", consent->state,
                          "access_type", "offline", "prompt", "consent", "code_challenge",
                          consent->challenge, "code_challenge_method", "S256", "nonce",
                          consent->nonce, "hl", consent->lang ? consent->lang : "es", NULL);
    if (consent->login_hint && *consent->login_hint) {
        hint = apr_pstrcat(p, "&login_hint=", kf_uri_encode(consent->login_hint, p), NULL);
    }
    *out = apr_pstrcat(p, app->authorize_url ? app->authorize_url : KF_GOOGLE_AUTHORIZE, "?",
                       query, hint, NULL);
    return NULL;
}

static const char *token_url(const kf_calendar_app_t *app)
{
    return app && app->token_url ? app->token_url : KF_GOOGLE_TOKEN;
}

static const char *known(const char *text)
{
    return text ? text : "";
}

kf_err_t *kf_google_code_request(kf_http_req_t *out, const kf_calendar_app_t *app,
                                 const char *code, const char *verifier, apr_pool_t *p)
{
    const kf_google_pair_t pairs[] = {
        {"grant_type", "authorization_code"},
        {"code", known(code)},
        {"client_id", known(app ? app->client_id : NULL)},
        {"client_secret", known(app ? app->client_secret : NULL)},
        {"redirect_uri", known(app ? app->redirect_url : NULL)},
        {"code_verifier", known(verifier)},
    };

    if (!kf_google_is_word(code, KF_MAX_OAUTH_TOKEN)) {
        return kf_err_field(p, KF_E_INVALID, "code", "This is not a code from Google.");
    }
    return kf_google_form(out, app, token_url(app), pairs, COUNT(pairs), p);
}

kf_err_t *kf_google_refresh_request(kf_http_req_t *out, const kf_calendar_app_t *app,
                                    const char *refresh_token, apr_pool_t *p)
{
    const kf_google_pair_t pairs[] = {
        {"grant_type", "refresh_token"},
        {"refresh_token", known(refresh_token)},
        {"client_id", known(app ? app->client_id : NULL)},
        {"client_secret", known(app ? app->client_secret : NULL)},
    };

    if (!kf_google_is_word(refresh_token, KF_MAX_OAUTH_TOKEN)) {
        return kf_err_field(p, KF_E_INVALID, "refresh_token", "This is not a refresh token.");
    }
    return kf_google_form(out, app, token_url(app), pairs, COUNT(pairs), p);
}

kf_err_t *kf_google_revoke_request(kf_http_req_t *out, const kf_calendar_app_t *app,
                                   const char *token, apr_pool_t *p)
{
    const kf_google_pair_t pairs[] = {{"token", known(token)}};
    const char *url = app && app->revoke_url ? app->revoke_url : KF_GOOGLE_REVOKE;

    if (!kf_google_is_word(token, KF_MAX_OAUTH_TOKEN)) {
        return kf_err_field(p, KF_E_INVALID, "token", "This is not a token.");
    }
    return kf_google_form(out, app, url, pairs, COUNT(pairs), p);
}

void kf_google_revoke_parse(kf_calendar_answer_t *out, const kf_http_res_t *res, apr_pool_t *p)
{
    kf_google_answer_t answer;

    kf_google_read_oauth(&answer, res, p);
    *out = answer.answer;
    if (answer.root && answer.status == 400
        && (strcmp(answer.reason, "invalid_token") == 0
            || strcmp(answer.reason, "invalid_grant") == 0)) {
        memset(out, 0, sizeof(*out));
        out->verdict = KF_CALENDAR_GOT; /* it was revoked before */
    }
}

/* -- scopes -- */

enum { READ = 1, LIST = 2, WRITE = 4, WATCH = 8 };

/*
 * What each scope allows us to do. calendar.app.created and
 * calendar.events.public.readonly are not listed: they do not include a person's own
 * calendars.
 */
static const struct {
    const char *name;
    int allows;
} scopes[] = {
    {SCOPE "calendar", READ | LIST | WRITE | WATCH},
    {SCOPE "calendar.readonly", READ | LIST | WATCH},
    {SCOPE "calendar.freebusy", READ},
    {SCOPE "calendar.events.freebusy", READ | WATCH},
    {SCOPE "calendar.calendarlist", LIST},
    {SCOPE "calendar.calendarlist.readonly", LIST},
    {SCOPE "calendar.events", WRITE | WATCH},
    {SCOPE "calendar.events.owned", WRITE | WATCH},
    {SCOPE "calendar.events.readonly", WATCH},
    {SCOPE "calendar.events.owned.readonly", WATCH},
};

static int allowed_by(const char *name, size_t len)
{
    for (size_t i = 0; i < COUNT(scopes); i++) {
        if (strlen(scopes[i].name) == len && memcmp(scopes[i].name, name, len) == 0) {
            return scopes[i].allows;
        }
    }
    return 0;
}

static void read_scopes(kf_calendar_token_t *out)
{
    int allows = 0;

    for (const char *at = out->scopes; *at; at += strspn(at, " ")) {
        size_t len = strcspn(at, " ");

        allows |= allowed_by(at, len);
        at += len;
    }
    out->may_read = allows & READ;
    out->may_list = allows & LIST;
    out->may_write = allows & WRITE;
    out->may_watch = allows & WATCH;
}

/* -- the identity in an id_token: header.payload.signature -- */

static json_t *payload_of(const char *jwt, apr_pool_t *p)
{
    const kf_json_limits_t limits = {KF_MAX_ID_TOKEN, KF_MAX_JSON_DEPTH, KF_MAX_JSON_KEYS};
    const char *from = strchr(jwt, '.');
    const char *end = from ? strchr(from + 1, '.') : NULL;
    size_t cap = strlen(jwt), len = 0;
    char *text = apr_palloc(p, cap + 1);
    json_t *payload = NULL;

    if (!end || strchr(end + 1, '.')
        || !kf_base64url_read(text, &len, cap, from + 1, (size_t)(end - from - 1))
        || kf_json_decode_within(&payload, text, len, &limits, p) || !json_is_object(payload)) {
        return NULL;
    }
    return payload;
}

static bool is_for(json_t *aud, const char *client_id)
{
    const char *text = json_string_value(json_array_size(aud) == 1 ? json_array_get(aud, 0) : aud);

    return text && client_id && strcmp(text, client_id) == 0;
}

static bool is_issuer(const char *iss)
{
    return iss && (strcmp(iss, "https://accounts.google.com") == 0
                   || strcmp(iss, "accounts.google.com") == 0);
}

/* NULL, or what is wrong with the identity. */
static const char *check_identity(json_t *payload, const kf_calendar_app_t *app, const char *nonce,
                                  kf_instant_t now)
{
    json_t *exp = json_object_get(payload, "exp"), *said = json_object_get(payload, "nonce");

    if (!is_issuer(json_string_value(json_object_get(payload, "iss")))) {
        return "the identity is not from Google";
    }
    if (!is_for(json_object_get(payload, "aud"), app->client_id)) {
        return "the identity is for another client";
    }
    if (!json_is_integer(exp) || json_integer_value(exp) <= now / KF_SECOND) {
        return "the identity has expired";
    }
    if (!json_is_string(said)
        || !kf_equal_secret(json_string_value(said), json_string_length(said), nonce,
                            strlen(nonce))) {
        return "the identity does not belong to this consent";
    }
    return NULL;
}

static const char *read_identity(kf_calendar_token_t *out, json_t *root,
                                 const kf_calendar_app_t *app, const char *nonce,
                                 kf_instant_t now, apr_pool_t *p)
{
    const char *jwt = kf_google_text(root, "id_token", KF_MAX_ID_TOKEN, p);
    json_t *payload = jwt ? payload_of(jwt, p) : NULL;
    const char *email, *wrong;

    if (!payload) {
        return "there is no identity that can be read";
    }
    wrong = check_identity(payload, app, nonce, now);
    if (wrong) {
        return wrong;
    }
    out->account_id = kf_google_text(payload, "sub", MAX_SUB, p);
    if (!kf_google_is_word(out->account_id, MAX_SUB)) {
        return "the identity has no subject";
    }
    email = kf_google_text(payload, "email", KF_MAX_EMAIL, p);
    out->account_email = email && kf_mime_is_address(email) ? email : "";
    return NULL;
}

/* -- the answer -- */

/* False if a required member is missing, or an optional one has the wrong type. */
static bool read_tokens(kf_calendar_token_t *out, json_t *root, apr_pool_t *p)
{
    json_t *expires = json_object_get(root, "expires_in");
    const char *type = json_string_value(json_object_get(root, "token_type"));

    out->access_token = kf_google_text(root, "access_token", KF_MAX_OAUTH_TOKEN, p);
    if (!kf_google_is_word(out->access_token, KF_MAX_OAUTH_TOKEN) || !type
        || strcasecmp(type, "Bearer") != 0 || json_integer_value(expires) < 1
        || !kf_google_maybe(&out->refresh_token, root, "refresh_token", KF_MAX_OAUTH_TOKEN, p)
        || !kf_google_maybe(&out->scopes, root, "scope", MAX_SCOPES, p)) {
        return false;
    }
    if (out->refresh_token && !kf_google_is_word(out->refresh_token, KF_MAX_OAUTH_TOKEN)) {
        return false;
    }
    out->expires_in_s = json_integer_value(expires) > MAX_EXPIRES_S
                            ? MAX_EXPIRES_S
                            : (int)json_integer_value(expires);
    out->scopes = known(out->scopes);
    return true;
}

static void refuse(kf_calendar_token_t *out, kf_calendar_verdict_t verdict, const char *message)
{
    memset(out, 0, sizeof(*out));
    out->answer.verdict = verdict;
    out->answer.message = message;
    out->account_email = "";
    out->scopes = "";
}

void kf_google_token_parse(kf_calendar_token_t *out, const kf_calendar_app_t *app,
                           const kf_http_res_t *res, const char *nonce, kf_instant_t now,
                           apr_pool_t *p)
{
    kf_google_answer_t answer;
    const char *wrong;

    refuse(out, KF_CALENDAR_RETRY, "the answer has no token that can be read");
    kf_google_read_oauth(&answer, res, p);
    if (answer.answer.verdict != KF_CALENDAR_GOT) {
        out->answer = answer.answer;
        return;
    }
    if (!read_tokens(out, answer.root, p)) {
        refuse(out, KF_CALENDAR_RETRY, "the answer has no token that can be read");
        return;
    }
    read_scopes(out);
    out->account_email = "";
    out->answer = answer.answer;
    if (!nonce) {
        return;
    }
    /* a code works only once: repeating the request cannot help */
    wrong = out->refresh_token ? read_identity(out, answer.root, app, nonce, now, p)
                               : "the answer has no refresh token";
    if (wrong) {
        bool none = !out->refresh_token;

        refuse(out, KF_CALENDAR_DENIED, wrong);
        out->no_refresh = none;
    }
}
