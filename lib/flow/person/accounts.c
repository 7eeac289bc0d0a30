#include "flow/person/accounts.h"

#include <apr_strings.h>
#include <string.h>

#include "base/limits.h"
#include "flow/person/accounts_int.h"
#include "json/encode.h"
#include "text/validate.h"

#define DOC_BYTES 4096

/* A registration, after its data was checked. */
typedef struct {
    const kf_flow_t *flow;
    const char *email, *doc, *visit;
} registration_t;

static bool is_listed(const char *domains, const char *domain)
{
    size_t len = strlen(domain), n;

    for (; *domains; domains += n + (domains[n] == ' ')) {
        n = strcspn(domains, " ");
        if (n == len && !strncmp(domains, domain, n)) {
            return true;
        }
    }
    return false;
}

/* Whether the operator allows registration, and this address. */
static kf_err_t *check_open(const kf_flow_t *flow, const char *email, apr_pool_t *p)
{
    const char *at = strrchr(email, '@');

    if (flow->registration && !strcmp(flow->registration, "closed")) {
        return kf_err(p, KF_E_NO_REGISTRATION, "Registration is closed: ask the operator of this server for an "
                                               "account.");
    }
    if (flow->registration_domains && !is_listed(flow->registration_domains, at ? at + 1 : email)) {
        return kf_err_said(p, KF_E_NO_REGISTRATION, "Only addresses of these domains may register: {1}.",
                           flow->registration_domains, NULL);
    }
    return NULL;
}

static kf_err_t *check_registration(const char **email, const char **business, const kf_flow_t *flow,
                                    const kf_register_wish_t *wish, apr_pool_t *p)
{
    const char *own[] = {kf_account_email(wish->email, p), wish->business ? wish->business : "", NULL};
    kf_err_t *bad = NULL;

    kf_err_add(&bad, kf_validate_name(business, "business", wish->business, p));
    kf_err_add(&bad, kf_validate_email(email, "email", wish->email, p));
    kf_err_add(&bad, kf_password_check(flow->passwords, "password", wish->password, own, p));
    *email = own[0];
    return bad;
}

static kf_err_t *registration_doc(const char **out, const registration_t *reg, const char *business,
                                  const kf_register_wish_t *wish, const char *hash, apr_pool_t *p)
{
    bool approval = reg->flow->registration && !strcmp(reg->flow->registration, "approval");
    kf_buf_t buf;

    kf_buf_init(&buf, p, 512, DOC_BYTES);
    kf_json_open(&buf, '{');
    kf_json_str(&buf, "business", business);
    kf_json_str(&buf, "email", reg->email);
    kf_json_str(&buf, "language", wish->language && !strcmp(wish->language, "en") ? "en" : "es");
    kf_json_str(&buf, "password_hash", hash);
    kf_json_bool(&buf, "approval", approval);
    kf_json_close(&buf, '}');
    *out = kf_buf_text(&buf);
    return kf_buf_check(&buf, "registration", p);
}

static kf_err_t *put_registration(const registration_t *reg, const kf_stmt_t *stmt, const kf_uuid_t *tenant,
                                  const kf_uuid_t *staff, apr_pool_t *p)
{
    kf_db_res_t *res;
    kf_link_t link;

    KF_TRY(kf_account_link(&link, reg->flow, tenant, KF_TOKEN_VERIFY, p));
    return KF_DB_ONCE(&res, reg->flow->db, stmt, p, KF_UUID(tenant), KF_UUID(staff), KF_TEXT(reg->doc),
                      KF_BYTES(link.hash, sizeof(link.hash)), KF_UUID(&link.mail), KF_TEXT(link.sealed),
                      KF_TEXT(reg->visit));
}

static kf_err_t *register_known(const registration_t *reg, const kf_staff_row_t *row, apr_pool_t *p)
{
    kf_db_res_t *res;

    if (!strcmp(row->state, "unverified")) {
        return put_registration(reg, &kf_account_staff_register_again, &row->tenant, &row->staff, p);
    }
    return KF_DB_ONCE(&res, reg->flow->db, &kf_account_staff_known, p, KF_UUID(&row->tenant),
                      KF_UUID(&row->staff));
}

static kf_err_t *register_new(const registration_t *reg, apr_pool_t *p)
{
    int64_t now = kf_instant_now() / 1000;
    kf_uuid_t tenant, staff;

    KF_TRY(kf_uuid_timed(&tenant, now, p));
    KF_TRY(kf_uuid_timed(&staff, now, p));
    return put_registration(reg, &kf_account_staff_register, &tenant, &staff, p);
}

kf_err_t *kf_flow_register(const kf_flow_t *flow, kf_visit_t *visit, const kf_register_wish_t *wish, apr_pool_t *p)
{
    registration_t reg = {.flow = flow};
    char hash[KF_PASSWORD_HASH_CHARS + 1];
    const char *business;
    kf_staff_row_t row;
    kf_tries_t tries;
    kf_err_t *err;
    bool found;

    KF_TRY(check_registration(&reg.email, &business, flow, wish, p));
    KF_TRY(check_open(flow, reg.email, p));
    KF_TRY(kf_tries_count(&tries, flow, visit, KF_TRIES_MAIL, reg.email, p));
    KF_TRY(kf_password_hash(hash, flow->passwords, wish->password, p));
    KF_TRY(registration_doc(&reg.doc, &reg, business, wish, hash, p));
    KF_TRY(kf_visit_json(&reg.visit, visit, p));
    err = register_new(&reg, p); /* for a known address too: all the work is the same */
    if (!err || err->code != KF_E_CONFLICT || !err->field) {
        return err;
    }
    KF_TRY(kf_account_find(&found, &row, flow, reg.email, p));
    return found ? register_known(&reg, &row, p) : err;
}

/* Checks that the password is the one this registration was made with. */
static kf_err_t *judge_registration(const char **verified, const kf_flow_t *flow, kf_visit_t *visit,
                                    const uint8_t token[KF_TOKEN_HASH_BYTES], const kf_again_t *again, apr_pool_t *p)
{
    kf_tries_t tries;
    kf_db_res_t *res;
    bool match;

    KF_TRY(kf_tries_count(&tries, flow, visit, KF_TRIES_VERIFY, again->field, p));
    KF_TRY(KF_DB_ONCE(&res, flow->db, &kf_account_token_password, p, KF_BYTES(token, KF_TOKEN_HASH_BYTES)));
    *verified = kf_db_text(res, 0, 0);
    KF_TRY(kf_password_verify(&match, flow->passwords, again->password ? again->password : "", *verified, p));
    if (!match) {
        return kf_err_field(p, KF_E_CREDENTIALS, "password", "This account was not registered with this password.");
    }
    return kf_tries_give_back(flow, &tries, true, p);
}

kf_err_t *kf_flow_verify_email(const kf_flow_t *flow, kf_visit_t *visit, const char *token, const char *password,
                               apr_pool_t *p)
{
    uint8_t hash[KF_TOKEN_HASH_BYTES];
    const char *json, *verified;
    kf_link_view_t view;
    kf_db_res_t *res;

    KF_TRY(kf_flow_link_look(&view, flow, KF_TOKEN_VERIFY, token, p));
    KF_TRY(kf_token_hash(hash, KF_TOKEN_VERIFY, token, p));
    KF_TRY(judge_registration(&verified, flow, visit, hash, &(kf_again_t){view.email, password}, p));
    KF_TRY(kf_visit_json(&json, visit, p));
    return KF_DB_ONCE(&res, flow->db, &kf_account_staff_verify, p, KF_BYTES(hash, sizeof(hash)),
                      KF_TEXT(verified), KF_TEXT(json));
}

/* Mails a link to an address that a person typed. All the work is also done for an address without an account,
 * with ids that belong to nobody; whether the account's state allows the link is checked when it is made. */
static kf_err_t *ask_for_link(const kf_flow_t *flow, kf_visit_t *visit, const char *typed, const char *kind,
                              const char *purpose, apr_pool_t *p)
{
    const int64_t now = kf_instant_now() / 1000;
    kf_staff_row_t row;
    const char *email;
    kf_tries_t tries;
    kf_db_res_t *res;
    kf_link_t link;
    bool found;

    KF_TRY(kf_validate_email(&email, "email", typed, p));
    email = kf_account_email(email, p);
    KF_TRY(kf_tries_count(&tries, flow, visit, kind, email, p));
    KF_TRY(kf_uuid_timed(&row.tenant, now, p));
    KF_TRY(kf_uuid_timed(&row.staff, now, p));
    KF_TRY(kf_account_find(&found, &row, flow, email, p));
    KF_TRY(kf_account_link(&link, flow, &row.tenant, purpose, p));
    return KF_DB_ONCE(&res, flow->db, &kf_account_link_ask, p, KF_UUID(&row.tenant), KF_UUID(&row.staff),
                      KF_TEXT(purpose), KF_BYTES(link.hash, sizeof(link.hash)), KF_UUID(&link.mail),
                      KF_TEXT(link.sealed));
}

kf_err_t *kf_flow_resend_verification(const kf_flow_t *flow, kf_visit_t *visit, const char *email, apr_pool_t *p)
{
    return ask_for_link(flow, visit, email, KF_TRIES_MAIL, KF_TOKEN_VERIFY, p);
}

kf_err_t *kf_flow_forgot_password(const kf_flow_t *flow, kf_visit_t *visit, const char *email, apr_pool_t *p)
{
    return ask_for_link(flow, visit, email, KF_TRIES_RESET, KF_TOKEN_RESET, p);
}

kf_err_t *kf_flow_link_look(kf_link_view_t *out, const kf_flow_t *flow, const char *purpose, const char *token,
                            apr_pool_t *p)
{
    uint8_t hash[KF_TOKEN_HASH_BYTES];
    kf_db_res_t *res;

    KF_TRY(kf_token_hash(hash, purpose, token, p));
    KF_TRY(KF_DB_ONCE(&res, flow->db, &kf_account_token_find, p, KF_TEXT(purpose),
                      KF_BYTES(hash, sizeof(hash))));
    if (!kf_db_rows(res)) {
        return kf_err(p, KF_E_TOKEN_WRONG, "This link is no longer valid.");
    }
    out->email = kf_db_text(res, 0, 0);
    out->business = kf_db_text(res, 0, 1);
    out->language = kf_db_text(res, 0, 2);
    return NULL;
}

/* A new password that comes with a link: checks the link before hashing the password. */
static kf_err_t *new_password(char hash[KF_PASSWORD_HASH_CHARS + 1], kf_link_view_t *view, const kf_flow_t *flow,
                              const char *purpose, const kf_reset_wish_t *wish, apr_pool_t *p)
{
    const char *own[3] = {NULL}, *password = wish->password;

    KF_TRY(kf_flow_link_look(view, flow, purpose, wish->token, p));
    own[0] = view->email;
    own[1] = view->business;
    KF_TRY(kf_password_check(flow->passwords, "password", password, own, p));
    return kf_password_hash(hash, flow->passwords, password, p);
}

kf_err_t *kf_flow_reset_look(const char **json, const kf_flow_t *flow, const char *token, apr_pool_t *p)
{
    uint8_t hash[KF_TOKEN_HASH_BYTES];
    kf_db_res_t *res;

    KF_TRY(kf_token_hash(hash, KF_TOKEN_RESET, token, p));
    KF_TRY(KF_DB_ONCE(&res, flow->db, &kf_account_reset_view, p, KF_BYTES(hash, sizeof(hash))));
    *json = kf_db_json(res, 0, 0);
    return *json ? NULL : kf_err(p, KF_E_TOKEN_WRONG, "This link is no longer valid.");
}

kf_err_t *kf_flow_reset_password(const char **json, const kf_flow_t *flow, kf_visit_t *visit,
                                 const kf_reset_wish_t *wish, apr_pool_t *p)
{
    uint8_t token_hash[KF_TOKEN_HASH_BYTES];
    char hash[KF_PASSWORD_HASH_CHARS + 1];
    kf_link_view_t view;
    kf_db_res_t *res;
    const char *from;

    KF_TRY(kf_token_hash(token_hash, KF_TOKEN_RESET, wish->token, p));
    KF_TRY(new_password(hash, &view, flow, KF_TOKEN_RESET, wish, p));
    KF_TRY(kf_visit_json(&from, visit, p));
    KF_TRY(KF_DB_ONCE(&res, flow->db, &kf_account_password_reset, p, KF_BYTES(token_hash, sizeof(token_hash)),
                      KF_TEXT(hash), KF_BOOL(wish->end_keys), KF_TEXT(from)));
    *json = kf_db_json(res, 0, 0);
    return kf_device_remember(flow, visit, view.email, p);
}

kf_err_t *kf_flow_accept_invitation(const kf_flow_t *flow, kf_visit_t *visit, const kf_accept_wish_t *wish,
                                    apr_pool_t *p)
{
    uint8_t token_hash[KF_TOKEN_HASH_BYTES];
    char hash[KF_PASSWORD_HASH_CHARS + 1];
    const kf_reset_wish_t chosen = {wish->token, wish->password, false};
    const char *json, *name;
    kf_err_t *bad = NULL;
    kf_link_view_t view;
    kf_db_res_t *res;
    kf_buf_t buf;

    KF_TRY(kf_token_hash(token_hash, KF_TOKEN_INVITE, wish->token, p));
    kf_err_add(&bad, kf_validate_name(&name, "name", wish->name, p));
    kf_err_add(&bad, bad ? kf_password_check(flow->passwords, "password", wish->password, NULL, p)
                         : new_password(hash, &view, flow, KF_TOKEN_INVITE, &chosen, p));
    if (bad) {
        return bad;
    }
    KF_TRY(kf_visit_json(&json, visit, p));
    kf_buf_init(&buf, p, 256, DOC_BYTES);
    kf_json_open(&buf, '{');
    kf_json_str(&buf, "name", name);
    kf_json_str(&buf, "password_hash", hash);
    kf_json_close(&buf, '}');
    KF_TRY(kf_buf_check(&buf, "person", p));
    return KF_DB_ONCE(&res, flow->db, &kf_account_staff_accept, p, KF_BYTES(token_hash, sizeof(token_hash)),
                      KF_TEXT(kf_buf_text(&buf)), KF_TEXT(json));
}

kf_err_t *kf_flow_refuse_invitation(const kf_flow_t *flow, kf_visit_t *visit, const char *token, apr_pool_t *p)
{
    uint8_t hash[KF_TOKEN_HASH_BYTES];
    kf_db_res_t *res;
    const char *json;

    KF_TRY(kf_token_hash(hash, KF_TOKEN_INVITE, token, p));
    KF_TRY(kf_visit_json(&json, visit, p));
    return KF_DB_ONCE(&res, flow->db, &kf_account_staff_refuse, p, KF_BYTES(hash, sizeof(hash)), KF_TEXT(json));
}
