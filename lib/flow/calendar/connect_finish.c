/* Turns a grant and the choice among its calendars into a connection. */
#include <apr_strings.h>
#include <string.h>

#include "base/limits.h"
#include "crypto/hash.h"
#include "crypto/sealed.h"
#include "flow/calendar/connect_int.h"
#include "json/decode.h"
#include "json/encode.h"
#include "repo/calendar/connect.h"

#define PICKED_BYTES (256 * 1024)

/* Documents of our own. */
static const kf_json_limits_t doc_limits = {KF_MAX_ADMIN_DOC, KF_MAX_JSON_DEPTH, KF_MAX_ADMIN_KEYS};

kf_err_t *kf_connect_hash(uint8_t *out, const char *audience, const char *token, apr_pool_t *p)
{
    if (!token || !kf_token_shaped(token)) {
        return kf_connect_wrong(p);
    }
    return kf_token_hash(out, audience, token, p);
}

const char *kf_connect_member(const json_t *doc, const char *name, apr_pool_t *p)
{
    const char *text = json_string_value(json_object_get(doc, name));

    if (!text) {
        return NULL;
    }
    text = apr_pstrdup(p, text);
    kf_wipe_with_pool((char *)text, strlen(text), p);
    return text;
}

kf_err_t *kf_flow_connect_choice(const char **json, const kf_flow_t *flow, const kf_connect_view_t *view,
                                 const char *browser, apr_pool_t *p)
{
    uint8_t hash[KF_TOKEN_HASH_BYTES];
    const char *doc;
    kf_db_res_t *res;

    KF_TRY(kf_connect_hash(hash, KF_TOKEN_OAUTH_BROWSER, browser, p));
    KF_TRY(KF_DB_ONCE(&res, flow->db, &kf_connect_calendar_grant_find, p, KF_UUID(&view->tenant),
                      KF_UUID(&view->invitation), KF_BYTES(hash, sizeof(hash))));
    doc = kf_db_rows(res) ? kf_db_json(res, 0, 0) : NULL;
    *json = doc ? doc : "";
    return doc ? NULL : kf_connect_wrong(p);
}

/* The merchant's settings of the calendar that this one replaces: they are kept. */
typedef struct {
    bool meeting, guest;
    const char *summary;
} kept_t;

static kf_err_t *kept_of(kept_t *out, const kf_flow_t *flow, const kf_connect_view_t *view, apr_pool_t *p)
{
    const kf_arg_t args[] = {KF_UUID(&view->tenant), KF_UUID(&view->professional)};
    const kf_admin_act_t act = {.tenant = &view->tenant, .stmt = &kf_doc_calendar_now, .args = args};
    const char *json;
    json_t *doc;

    KF_TRY(kf_flow_doc(&json, flow, &act, p));
    KF_TRY(kf_json_decode_within(&doc, json, strlen(json), &doc_limits, p));
    out->meeting = json_is_true(json_object_get(doc, "meeting"));
    out->guest = json_is_true(json_object_get(doc, "guest"));
    out->summary = json_string_value(json_object_get(doc, "summary"));
    return NULL;
}

static kf_err_t *picked_json(const char **out, const kf_connect_picked_t *picked, const kept_t *kept, apr_pool_t *p)
{
    kf_buf_t buf;

    kf_buf_init(&buf, p, 1024, PICKED_BYTES);
    kf_json_open(&buf, '{');
    kf_json_open_key(&buf, "read", '[');
    for (const char *const *id = picked->read; *id; id++) {
        kf_json_str(&buf, NULL, *id);
    }
    kf_json_close(&buf, ']');
    kf_json_str(&buf, "write", picked->write);
    kf_json_bool(&buf, "meeting", kept->meeting);
    kf_json_bool(&buf, "guest", kept->guest);
    kf_json_str(&buf, "summary", kept->summary ? kept->summary : "");
    kf_json_close(&buf, '}');
    *out = kf_buf_text(&buf);
    return kf_buf_check(&buf, "choice", p);
}

/* One grant that becomes a connection. */
typedef struct {
    const kf_flow_t *flow;
    const kf_uuid_t *tenant;
    kf_uuid_t grant, connection;
    uint8_t browser[KF_TOKEN_HASH_BYTES];
    const char *refresh, *access; /* sealed for their new places */
    kf_instant_t access_expires;
} moved_t;

static kf_err_t *seal_again(const char **out, const moved_t *it, const char *column, const char *plain, apr_pool_t *p)
{
    return kf_seal(out, it->flow->keys, kf_connect_place(it->tenant, column, &it->connection, p), plain, strlen(plain),
                   p);
}

/* Seals the tokens again, each for its own new place. */
static kf_err_t *move_tokens(moved_t *it, const char *sealed, apr_pool_t *p)
{
    const char *place = kf_connect_place(it->tenant, "calendar_grant/tokens", &it->grant, p), *plain, *refresh, *access;
    apr_pool_t *scratch;
    kf_err_t *err;
    json_t *doc;
    size_t len;

    KF_TRY(kf_unseal(&plain, &len, it->flow->keys, place, sealed, p));
    apr_pool_create(&scratch, p);
    err = kf_json_decode(&doc, plain, len, scratch);
    refresh = err ? NULL : kf_connect_member(doc, "refresh", p);
    access = err ? NULL : kf_connect_member(doc, "access", p);
    apr_pool_destroy(scratch);
    if (!refresh || !access) {
        return kf_err(p, KF_E_INTERNAL, "The stored grant cannot be read.");
    }
    KF_TRY(seal_again(&it->refresh, it, "calendar_connection/refresh", refresh, p));
    return seal_again(&it->access, it, "calendar_connection/access", access, p);
}

/* The grant's id, and its tokens. */
static kf_err_t *open_grant(moved_t *it, const char *json, apr_pool_t *p)
{
    const char *id, *sealed, *expires;
    int32_t offset;
    json_t *doc;

    KF_TRY(kf_json_decode_within(&doc, json, strlen(json), &doc_limits, p));
    id = json_string_value(json_object_get(doc, "id"));
    sealed = json_string_value(json_object_get(doc, "tokens_sealed"));
    expires = json_string_value(json_object_get(doc, "access_expires_at"));
    KF_TRY(kf_uuid_parse(&it->grant, id ? id : "", p));
    if (!sealed || !expires || !kf_instant_read(&it->access_expires, &offset, expires, strlen(expires))) {
        return kf_err(p, KF_E_INTERNAL, "The stored grant cannot be read.");
    }
    return move_tokens(it, sealed, p);
}

kf_err_t *kf_flow_connect_finish(const char **json, const kf_flow_t *flow, const kf_connect_view_t *view,
                                 const char *browser, const kf_connect_picked_t *picked, apr_pool_t *p)
{
    moved_t it = {.flow = flow, .tenant = &view->tenant};
    const char *choice, *doc;
    kf_db_res_t *res;
    kept_t kept;

    KF_TRY(kf_flow_connect_choice(&choice, flow, view, browser, p));
    KF_TRY(kf_connect_hash(it.browser, KF_TOKEN_OAUTH_BROWSER, browser, p));
    KF_TRY(kept_of(&kept, flow, view, p));
    KF_TRY(picked_json(&doc, picked, &kept, p));
    KF_TRY(kf_uuid_timed(&it.connection, kf_instant_now() / 1000, p));
    KF_TRY(open_grant(&it, choice, p));
    KF_TRY(KF_DB_ONCE(&res, flow->db, &kf_connect_calendar_connect, p, KF_UUID(&view->tenant), KF_UUID(&it.grant),
                      KF_BYTES(it.browser, sizeof(it.browser)), KF_UUID(&it.connection), KF_TEXT(it.refresh),
                      KF_TEXT(it.access), KF_TIME(it.access_expires), KF_TEXT(doc)));
    *json = kf_db_json(res, 0, 0);
    return NULL;
}
