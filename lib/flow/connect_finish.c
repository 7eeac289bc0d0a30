/* The choice among the calendars of a grant, which makes a connection of it. */
#include <apr_strings.h>
#include <string.h>

#include "crypto/hash.h"
#include "crypto/sealed.h"
#include "flow/connect_int.h"
#include "json/decode.h"
#include "json/encode.h"
#include "repo/connect.h"

#define PICKED_BYTES (256 * 1024)

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
    kf_db_res_t *res;

    KF_TRY(kf_connect_hash(hash, KF_TOKEN_OAUTH_BROWSER, browser, p));
    KF_TRY(KF_CONNECT_EXEC(&res, flow->db, &kf_connect_calendar_grant_find, p, KF_UUID(&view->tenant),
                           KF_UUID(&view->invitation), KF_BYTES(hash, sizeof(hash))));
    *json = kf_db_rows(res) ? kf_db_json(res, 0, 0) : NULL;
    return *json ? NULL : kf_connect_wrong(p);
}

static kf_err_t *picked_json(const char **out, const kf_connect_picked_t *picked, apr_pool_t *p)
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
    kf_json_bool(&buf, "meeting", picked->meeting);
    kf_json_bool(&buf, "guest", picked->guest);
    kf_json_close(&buf, '}');
    *out = kf_buf_text(&buf);
    return kf_buf_check(&buf, "choice", p);
}

/* One grant on its way to being a connection. */
typedef struct {
    const kf_flow_t *flow;
    const kf_uuid_t *tenant;
    kf_uuid_t grant, connection;
    uint8_t browser[KF_TOKEN_HASH_BYTES];
    const char *refresh, *access; /* sealed for their new places */
    kf_instant_t access_expires;
} moved_t;

static kf_err_t *grant_of(moved_t *it, const char *json, apr_pool_t *p)
{
    const char *id;
    json_t *doc;

    KF_TRY(kf_json_decode_within(&doc, json, strlen(json), &kf_json_answer, p));
    id = json_string_value(json_object_get(doc, "id"));
    return kf_uuid_parse(&it->grant, id ? id : "", p);
}

static kf_err_t *seal_again(const char **out, const moved_t *it, const char *column, const char *plain, apr_pool_t *p)
{
    return kf_seal(out, it->flow->keys, kf_connect_place(it->tenant, column, &it->connection, p), plain, strlen(plain),
                   p);
}

/* The tokens leave the grant's place and get one of their own each. */
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
        return kf_err(p, KF_E_INTERNAL, "What was granted cannot be read.");
    }
    KF_TRY(seal_again(&it->refresh, it, "calendar_connection/refresh", refresh, p));
    return seal_again(&it->access, it, "calendar_connection/access", access, p);
}

static kf_err_t *tokens_of(moved_t *it, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_CONNECT_EXEC(&res, it->flow->db, &kf_connect_calendar_grant_tokens, p, KF_UUID(it->tenant),
                           KF_UUID(&it->grant), KF_BYTES(it->browser, sizeof(it->browser))));
    if (!kf_db_rows(res)) {
        return kf_connect_wrong(p);
    }
    it->access_expires = kf_db_time(res, 0, 1);
    return move_tokens(it, kf_db_text(res, 0, 0), p);
}

kf_err_t *kf_flow_connect_finish(const char **json, const kf_flow_t *flow, const kf_connect_view_t *view,
                                 const char *browser, const kf_connect_picked_t *picked, apr_pool_t *p)
{
    moved_t it = {.flow = flow, .tenant = &view->tenant};
    const char *choice, *doc;
    kf_db_res_t *res;

    KF_TRY(kf_flow_connect_choice(&choice, flow, view, browser, p));
    KF_TRY(kf_connect_hash(it.browser, KF_TOKEN_OAUTH_BROWSER, browser, p));
    KF_TRY(grant_of(&it, choice, p));
    KF_TRY(picked_json(&doc, picked, p));
    KF_TRY(kf_uuid_timed(&it.connection, kf_instant_now() / 1000, p));
    KF_TRY(tokens_of(&it, p));
    KF_TRY(KF_CONNECT_EXEC(&res, flow->db, &kf_connect_calendar_connect, p, KF_UUID(&view->tenant), KF_UUID(&it.grant),
                           KF_BYTES(it.browser, sizeof(it.browser)), KF_UUID(&it.connection), KF_TEXT(it.refresh),
                           KF_TEXT(it.access), KF_TIME(it.access_expires), KF_TEXT(doc)));
    *json = kf_db_json(res, 0, 0);
    return NULL;
}
