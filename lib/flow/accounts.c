#include "flow/accounts.h"

#include <string.h>

#include "base/limits.h"
#include "flow/accounts_int.h"
#include "json/encode.h"
#include "text/validate.h"

#define DOC_BYTES 4096

/* What a registration comes to, once it is checked. */
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

/* Whether the operator lets anybody, or this address, register. */
static kf_err_t *check_open(const kf_flow_t *flow, const char *email, apr_pool_t *p)
{
    const char *at = strrchr(email, '@');

    if (flow->registration && !strcmp(flow->registration, "closed")) {
        return kf_err(p, KF_E_NO_REGISTRATION, "Registration is closed: ask whoever runs this server for an account.");
    }
    if (flow->registration_domains && !is_listed(flow->registration_domains, at ? at + 1 : email)) {
        return kf_err(p, KF_E_NO_REGISTRATION, "Only addresses of these domains may register: %s.",
                      flow->registration_domains);
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

/* Sends a link of the kind that the person's state wants, if any. */
static kf_err_t *send_link(const kf_flow_t *flow, const kf_staff_row_t *row, const char *purpose, apr_pool_t *p)
{
    kf_db_res_t *res;
    kf_link_t link;

    KF_TRY(kf_account_link(&link, flow, &row->tenant, purpose, p));
    return KF_ACCOUNT_EXEC(&res, flow->db, &kf_account_token_link, p, KF_UUID(&row->tenant), KF_UUID(&row->staff),
                           KF_TEXT(purpose), KF_BYTES(link.hash, sizeof(link.hash)), KF_UUID(&link.mail),
                           KF_TEXT(link.sealed));
}

static kf_err_t *put_registration(const registration_t *reg, const kf_stmt_t *stmt, const kf_uuid_t *tenant,
                                  const kf_uuid_t *staff, apr_pool_t *p)
{
    kf_db_res_t *res;
    kf_link_t link;

    KF_TRY(kf_account_link(&link, reg->flow, tenant, KF_TOKEN_VERIFY, p));
    return KF_ACCOUNT_EXEC(&res, reg->flow->db, stmt, p, KF_UUID(tenant), KF_UUID(staff), KF_TEXT(reg->doc),
                           KF_BYTES(link.hash, sizeof(link.hash)), KF_UUID(&link.mail), KF_TEXT(link.sealed),
                           KF_TEXT(reg->visit));
}

static kf_err_t *register_known(const registration_t *reg, const kf_staff_row_t *row, apr_pool_t *p)
{
    kf_db_res_t *res;

    if (!strcmp(row->state, "unverified")) {
        return put_registration(reg, &kf_account_staff_register_again, &row->tenant, &row->staff, p);
    }
    if (!strcmp(row->state, "invited")) {
        return send_link(reg->flow, row, KF_TOKEN_INVITE, p);
    }
    return KF_ACCOUNT_EXEC(&res, reg->flow->db, &kf_account_staff_known, p, KF_UUID(&row->tenant),
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

kf_err_t *kf_flow_verify_email(const kf_flow_t *flow, kf_visit_t *visit, const char *token, apr_pool_t *p)
{
    uint8_t hash[KF_TOKEN_HASH_BYTES];
    kf_db_res_t *res;
    const char *json;

    KF_TRY(kf_token_hash(hash, KF_TOKEN_VERIFY, token, p));
    KF_TRY(kf_visit_json(&json, visit, p));
    return KF_ACCOUNT_EXEC(&res, flow->db, &kf_account_staff_verify, p, KF_BYTES(hash, sizeof(hash)), KF_TEXT(json));
}

/* The link that an address asks for, by the state of its account; NULL: none. */
typedef const char *purpose_fn(const char *state);

static const char *to_verify(const char *state)
{
    return strcmp(state, "unverified") ? NULL : KF_TOKEN_VERIFY;
}

static const char *to_come_in(const char *state)
{
    if (!strcmp(state, "disabled")) {
        return NULL;
    }
    return strcmp(state, "invited") ? KF_TOKEN_RESET : KF_TOKEN_INVITE;
}

/* A link by mail for an address that somebody typed. Whoever gets none waits as long. */
static kf_err_t *ask_for_link(const kf_flow_t *flow, kf_visit_t *visit, const char *typed, purpose_fn *purpose_of,
                              apr_pool_t *p)
{
    const char *email, *purpose;
    kf_staff_row_t row;
    kf_tries_t tries;
    kf_db_res_t *res;
    bool found;

    KF_TRY(kf_validate_email(&email, "email", typed, p));
    email = kf_account_email(email, p);
    KF_TRY(kf_tries_count(&tries, flow, visit, KF_TRIES_MAIL, email, p));
    KF_TRY(kf_account_find(&found, &row, flow, email, p));
    purpose = found ? purpose_of(row.state) : NULL;
    return purpose ? send_link(flow, &row, purpose, p)
                   : KF_ACCOUNT_EXEC(&res, flow->db, &kf_account_auth_try_touch, p,
                                     KF_BYTES(tries.account, sizeof(tries.account)));
}

kf_err_t *kf_flow_resend_verification(const kf_flow_t *flow, kf_visit_t *visit, const char *email, apr_pool_t *p)
{
    return ask_for_link(flow, visit, email, to_verify, p);
}

kf_err_t *kf_flow_forgot_password(const kf_flow_t *flow, kf_visit_t *visit, const char *email, apr_pool_t *p)
{
    return ask_for_link(flow, visit, email, to_come_in, p);
}

kf_err_t *kf_flow_link_look(kf_link_view_t *out, const kf_flow_t *flow, const char *purpose, const char *token,
                            apr_pool_t *p)
{
    uint8_t hash[KF_TOKEN_HASH_BYTES];
    kf_db_res_t *res;

    KF_TRY(kf_token_hash(hash, purpose, token, p));
    KF_TRY(KF_ACCOUNT_EXEC(&res, flow->db, &kf_account_token_find, p, KF_TEXT(purpose),
                           KF_BYTES(hash, sizeof(hash))));
    if (!kf_db_rows(res)) {
        return kf_err(p, KF_E_TOKEN_WRONG, "This link is not valid any more.");
    }
    out->email = kf_db_text(res, 0, 0);
    out->business = kf_db_text(res, 0, 1);
    out->language = kf_db_text(res, 0, 2);
    return NULL;
}

/* A new password that comes with a link: the link is looked at before the work of hashing is done. */
static kf_err_t *new_password(char hash[KF_PASSWORD_HASH_CHARS + 1], const kf_flow_t *flow, const char *purpose,
                              const char *token, const char *password, apr_pool_t *p)
{
    kf_link_view_t view;
    const char *own[3] = {NULL};

    KF_TRY(kf_flow_link_look(&view, flow, purpose, token, p));
    own[0] = view.email;
    own[1] = view.business;
    KF_TRY(kf_password_check(flow->passwords, "password", password, own, p));
    return kf_password_hash(hash, flow->passwords, password, p);
}

kf_err_t *kf_flow_reset_password(const kf_flow_t *flow, kf_visit_t *visit, const char *token, const char *password,
                                 apr_pool_t *p)
{
    uint8_t token_hash[KF_TOKEN_HASH_BYTES];
    char hash[KF_PASSWORD_HASH_CHARS + 1];
    kf_db_res_t *res;
    const char *json;

    KF_TRY(kf_token_hash(token_hash, KF_TOKEN_RESET, token, p));
    KF_TRY(new_password(hash, flow, KF_TOKEN_RESET, token, password, p));
    KF_TRY(kf_visit_json(&json, visit, p));
    return KF_ACCOUNT_EXEC(&res, flow->db, &kf_account_password_reset, p, KF_BYTES(token_hash, sizeof(token_hash)),
                           KF_TEXT(hash), KF_TEXT(json));
}

kf_err_t *kf_flow_accept_invitation(const kf_flow_t *flow, kf_visit_t *visit, const kf_accept_wish_t *wish,
                                    apr_pool_t *p)
{
    uint8_t token_hash[KF_TOKEN_HASH_BYTES];
    char hash[KF_PASSWORD_HASH_CHARS + 1];
    const char *json, *name;
    kf_err_t *bad = NULL;
    kf_db_res_t *res;
    kf_buf_t buf;

    KF_TRY(kf_token_hash(token_hash, KF_TOKEN_INVITE, wish->token, p));
    kf_err_add(&bad, kf_validate_name(&name, "name", wish->name, p));
    kf_err_add(&bad, bad ? kf_password_check(flow->passwords, "password", wish->password, NULL, p)
                         : new_password(hash, flow, KF_TOKEN_INVITE, wish->token, wish->password, p));
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
    return KF_ACCOUNT_EXEC(&res, flow->db, &kf_account_staff_accept, p, KF_BYTES(token_hash, sizeof(token_hash)),
                           KF_TEXT(kf_buf_text(&buf)), KF_TEXT(json));
}
