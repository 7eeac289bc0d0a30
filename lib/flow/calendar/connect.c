/* The invitation, and the start of a consent. The way back is in connect_back.c. */
#include "flow/calendar/connect.h"

#include <apr_strings.h>
#include <apr_uri.h>
#include <string.h>

#include "crypto/hash.h"
#include "crypto/sealed.h"
#include "flow/calendar/connect_int.h"
#include "flow/mail/mails.h"
#include "flow/provider.h"
#include "json/encode.h"
#include "repo/calendar/connect.h"
#include "text/validate.h"

#define WISH_BYTES 2048

static kf_err_t *check_ready(const kf_flow_t *flow, apr_pool_t *p)
{
    return kf_flow_calendar_ready(flow)
               ? NULL
               : kf_err(p, KF_E_CONFLICT, "Calendars cannot be connected on this platform.");
}

/* -- the invitation -- */

static bool given(const char *text)
{
    return text && *text;
}

static kf_err_t *wish_json(const char **out, const kf_connect_wish_t *wish, apr_pool_t *p)
{
    const char *email = NULL, *lang;
    kf_err_t *bad = NULL;
    kf_buf_t buf;

    kf_err_add(&bad, given(wish->email) ? kf_validate_email(&email, "email", wish->email, p) : NULL);
    kf_err_add(&bad, given(wish->language) ? kf_validate_lang(&lang, "language", wish->language, p) : NULL);
    if (bad) {
        return bad;
    }
    kf_buf_init(&buf, p, 256, WISH_BYTES);
    kf_json_open(&buf, '{');
    if (email) {
        kf_json_str(&buf, "email", email);
    }
    if (given(wish->language)) {
        kf_json_str(&buf, "language", wish->language);
    }
    kf_json_close(&buf, '}');
    *out = kf_buf_text(&buf);
    return kf_buf_check(&buf, "invitation", p);
}

typedef struct {
    char token[KF_TOKEN_CHARS + 1];
    uint8_t hash[KF_TOKEN_HASH_BYTES];
} secret_t;

/* A token and its hash; both are wiped with the pool. */
static kf_err_t *make_secret(secret_t **out, const char *audience, apr_pool_t *p)
{
    secret_t *made = apr_pcalloc(p, sizeof(*made));

    kf_wipe_with_pool(made, sizeof(*made), p);
    KF_TRY(kf_token_make(made->token, p));
    *out = made;
    return kf_token_hash(made->hash, audience, made->token, p);
}

/* The only error for a professional who does not exist. */
static kf_err_t *check_there(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *professional, apr_pool_t *p)
{
    const char *json;

    KF_TRY(kf_repo_doc(&json, db, &kf_doc_calendar_now, (const kf_arg_t[]){KF_UUID(tenant), KF_UUID(professional)}, p));
    return json ? NULL : kf_err(p, KF_E_NOT_FOUND, "There is nothing with this id.");
}

kf_err_t *kf_flow_connect_invite(kf_connect_invited_t *out, const kf_flow_t *flow, kf_db_t *db,
                                 const kf_uuid_t *tenant, const kf_connect_wish_t *wish, apr_pool_t *p)
{
    const char *doc, *sealed = NULL;
    kf_uuid_t invitation, mail;
    secret_t *secret;

    KF_TRY(check_there(db, tenant, wish->professional, p));
    KF_TRY(check_ready(flow, p));
    KF_TRY(wish_json(&doc, wish, p));
    KF_TRY(kf_uuid_timed(&invitation, kf_instant_now() / 1000, p));
    KF_TRY(kf_uuid_timed(&mail, kf_instant_now() / 1000, p));
    KF_TRY(make_secret(&secret, KF_TOKEN_CONNECT, p));
    if (given(wish->email)) {
        KF_TRY(kf_flow_mail_seal(&sealed, flow->keys, tenant, &mail, secret->token, p));
    }
    KF_TRY(kf_repo_doc(&out->json, db, &kf_doc_calendar_invite,
                       (const kf_arg_t[]){KF_UUID(tenant), KF_UUID(wish->professional), KF_UUID(&invitation),
                                          KF_BYTES(secret->hash, sizeof(secret->hash)), KF_TEXT(doc),
                                          sealed ? KF_UUID(&mail) : KF_NULL, KF_TEXT(sealed)},
                       p));
    if (!out->json) {
        return kf_err(p, KF_E_NOT_FOUND, "There is nothing with this id.");
    }
    out->url = apr_pstrcat(p, flow->base_url, "/connect-calendar/", secret->token, NULL);
    kf_wipe_with_pool((char *)out->url, strlen(out->url), p);
    return NULL;
}

static kf_connect_state_t state_of(const char *word)
{
    return !strcmp(word, "open") ? KF_CONNECT_OPEN : !strcmp(word, "used") ? KF_CONNECT_USED : KF_CONNECT_EXPIRED;
}

kf_err_t *kf_connect_wrong(apr_pool_t *p)
{
    return kf_err(p, KF_E_TOKEN_WRONG, "This link or this attempt is no longer valid.");
}

kf_err_t *kf_flow_connect_view(kf_connect_view_t *out, const kf_flow_t *flow, const char *token, apr_pool_t *p)
{
    uint8_t hash[KF_TOKEN_HASH_BYTES];
    kf_db_res_t *res;

    if (!token || !kf_token_shaped(token)) {
        return kf_connect_wrong(p);
    }
    KF_TRY(kf_token_hash(hash, KF_TOKEN_CONNECT, token, p));
    KF_TRY(KF_DB_ONCE(&res, flow->db, &kf_connect_calendar_invitation_find, p, KF_BYTES(hash, sizeof(hash))));
    if (!kf_db_rows(res)) {
        return kf_connect_wrong(p);
    }
    out->tenant = kf_db_uuid(res, 0, 0);
    out->invitation = kf_db_uuid(res, 0, 1);
    out->professional = kf_db_uuid(res, 0, 2);
    out->name = kf_db_text(res, 0, 3);
    out->business = kf_db_text(res, 0, 4);
    out->language = kf_db_text(res, 0, 5);
    out->expires_at = kf_db_time(res, 0, 6);
    out->state = state_of(kf_db_text(res, 0, 7));
    out->connected = kf_db_bool(res, 0, 8);
    return NULL;
}

/* -- the consent -- */

const char *kf_flow_connect_origin(const kf_flow_t *flow, apr_pool_t *p)
{
    const kf_calendar_provider_t *provider = kf_flow_calendar_provider(flow);
    const kf_calendar_app_t *app = kf_flow_calendar_app(flow, provider);
    apr_uri_t uri;
    const char *url;

    if (!app) {
        return NULL;
    }
    url = app->authorize_url ? app->authorize_url : provider->authorize_url;
    if (apr_uri_parse(p, url, &uri) != APR_SUCCESS || !uri.scheme || !uri.hostinfo) {
        return NULL;
    }
    return apr_pstrcat(p, uri.scheme, "://", uri.hostinfo, NULL);
}

const char *kf_connect_place(const kf_uuid_t *tenant, const char *column, const kf_uuid_t *row, apr_pool_t *p)
{
    return apr_pstrcat(p, kf_uuid_text(tenant, p), "/", column, "/", kf_uuid_text(row, p), NULL);
}

/* The secrets and texts of one consent. */
typedef struct {
    secret_t *state, *browser, *verifier, *nonce;
    const char *token, *lang; /* of the invitation; of the pages */
    kf_uuid_t grant;
} consent_t;

static kf_err_t *make_consent(consent_t *out, apr_pool_t *p)
{
    KF_TRY(make_secret(&out->state, KF_TOKEN_OAUTH_STATE, p));
    KF_TRY(make_secret(&out->browser, KF_TOKEN_OAUTH_BROWSER, p));
    KF_TRY(make_secret(&out->verifier, "oauth_verifier", p));
    KF_TRY(make_secret(&out->nonce, "oauth_nonce", p));
    return kf_uuid_random(&out->grant, p);
}

/* Seals what the way back needs besides the state: neither the provider nor the browser may see the verifier. */
static kf_err_t *seal_way_back(const char **out, const kf_flow_t *flow, const char *place, const consent_t *consent,
                               apr_pool_t *p)
{
    kf_buf_t buf;

    kf_buf_init(&buf, p, WISH_BYTES, WISH_BYTES);
    kf_wipe_with_pool(buf.data, WISH_BYTES, p);
    kf_json_open(&buf, '{');
    kf_json_str(&buf, "verifier", consent->verifier->token);
    kf_json_str(&buf, "nonce", consent->nonce->token);
    kf_json_str(&buf, "token", consent->token);
    kf_json_close(&buf, '}');
    KF_TRY(kf_buf_check(&buf, "consent", p));
    return kf_seal(out, flow->keys, place, buf.data, buf.len, p);
}

static kf_err_t *consent_url(const char **out, const kf_flow_t *flow, const consent_t *consent, apr_pool_t *p)
{
    const kf_calendar_provider_t *provider = kf_flow_calendar_provider(flow);
    kf_calendar_consent_t ask = {.state = consent->state->token, .nonce = consent->nonce->token, .lang = consent->lang};

    KF_TRY(kf_calendar_challenge(&ask.challenge, consent->verifier->token, p));
    return provider->consent_url(out, kf_flow_calendar_app(flow, provider), &ask, p);
}

kf_err_t *kf_flow_connect_begin(kf_connect_begun_t *out, const kf_flow_t *flow, const kf_connect_view_t *view,
                                const char *token, const char *lang, apr_pool_t *p)
{
    consent_t consent = {.token = token, .lang = lang};
    const char *sealed;
    kf_db_res_t *res;

    KF_TRY(check_ready(flow, p));
    if (view->state != KF_CONNECT_OPEN) {
        return kf_connect_wrong(p);
    }
    KF_TRY(make_consent(&consent, p));
    KF_TRY(seal_way_back(&sealed, flow, kf_connect_place(&view->tenant, "calendar_grant/verifier", &consent.grant, p),
                         &consent, p));
    KF_TRY(consent_url(&out->url, flow, &consent, p));
    KF_TRY(KF_DB_ONCE(&res, flow->db, &kf_connect_calendar_grant_begin, p, KF_UUID(&view->tenant),
                      KF_UUID(&consent.grant), KF_UUID(&view->invitation), KF_TEXT(kf_flow_calendar_provider(flow)->name),
                      KF_BYTES(consent.state->hash, KF_TOKEN_HASH_BYTES),
                      KF_BYTES(consent.browser->hash, KF_TOKEN_HASH_BYTES), KF_TEXT(sealed)));
    memcpy(out->browser, consent.browser->token, sizeof(out->browser));
    return NULL;
}
