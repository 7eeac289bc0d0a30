#include "flow/person/staff.h"

#include <apr_strings.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "flow/person/accounts_int.h"
#include "json/encode.h"
#include "text/validate.h"

#define DOC_BYTES 8192
#define ALL "{\"limit\":200}"
#define HINT_CHARS 8 /* of a key: "kfk_" and four more */

const char *const kf_scopes[] = {"bookings:read", "bookings:write", "catalogue:read", "catalogue:write",
                                 "settings:read", "settings:write", "reports:read",  NULL};

kf_err_t *kf_flow_staff_page(const char **json, const kf_flow_t *flow, const kf_member_t *member, apr_pool_t *p)
{
    return kf_member_doc(json, flow, member, &kf_account_staff_page,
                         (const kf_arg_t[]){KF_UUID(&member->tenant), KF_TEXT(ALL)}, p);
}

kf_err_t *kf_flow_staff_get(const char **json, const kf_flow_t *flow, const kf_member_t *member,
                            const kf_uuid_t *staff, apr_pool_t *p)
{
    return kf_member_doc(json, flow, member, &kf_account_staff_get,
                         (const kf_arg_t[]){KF_UUID(&member->tenant), KF_UUID(staff)}, p);
}

static kf_err_t *check_role(const char *role, apr_pool_t *p)
{
    return role && (!strcmp(role, "owner") || !strcmp(role, "staff"))
               ? NULL
               : kf_err_wrong(p, "role", KF_WRONG_NOT_ONE_OF, "Choose \"owner\" or \"staff\".");
}

static kf_err_t *invitation_doc(const char **out, const char **email, const kf_invite_wish_t *wish, const char *by,
                                apr_pool_t *p)
{
    const char *name = wish->name && *wish->name ? wish->name : NULL;
    kf_err_t *bad = NULL;
    kf_buf_t buf;

    kf_err_add(&bad, kf_validate_email(email, "email", wish->email, p));
    kf_err_add(&bad, name ? kf_validate_name(&name, "name", name, p) : NULL);
    kf_err_add(&bad, check_role(wish->role, p));
    kf_err_add(&bad, wish->language ? kf_validate_lang(&(const char *){NULL}, "language", wish->language, p) : NULL);
    if (bad) {
        return bad;
    }
    *email = kf_account_email(*email, p);
    kf_buf_init(&buf, p, 512, DOC_BYTES);
    kf_json_open(&buf, '{');
    kf_json_str(&buf, "email", *email);
    kf_json_str(&buf, "name", name);
    kf_json_str(&buf, "role", wish->role);
    kf_json_str(&buf, "language", wish->language);
    kf_json_str(&buf, "by", by);
    kf_json_close(&buf, '}');
    *out = kf_buf_text(&buf);
    return kf_buf_check(&buf, "invitation", p);
}

kf_err_t *kf_flow_staff_invite(const char **json, const kf_flow_t *flow, const kf_member_t *member,
                               const kf_invite_wish_t *wish, apr_pool_t *p)
{
    const char *doc, *email;
    kf_tries_t tries;
    kf_uuid_t staff;
    kf_link_t link;

    KF_TRY(invitation_doc(&doc, &email, wish, member->called, p));
    KF_TRY(kf_tries_count(&tries, flow, member->visit, KF_TRIES_MAIL, email, p));
    KF_TRY(kf_uuid_timed(&staff, kf_instant_now() / 1000, p));
    KF_TRY(kf_account_link(&link, flow, &member->tenant, KF_TOKEN_INVITE, p));
    return kf_member_doc(json, flow, member, &kf_account_staff_invite,
                         (const kf_arg_t[]){KF_UUID(&member->tenant), KF_UUID(&staff), KF_TEXT(doc),
                                            KF_BYTES(link.hash, sizeof(link.hash)), KF_UUID(&link.mail),
                                            KF_TEXT(link.sealed)},
                         p);
}

kf_err_t *kf_flow_staff_change(const char **json, const kf_flow_t *flow, const kf_member_t *member,
                               const kf_uuid_t *staff, const kf_staff_change_t *change, apr_pool_t *p)
{
    const char *name = change->name;
    kf_err_t *bad = NULL;
    kf_buf_t buf;

    kf_err_add(&bad, name ? kf_validate_name(&name, "name", name, p) : NULL);
    kf_err_add(&bad, change->role ? check_role(change->role, p) : NULL);
    if (bad) {
        return bad;
    }
    kf_buf_init(&buf, p, 256, DOC_BYTES);
    kf_json_open(&buf, '{');
    kf_json_str(&buf, "name", name);
    kf_json_str(&buf, "role", change->role);
    if (change->enabled >= 0) {
        kf_json_bool(&buf, "enabled", change->enabled > 0);
    }
    kf_json_close(&buf, '}');
    KF_TRY(kf_buf_check(&buf, "person", p));
    return kf_member_doc(json, flow, member, &kf_account_staff_change,
                         (const kf_arg_t[]){KF_UUID(&member->tenant), KF_UUID(staff),
                                            change->version ? KF_INT4(change->version) : KF_NULL,
                                            KF_TEXT(kf_buf_text(&buf))},
                         p);
}

kf_err_t *kf_flow_api_key_page(const char **json, const kf_flow_t *flow, const kf_member_t *member, apr_pool_t *p)
{
    return kf_member_doc(json, flow, member, &kf_account_api_key_page,
                         (const kf_arg_t[]){KF_UUID(&member->tenant), KF_TEXT(ALL)}, p);
}

static kf_err_t *key_doc(const char **out, const kf_api_key_wish_t *wish, apr_pool_t *p)
{
    size_t len = wish->name ? strlen(wish->name) : 0;
    kf_buf_t buf;

    if (!kf_utf8_valid(wish->name, len) || !len || kf_utf8_count(wish->name, len) > KF_MAX_NAME
        || kf_utf8_has_control(wish->name, len, NULL)) {
        return kf_err_limits(kf_err_field(p, KF_E_INVALID, "name", "Write from 1 to %d characters.", KF_MAX_NAME),
                             len ? KF_WRONG_TOO_LONG : KF_WRONG_REQUIRED, 1, KF_MAX_NAME);
    }
    kf_buf_init(&buf, p, 512, DOC_BYTES);
    kf_json_open(&buf, '{');
    kf_json_str(&buf, "name", wish->name);
    kf_json_open_key(&buf, "scopes", '[');
    for (const char *const *scope = wish->scopes; scope && *scope; scope++) {
        kf_json_str(&buf, NULL, *scope);
    }
    kf_json_close(&buf, ']');
    if (wish->expires_at) {
        kf_json_utc(&buf, "expires_at", wish->expires_at);
    }
    kf_json_close(&buf, '}');
    *out = kf_buf_text(&buf);
    return kf_buf_check(&buf, "key", p);
}

kf_err_t *kf_flow_api_key_create(char key[KF_API_KEY_CHARS + 1], const char **json, const kf_flow_t *flow,
                                 const kf_member_t *member, const kf_api_key_wish_t *wish, apr_pool_t *p)
{
    const size_t prefix = strlen(KF_API_KEY_PREFIX);
    uint8_t hash[KF_TOKEN_HASH_BYTES];
    const char *doc;
    kf_uuid_t id;

    KF_TRY(key_doc(&doc, wish, p));
    KF_TRY(kf_uuid_timed(&id, kf_instant_now() / 1000, p));
    memcpy(key, KF_API_KEY_PREFIX, prefix);
    KF_TRY(kf_token_make(key + prefix, p));
    KF_TRY(kf_token_hash(hash, KF_TOKEN_API_KEY, key + prefix, p));
    return kf_member_doc(json, flow, member, &kf_account_api_key_add,
                         (const kf_arg_t[]){KF_UUID(&member->tenant), KF_UUID(&id), KF_TEXT(doc),
                                            KF_BYTES(hash, sizeof(hash)),
                                            KF_TEXT(apr_pstrmemdup(p, key, HINT_CHARS)), KF_UUID(&member->staff)},
                         p);
}

kf_err_t *kf_flow_api_key_revoke(const kf_flow_t *flow, const kf_member_t *member, const kf_uuid_t *key,
                                 apr_pool_t *p)
{
    const char *json;

    return kf_member_doc(&json, flow, member, &kf_account_api_key_revoke,
                         (const kf_arg_t[]){KF_UUID(&member->tenant), KF_UUID(key)}, p);
}
