#include <apr_strings.h>
#include <arpa/inet.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "crypto/sealed.h"
#include "flow/person/accounts_int.h"
#include "json/encode.h"
#include "text/validate.h"

#define VISIT_BYTES 4096
#define SPACES " \t\r\n"

/* An IPv6 client is counted by its /64. */
static const char *net_of(const char *ip, apr_pool_t *p)
{
    struct in6_addr six;
    char text[INET6_ADDRSTRLEN];

    if (inet_pton(AF_INET6, ip, &six) != 1 || IN6_IS_ADDR_V4MAPPED(&six)) {
        return ip;
    }
    memset(six.s6_addr + 8, 0, 8);
    return inet_ntop(AF_INET6, &six, text, sizeof(text)) ? apr_pstrdup(p, text) : ip;
}

/* The table does not reveal whose attempts it counts: the key is not in the database. */
static kf_err_t *subject(uint8_t out[KF_SHA256_BYTES], const kf_keyring_t *keys, const char *kind, const char *what,
                         const char *value, apr_pool_t *p)
{
    uint8_t key[KF_SHA256_BYTES];
    kf_bytes_t label = KF_BYTES_STR("kf:auth-try");
    kf_err_t *err;

    KF_TRY(kf_hmac_sha256(key, (kf_bytes_t){keys->keys[0].key, KF_KEY_BYTES}, &label, 1, p));
    err = kf_hmac_sha256(out, (kf_bytes_t){key, sizeof(key)},
                         (kf_bytes_t[]){KF_BYTES_STR(kind), {"|", 1}, KF_BYTES_STR(what), {"|", 1},
                                        KF_BYTES_STR(value)},
                         5, p);
    kf_wipe(key, sizeof(key));
    return err;
}

/* The subjects of a browser in which the account is known, or else of the account and of the client's network. */
static kf_err_t *subjects(kf_tries_t *out, const kf_flow_t *flow, const kf_visit_t *visit, const char *kind,
                          const char *account, apr_pool_t *p)
{
    kf_bytes_t device;
    char *name;

    KF_TRY(kf_device_known(&device, flow, visit->device, account, p));
    if (device.data) {
        name = apr_palloc(p, 2 * device.len + 1);
        kf_hex_write(name, device.data, device.len);
        KF_TRY(subject(out->account, flow->keys, kind, "device", apr_pstrcat(p, name, "|", account, NULL), p));
        return subject(out->address, flow->keys, kind, "device", name, p);
    }
    KF_TRY(subject(out->account, flow->keys, kind, "account", account, p));
    return subject(out->address, flow->keys, kind, "address", net_of(visit->ip ? visit->ip : "", p), p);
}

kf_err_t *kf_tries_count(kf_tries_t *out, const kf_flow_t *flow, kf_visit_t *visit, const char *kind,
                         const char *account, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(subjects(out, flow, visit, kind, account, p));
    KF_TRY(KF_DB_ONCE(&res, flow->db, &kf_account_auth_try_count, p,
                      KF_BYTES(out->account, sizeof(out->account)),
                      KF_BYTES(out->address, sizeof(out->address))));
    visit->retry_after_s = (int)kf_db_int(res, 0, 0);
    return visit->retry_after_s ? kf_err_said(p, KF_E_RATE_LIMITED, "There were too many attempts. Wait {1} minutes.",
                                              apr_itoa(p, (visit->retry_after_s + 59) / 60), NULL)
                                : NULL;
}

kf_err_t *kf_tries_give_back(const kf_flow_t *flow, const kf_tries_t *tries, bool all, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_ONCE(&res, flow->db, &kf_account_auth_try_give_back, p,
                      KF_BYTES(tries->account, sizeof(tries->account)),
                      KF_BYTES(tries->address, sizeof(tries->address)), KF_BOOL(all));
}

const char *kf_account_email(const char *typed, apr_pool_t *p)
{
    const char *start = typed ? typed + strspn(typed, SPACES) : "";
    size_t len = strnlen(start, KF_MAX_EMAIL + 1);
    char *email;

    while (len && strchr(SPACES, start[len - 1])) {
        len--;
    }
    email = apr_pstrmemdup(p, start, len);
    for (char *c = email; *c; c++) {
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
    }
    return kf_email_stored(email, p);
}

/* The User-Agent, if it is valid text, cut to the length that is stored. */
static const char *clean_agent(const char *text, apr_pool_t *p)
{
    size_t len = text ? strlen(text) : 0, at = 0;
    uint32_t c;

    if (!kf_utf8_valid(text, len) || kf_utf8_has_control(text, len, NULL)) {
        return "";
    }
    for (int n = 0; n < KF_MAX_USER_AGENT && at < len; n++) {
        at += kf_utf8_next(&c, text + at, len - at);
    }
    return apr_pstrmemdup(p, text ? text : "", at);
}

kf_err_t *kf_visit_json(const char **out, const kf_visit_t *visit, apr_pool_t *p)
{
    kf_buf_t buf;

    kf_buf_init(&buf, p, 512, VISIT_BYTES);
    kf_json_open(&buf, '{');
    kf_json_str(&buf, "ip", visit->ip ? visit->ip : "");
    kf_json_str(&buf, "user_agent", clean_agent(visit->user_agent, p));
    kf_json_str(&buf, "request_id", visit->request_id ? visit->request_id : "");
    kf_json_close(&buf, '}');
    *out = kf_buf_text(&buf);
    return kf_buf_check(&buf, "visit", p);
}

kf_err_t *kf_account_link(kf_link_t *out, const kf_flow_t *flow, const kf_uuid_t *tenant, const char *purpose,
                          apr_pool_t *p)
{
    char token[KF_TOKEN_CHARS + 1];
    const char *place;
    kf_err_t *err;

    KF_TRY(kf_uuid_timed(&out->mail, kf_instant_now() / 1000, p));
    place = apr_pstrcat(p, kf_uuid_text(tenant, p), "/mail/secret/", kf_uuid_text(&out->mail, p), NULL);
    KF_TRY(kf_token_make(token, p));
    err = kf_token_hash(out->hash, purpose, token, p);
    if (!err) {
        err = kf_seal(&out->sealed, flow->keys, place, token, KF_TOKEN_CHARS, p);
    }
    kf_wipe(token, sizeof(token));
    return err;
}

kf_err_t *kf_account_find(bool *found, kf_staff_row_t *out, const kf_flow_t *flow, const char *email, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_ONCE(&res, flow->db, &kf_account_staff_find, p, KF_TEXT(email)));
    *found = kf_repo_staff_row(out, res, p);
    return NULL;
}

kf_err_t *kf_account_own(kf_staff_row_t *out, const kf_flow_t *flow, const kf_member_t *member, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_ONCE(&res, flow->db, &kf_account_staff_own, p, KF_UUID(&member->tenant),
                      KF_UUID(&member->staff)));
    if (!kf_repo_staff_row(out, res, p) || strcmp(out->state, "active")) {
        return kf_err(p, KF_E_UNAUTHORIZED, "Sign in again.");
    }
    return NULL;
}

kf_err_t *kf_account_confirm(kf_staff_row_t *out, const kf_flow_t *flow, const kf_member_t *member,
                             const kf_again_t *again, apr_pool_t *p)
{
    kf_tries_t tries;
    bool match;

    KF_TRY(kf_tries_count(&tries, flow, member->visit, KF_TRIES_PASSWORD, kf_uuid_text(&member->staff, p), p));
    KF_TRY(kf_account_own(out, flow, member, p));
    KF_TRY(kf_password_verify(&match, flow->passwords, again->password ? again->password : "", out->password_hash,
                              p));
    if (!match) {
        return kf_err_field(p, KF_E_CREDENTIALS, again->field, "This is not your password.");
    }
    return kf_tries_give_back(flow, &tries, true, p);
}

const char *kf_account_totp_place(const kf_uuid_t *tenant, const kf_uuid_t *staff, apr_pool_t *p)
{
    return apr_pstrcat(p, kf_uuid_text(tenant, p), "/staff/totp/", kf_uuid_text(staff, p), NULL);
}

kf_err_t *kf_account_totp(uint8_t *out, size_t size, const kf_flow_t *flow, const kf_staff_row_t *row, apr_pool_t *p)
{
    const char *plain;
    size_t len;

    KF_TRY(kf_unseal(&plain, &len, flow->keys, kf_account_totp_place(&row->tenant, &row->staff, p),
                     row->totp_sealed, p));
    if (len != size) {
        return kf_err_because(p, kf_err(p, KF_E_INTERNAL, "A secret is not what was stored."), "length of a secret");
    }
    memcpy(out, plain, size);
    return NULL;
}

kf_actor_t kf_member_actor(const kf_member_t *member)
{
    return (kf_actor_t){.kind = "staff",
                        .id = &member->staff,
                        .name = member->name,
                        .ip = member->visit->ip,
                        .request_id = member->visit->request_id};
}

kf_err_t *kf_member_doc(const char **json, const kf_flow_t *flow, const kf_member_t *member,
                        const kf_stmt_t *stmt, const kf_arg_t *args, apr_pool_t *p)
{
    const kf_actor_t actor = kf_member_actor(member);
    const kf_admin_act_t act = {.tenant = &member->tenant,
                                .actor = &actor,
                                .writes = !(stmt->flags & KF_STMT_REPEATABLE),
                                .stmt = stmt,
                                .args = args};

    return kf_flow_doc(json, flow, &act, p);
}
