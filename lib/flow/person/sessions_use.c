/* The credentials of a request, and the management of sessions. */
#include <string.h>

#include "flow/person/accounts_int.h"
#include "flow/person/sessions.h"

kf_err_t *kf_session_csrf(char out[KF_CSRF_CHARS + 1], const char *token, apr_pool_t *p)
{
    kf_bytes_t label = KF_BYTES_STR("csrf");
    uint8_t mac[KF_SHA256_BYTES];

    KF_TRY(kf_hmac_sha256(mac, (kf_bytes_t){token, KF_TOKEN_CHARS}, &label, 1, p));
    kf_base64url_write(out, mac, sizeof(mac));
    kf_wipe(mac, sizeof(mac));
    return NULL;
}

bool kf_session_csrf_ok(const kf_session_t *session, const char *text)
{
    return text && kf_equal_secret(text, strnlen(text, KF_CSRF_CHARS + 1), session->csrf, KF_CSRF_CHARS);
}

kf_err_t *kf_flow_session_use(kf_session_t *out, const kf_flow_t *flow, const char *token, apr_pool_t *p)
{
    uint8_t hash[KF_TOKEN_HASH_BYTES];
    kf_db_res_t *res;

    if (!token || !kf_token_shaped(token)) {
        return kf_err(p, KF_E_UNAUTHORIZED, "Sign in.");
    }
    KF_TRY(kf_token_hash(hash, KF_TOKEN_SESSION, token, p));
    KF_TRY(KF_DB_ONCE(&res, flow->db, &kf_account_session_use, p, KF_BYTES(hash, sizeof(hash))));
    if (!kf_db_rows(res)) {
        return kf_err(p, KF_E_UNAUTHORIZED, "Sign in again.");
    }
    out->person.tenant = kf_db_uuid(res, 0, 0);
    out->person.staff = kf_db_uuid(res, 0, 1);
    out->session = kf_db_uuid(res, 0, 2);
    out->person.email = kf_db_text(res, 0, 3);
    out->person.name = kf_db_text(res, 0, 4);
    out->person.owner = !strcmp(kf_db_text(res, 0, 5), "owner");
    out->person.language = kf_db_text(res, 0, 6);
    out->person.second_factor = kf_db_bool(res, 0, 7);
    out->person.suspended = kf_db_bool(res, 0, 8);
    return kf_session_csrf(out->csrf, token, p);
}

static kf_err_t *end_session(const kf_flow_t *flow, const kf_member_t *member, const kf_uuid_t *session,
                             const char *action, apr_pool_t *p)
{
    const char *visit;
    kf_db_res_t *res;

    KF_TRY(kf_visit_json(&visit, member->visit, p));
    KF_TRY(KF_DB_ONCE(&res, flow->db, &kf_account_session_end, p, KF_UUID(&member->tenant),
                      KF_UUID(&member->staff), KF_UUID(session), KF_TEXT(action), KF_TEXT(visit)));
    return kf_db_isnull(res, 0, 0) ? kf_err(p, KF_E_NOT_FOUND, "There is no such sign-in.") : NULL;
}

kf_err_t *kf_flow_logout(const kf_flow_t *flow, const kf_member_t *member, apr_pool_t *p)
{
    kf_err_t *err = end_session(flow, member, &member->session, "logout", p);

    return err && err->code == KF_E_NOT_FOUND ? NULL : err; /* it has ended meanwhile */
}

kf_err_t *kf_flow_session_list(const char **json, const kf_flow_t *flow, const kf_member_t *member, apr_pool_t *p)
{
    return kf_member_doc(json, flow, member, &kf_account_session_page,
                         (const kf_arg_t[]){KF_UUID(&member->tenant), KF_UUID(&member->staff),
                                            KF_UUID(&member->session)},
                         p);
}

kf_err_t *kf_flow_session_revoke(const kf_flow_t *flow, const kf_member_t *member, const kf_uuid_t *session,
                                 apr_pool_t *p)
{
    return end_session(flow, member, session, "session_revoked", p);
}

kf_err_t *kf_flow_api_key_use(kf_api_key_t *out, const kf_flow_t *flow, const char *key, apr_pool_t *p)
{
    const size_t prefix = strlen(KF_API_KEY_PREFIX);
    uint8_t hash[KF_TOKEN_HASH_BYTES];
    kf_db_res_t *res;

    if (!key || strncmp(key, KF_API_KEY_PREFIX, prefix) || !kf_token_shaped(key + prefix)) {
        return kf_err(p, KF_E_UNAUTHORIZED, "This is not an API key.");
    }
    KF_TRY(kf_token_hash(hash, KF_TOKEN_API_KEY, key + prefix, p));
    KF_TRY(KF_DB_ONCE(&res, flow->db, &kf_account_api_key_use, p, KF_BYTES(hash, sizeof(hash))));
    if (!kf_db_rows(res)) {
        return kf_err(p, KF_E_UNAUTHORIZED, "This API key is not valid.");
    }
    out->tenant = kf_db_uuid(res, 0, 0);
    out->key = kf_db_uuid(res, 0, 1);
    out->name = kf_db_text(res, 0, 2);
    out->scopes = (const char *const *)kf_db_texts(res, 0, 3, p);
    out->suspended = kf_db_bool(res, 0, 4);
    return NULL;
}
