/* The way back from the consent: exchanges the code for tokens and lists the calendars. */
#include <apr_strings.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "crypto/hash.h"
#include "crypto/sealed.h"
#include "flow/calendar/connect_int.h"
#include "flow/provider.h"
#include "json/decode.h"
#include "json/encode.h"
#include "repo/calendar/connect.h"
#include "time/instant.h"

#define ALL_MS 15000     /* for all calls of one way back: a person waits */
#define CONNECT_MS 5000
#define LEAST_MS 500     /* with less left a call is useless */
#define MAX_PAGES 10
#define CODE_MAX 2048    /* characters of a code */
#define LIST_BYTES (512 * 1024)
#define TOKENS_BYTES 8192

/* -- state and browser -- */

/* The consent that this answer belongs to; it is no longer pending. */
typedef struct {
    const kf_flow_t *flow;
    kf_uuid_t tenant, grant;
    const kf_calendar_provider_t *provider;
    const kf_calendar_app_t *app;
    const char *verifier, *nonce;
    kf_instant_t now;      /* the database's clock, which the token's expiry is compared with */
    kf_instant_t give_up;  /* when the last call must have ended */
    kf_calendar_token_t token;
    const kf_calendar_entry_t *entries[KF_MAX_CALENDARS];
    size_t n;
    apr_pool_t *p;
} way_t;

/* Opens what was sealed for the way back, and wipes jansson's copies. */
static kf_err_t *open_way(way_t *way, const char **token, const char *sealed)
{
    const char *place = kf_connect_place(&way->tenant, "calendar_grant/verifier", &way->grant, way->p), *plain;
    apr_pool_t *scratch;
    kf_err_t *err;
    json_t *doc;
    size_t len;

    KF_TRY(kf_unseal(&plain, &len, way->flow->keys, place, sealed, way->p));
    apr_pool_create(&scratch, way->p);
    err = kf_json_decode(&doc, plain, len, scratch);
    if (!err) {
        way->verifier = kf_connect_member(doc, "verifier", way->p);
        way->nonce = kf_connect_member(doc, "nonce", way->p);
        *token = kf_connect_member(doc, "token", way->p);
        err = way->verifier && way->nonce && *token
                  ? NULL : kf_err(way->p, KF_E_INTERNAL, "The stored state of this attempt cannot be read.");
    }
    apr_pool_destroy(scratch);
    return err ? kf_err(way->p, KF_E_INTERNAL, "The stored state of this attempt cannot be read.") : NULL;
}

/* The one statement that uses the state up; a second request, or another browser, finds nothing. */
static kf_err_t *take(way_t *way, kf_connect_result_t *out, const kf_connect_back_t *back)
{
    uint8_t state[KF_TOKEN_HASH_BYTES], browser[KF_TOKEN_HASH_BYTES];
    kf_db_res_t *res;

    KF_TRY(kf_connect_hash(state, KF_TOKEN_OAUTH_STATE, back->state, way->p));
    KF_TRY(kf_connect_hash(browser, KF_TOKEN_OAUTH_BROWSER, back->browser, way->p));
    KF_TRY(KF_DB_ONCE(&res, way->flow->db, &kf_connect_calendar_grant_take, way->p,
                      KF_BYTES(state, sizeof(state)), KF_BYTES(browser, sizeof(browser))));
    if (!kf_db_rows(res)) {
        return kf_connect_wrong(way->p);
    }
    way->tenant = kf_db_uuid(res, 0, 0);
    way->grant = kf_db_uuid(res, 0, 1);
    way->provider = kf_calendar_provider_find(kf_db_text(res, 0, 2));
    out->language = kf_db_text(res, 0, 4);
    way->now = kf_db_time(res, 0, 5);
    way->app = kf_flow_calendar_app(way->flow, way->provider);
    if (way->provider && strcmp(way->provider->name, back->provider)) {
        return kf_connect_wrong(way->p);
    }
    if (!way->app) {
        return kf_err(way->p, KF_E_CONFIG, "This calendar provider is not set up.");
    }
    return open_way(way, &out->token, kf_db_text(res, 0, 3));
}

/* -- asking the provider -- */

/* NULL: there is no time left, or the request could not be started. */
static const kf_http_res_t *perform(way_t *way, kf_http_req_t *req)
{
    kf_instant_t left = (way->give_up - kf_instant_now()) / 1000;
    kf_http_res_t *res;
    kf_err_t *err;

    if (left < LEAST_MS) {
        return NULL;
    }
    req->timeout_ms = (int)left;
    req->connect_timeout_ms = left < CONNECT_MS ? (int)left : CONNECT_MS;
    req->ca_file = way->app->ca_file;
    err = kf_http_perform(&res, req, way->p);
    if (err) {
        kf_log(KF_LOG_ERROR, 490, "a calendar provider cannot be called: %s", err->detail);
        return NULL;
    }
    return res;
}

static kf_connect_outcome_t refused(const kf_calendar_answer_t *answer, const char *what)
{
    bool app = answer->verdict == KF_CALENDAR_APP;

    kf_log(app ? KF_LOG_ERROR : KF_LOG_WARNING, 491, "connecting a calendar failed at %s: %s (%s)", what,
           kf_calendar_verdict_text(answer->verdict), answer->message ? answer->message : "");
    return app ? KF_CONNECT_APP : KF_CONNECT_NO_ANSWER;
}

static kf_connect_outcome_t missing(const kf_calendar_token_t *token)
{
    if (!token->may_read) {
        return KF_CONNECT_NO_BUSY;
    }
    if (!token->may_list) {
        return KF_CONNECT_NO_LIST;
    }
    if (!token->may_write || !token->may_watch) {
        return KF_CONNECT_NO_EVENTS;
    }
    return token->refresh_token && *token->refresh_token ? KF_CONNECT_GRANTED : KF_CONNECT_NO_REFRESH;
}

static kf_connect_outcome_t ask_token(way_t *way, const char *code)
{
    const kf_http_res_t *res;
    kf_http_req_t req = {0};

    if (!code || !*code || strlen(code) > CODE_MAX
        || way->provider->code_request(&req, way->app, code, way->verifier, way->p)) {
        return KF_CONNECT_NO_ANSWER;
    }
    res = perform(way, &req);
    if (!res) {
        return KF_CONNECT_NO_ANSWER;
    }
    way->provider->token_parse(&way->token, way->app, res, way->nonce, way->now, way->p);
    kf_wipe_with_pool((char *)res->body, res->body_len, way->p);
    if (way->token.no_refresh) {
        return KF_CONNECT_NO_REFRESH;
    }
    if (way->token.answer.verdict != KF_CALENDAR_GOT) {
        return refused(&way->token.answer, "the token");
    }
    return way->token.account_id && way->token.access_token ? missing(&way->token) : KF_CONNECT_NO_ANSWER;
}

static bool keep(way_t *way, const kf_calendar_list_t *list)
{
    for (size_t i = 0; i < list->n && way->n < KF_MAX_CALENDARS; i++) {
        way->entries[way->n++] = &list->entries[i];
    }
    return list->next_page && way->n < KF_MAX_CALENDARS;
}

static kf_connect_outcome_t ask_list(way_t *way)
{
    kf_calendar_list_t list = {.n = 0};
    bool more = true;

    for (int i = 0; more && i < MAX_PAGES; i++) {
        const char *page = list.next_page;
        const kf_http_res_t *res;
        kf_http_req_t req = {0};

        if (way->provider->list_request(&req, way->app, way->token.access_token, page, way->p)) {
            return KF_CONNECT_NO_ANSWER;
        }
        res = perform(way, &req);
        if (!res) {
            return KF_CONNECT_NO_ANSWER;
        }
        memset(&list, 0, sizeof(list));
        way->provider->list_parse(&list, res, way->p);
        if (list.answer.verdict != KF_CALENDAR_GOT) {
            return refused(&list.answer, "the list of calendars");
        }
        more = keep(way, &list);
    }
    return way->n ? KF_CONNECT_GRANTED : KF_CONNECT_NO_CALENDAR;
}

/* -- what was granted, kept until the choice -- */

static kf_err_t *calendars_json(const char **out, const way_t *way)
{
    kf_buf_t buf;

    kf_buf_init(&buf, way->p, 4096, LIST_BYTES);
    kf_json_open(&buf, '[');
    for (size_t i = 0; i < way->n; i++) {
        const kf_calendar_entry_t *entry = way->entries[i];

        kf_json_open(&buf, '{');
        kf_json_str(&buf, "id", entry->id);
        kf_json_str(&buf, "name", entry->name);
        kf_json_str(&buf, "time_zone", entry->time_zone);
        kf_json_bool(&buf, "primary", entry->primary);
        kf_json_bool(&buf, "may_write", entry->may_write);
        kf_json_close(&buf, '}');
    }
    kf_json_close(&buf, ']');
    *out = kf_buf_text(&buf);
    return kf_buf_check(&buf, "list of calendars", way->p);
}

static kf_err_t *tokens_sealed(const char **out, const way_t *way)
{
    const char *place = kf_connect_place(&way->tenant, "calendar_grant/tokens", &way->grant, way->p);
    kf_buf_t buf;

    kf_buf_init(&buf, way->p, TOKENS_BYTES, TOKENS_BYTES);
    kf_wipe_with_pool(buf.data, TOKENS_BYTES, way->p);
    kf_json_open(&buf, '{');
    kf_json_str(&buf, "refresh", way->token.refresh_token);
    kf_json_str(&buf, "access", way->token.access_token);
    kf_json_close(&buf, '}');
    KF_TRY(kf_buf_check(&buf, "token", way->p));
    return kf_seal(out, way->flow->keys, place, buf.data, buf.len, way->p);
}

static kf_err_t *put(const way_t *way)
{
    const kf_calendar_token_t *token = &way->token;
    const char *sealed, *calendars;
    kf_db_res_t *res;

    KF_TRY(calendars_json(&calendars, way));
    KF_TRY(tokens_sealed(&sealed, way));
    return KF_DB_ONCE(&res, way->flow->db, &kf_connect_calendar_grant_put, way->p, KF_UUID(&way->tenant),
                      KF_UUID(&way->grant), KF_TEXT(token->account_id),
                      KF_TEXT(token->account_email ? token->account_email : ""),
                      KF_TEXT(token->scopes ? token->scopes : ""), KF_TEXT(sealed),
                      KF_TIME(way->now + token->expires_in_s * KF_SECOND), KF_TEXT(calendars));
}

kf_err_t *kf_flow_connect_back(kf_connect_result_t *out, const kf_flow_t *flow, const kf_connect_back_t *back,
                               apr_pool_t *p)
{
    way_t *way = apr_pcalloc(p, sizeof(*way));

    way->flow = flow;
    way->p = p;
    KF_TRY(take(way, out, back));
    if (back->error) {
        out->outcome = !strcmp(back->error, "access_denied") ? KF_CONNECT_DENIED : KF_CONNECT_NO_ANSWER;
        return NULL;
    }
    way->give_up = kf_instant_now() + ALL_MS * (KF_SECOND / 1000);
    out->outcome = ask_token(way, back->code);
    if (out->outcome == KF_CONNECT_GRANTED) {
        out->outcome = ask_list(way);
    }
    return out->outcome == KF_CONNECT_GRANTED ? put(way) : NULL;
}
