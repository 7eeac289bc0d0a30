#include "flow/person/sessions.h"

#include <string.h>

#include "crypto/sealed.h"
#include "crypto/totp.h"
#include "flow/person/accounts_int.h"
#include "json/encode.h"

#define DOC_BYTES 4096
#define TICKET_PLACE "-/login/ticket/-"
#define RECOVERY_HEX (2 * KF_RECOVERY_HASH_BYTES)

/*
 * The contents of a ticket, sealed: the password was right. It ends when that password changes. It holds the
 * id of the session that it opens, so using it twice is detected.
 */
typedef struct {
    kf_uuid_t tenant, staff, session;
    int64_t until;                 /* epoch seconds */
    uint8_t of[KF_SHA256_BYTES];   /* of the password's hash */
} ticket_t;

/* One sign-in in progress. */
typedef struct {
    const kf_flow_t *flow;
    kf_visit_t *visit;
    const kf_uuid_t *only;         /* people of this business, or NULL */
    kf_tries_t tries;
    kf_staff_row_t row;
    bool found;
    const char *visit_json;
    const char *rehash;            /* the password's hash made anew, or NULL */
    kf_uuid_t session;             /* to be opened */
    bool by_ticket;
    int64_t step;                  /* of the app's code, or 0 */
    char recovery[RECOVERY_HEX + 1]; /* hash of the recovery code, or "" */
} attempt_t;

static kf_err_t *wrong(apr_pool_t *p)
{
    return kf_err(p, KF_E_CREDENTIALS, "The email or the password is not right.");
}

static kf_err_t *ticket_over(apr_pool_t *p)
{
    return kf_err_field(p, KF_E_CREDENTIALS, "ticket",
                        "The ticket has expired or was used: start again with the email and the password.");
}

/* Logs a failure in the account's audit log. Without an account it writes as much elsewhere, because on a busy
 * machine each database round trip is a delay that could be measured. */
static kf_err_t *note_failure(const attempt_t *a, kf_err_t *refusal, apr_pool_t *p)
{
    kf_db_res_t *res;

    if (a->found) {
        KF_TRY(KF_DB_ONCE(&res, a->flow->db, &kf_account_login_failed, p, KF_UUID(&a->row.tenant),
                          KF_UUID(&a->row.staff), KF_TEXT(a->visit_json)));
    } else {
        KF_TRY(KF_DB_ONCE(&res, a->flow->db, &kf_account_login_unknown, p,
                          KF_BYTES(a->tries.account, sizeof(a->tries.account))));
    }
    return refusal;
}

static kf_err_t *ticket_of(ticket_t *out, const attempt_t *a, apr_pool_t *p)
{
    kf_bytes_t hash = KF_BYTES_STR(a->row.password_hash);

    memset(out, 0, sizeof(*out));
    out->tenant = a->row.tenant;
    out->staff = a->row.staff;
    out->session = a->session;
    out->until = kf_instant_now() / KF_SECOND + KF_TICKET_S;
    return kf_sha256(out->of, &hash, 1, p);
}

static bool is_foreign(const attempt_t *a)
{
    return a->only && !kf_uuid_equal(a->only, &a->row.tenant);
}

static kf_err_t *open_ticket(attempt_t *a, const char *text, apr_pool_t *p)
{
    ticket_t ticket, fresh;
    const char *plain;
    kf_err_t *err;
    size_t len;

    if (kf_unseal(&plain, &len, a->flow->keys, TICKET_PLACE, text, p) || len != sizeof(ticket)) {
        return ticket_over(p);
    }
    memcpy(&ticket, plain, sizeof(ticket));
    err = kf_account_own(&a->row, a->flow, &(kf_member_t){.tenant = ticket.tenant, .staff = ticket.staff}, p);
    if (err) {
        return err->code == KF_E_UNAUTHORIZED ? ticket_over(p) : err;
    }
    a->found = a->by_ticket = true;
    a->session = ticket.session;
    KF_TRY(ticket_of(&fresh, a, p));
    KF_TRY(kf_tries_count(&a->tries, a->flow, a->visit, KF_TRIES_LOGIN, a->row.email, p));
    if (is_foreign(a) || ticket.until < fresh.until - KF_TICKET_S
        || !kf_equal_secret(ticket.of, sizeof(ticket.of), fresh.of, sizeof(fresh.of))) {
        return ticket_over(p);
    }
    return NULL;
}

/* Whether an account may be signed in to with its password at all. */
static const char *hash_to_try(const attempt_t *a)
{
    bool may = a->found && (!strcmp(a->row.state, "active") || !strcmp(a->row.state, "unverified"));

    return may && !is_foreign(a) ? a->row.password_hash : NULL;
}

static kf_err_t *judge_password(attempt_t *a, const char *typed, const char *password, apr_pool_t *p)
{
    const char *email = kf_account_email(typed, p), *text = password ? password : "";
    bool match;

    KF_TRY(kf_tries_count(&a->tries, a->flow, a->visit, KF_TRIES_LOGIN, email, p));
    KF_TRY(kf_account_find(&a->found, &a->row, a->flow, email, p));
    KF_TRY(kf_password_verify(&match, a->flow->passwords, text, hash_to_try(a), p));
    if (!match) {
        return note_failure(a, wrong(p), p);
    }
    if (!strcmp(a->row.state, "unverified")) {
        KF_TRY(kf_tries_give_back(a->flow, &a->tries, false, p));
        return kf_err(p, KF_E_NOT_VERIFIED, "First follow the link in the mail that was sent to this address.");
    }
    if (kf_password_needs_rehash(a->flow->passwords, a->row.password_hash)) {
        char *hash = apr_palloc(p, KF_PASSWORD_HASH_CHARS + 1);

        KF_TRY(kf_password_hash(hash, a->flow->passwords, text, p));
        a->rehash = hash;
    }
    return NULL;
}

static kf_err_t *wrong_code(const attempt_t *a, apr_pool_t *p)
{
    return note_failure(a, kf_err_field(p, KF_E_SECOND_FACTOR, "code", "This code is wrong or was already used."),
                        p);
}

/* A code of the app, or else a recovery code; the database decides whether it was used already. */
static kf_err_t *judge_code(attempt_t *a, const char *code, apr_pool_t *p)
{
    uint8_t secret[KF_TOTP_SECRET_BYTES], hash[KF_RECOVERY_HASH_BYTES];
    kf_err_t *err;
    bool shaped;

    KF_TRY(kf_account_totp(secret, sizeof(secret), a->flow, &a->row, p));
    err = kf_totp_check(&a->step, secret, code, kf_instant_now() / KF_SECOND, a->row.totp_last_step, p);
    kf_wipe(secret, sizeof(secret));
    if (err || a->step) {
        return err;
    }
    KF_TRY(kf_recovery_hash(hash, &shaped, code, p));
    if (!shaped) {
        return wrong_code(a, p);
    }
    kf_hex_write(a->recovery, hash, sizeof(hash));
    return NULL;
}

/* The second factor, if it is on: a right code, or a ticket if no code was given. */
static kf_err_t *judge_factor(attempt_t *a, const char **ticket, const kf_login_wish_t *wish, apr_pool_t *p)
{
    ticket_t fresh;

    if (!a->row.totp_on) {
        return NULL;
    }
    if (wish->code && *wish->code) {
        *ticket = wish->ticket;
        return judge_code(a, wish->code, p);
    }
    KF_TRY(kf_tries_give_back(a->flow, &a->tries, false, p));
    *ticket = wish->ticket;
    if (!wish->ticket || !*wish->ticket) {
        KF_TRY(ticket_of(&fresh, a, p));
        KF_TRY(kf_seal(ticket, a->flow->keys, TICKET_PLACE, &fresh, sizeof(fresh), p));
    }
    return kf_err(p, KF_E_SECOND_FACTOR, "A code from the authenticator app or a recovery code is needed.");
}

static kf_err_t *session_doc(const char **out, const attempt_t *a, apr_pool_t *p)
{
    kf_buf_t buf;

    kf_buf_init(&buf, p, 512, DOC_BYTES);
    kf_buf_bytes(&buf, a->visit_json, strlen(a->visit_json) - 1); /* without its last brace */
    if (a->step) {
        kf_json_int(&buf, "step", a->step);
    }
    if (*a->recovery) {
        kf_json_str(&buf, "code", a->recovery);
    }
    if (a->rehash) {
        kf_json_str(&buf, "password_hash", a->rehash);
    }
    kf_json_close(&buf, '}');
    *out = kf_buf_text(&buf);
    return kf_buf_check(&buf, "session", p);
}

static void fill_person(kf_person_t *out, const kf_staff_row_t *row)
{
    out->tenant = row->tenant;
    out->staff = row->staff;
    out->owner = !strcmp(row->role, "owner");
    out->second_factor = row->totp_on;
    out->suspended = row->suspended;
    out->name = row->name;
    out->email = row->email;
    out->language = row->language;
}

/* Turns the database's refusal of the sign-in into an error about the field that the client sent. */
static kf_err_t *not_opened(const attempt_t *a, kf_err_t *err, apr_pool_t *p)
{
    if (err->code == KF_E_SECOND_FACTOR) {
        return wrong_code(a, p);
    }
    return err->code == KF_E_CREDENTIALS && a->by_ticket ? ticket_over(p) : err;
}

static kf_err_t *open_session(kf_login_t *out, attempt_t *a, apr_pool_t *p)
{
    uint8_t hash[KF_TOKEN_HASH_BYTES];
    const char *doc;
    kf_db_res_t *res;
    kf_err_t *err;

    KF_TRY(session_doc(&doc, a, p));
    out->session.session = a->session;
    KF_TRY(kf_token_make(out->token, p));
    KF_TRY(kf_token_hash(hash, KF_TOKEN_SESSION, out->token, p));
    KF_TRY(kf_session_csrf(out->session.csrf, out->token, p));
    err = KF_DB_ONCE(&res, a->flow->db, &kf_account_session_create, p, KF_UUID(&a->row.tenant),
                     KF_UUID(&a->row.staff), KF_UUID(&out->session.session), KF_BYTES(hash, sizeof(hash)),
                     KF_TEXT(a->row.password_hash), KF_TEXT(doc));
    if (err) {
        kf_wipe(out->token, sizeof(out->token));
        return not_opened(a, err, p);
    }
    out->codes_left = kf_db_isnull(res, 0, 0) ? -1 : (int)kf_db_int(res, 0, 0);
    fill_person(&out->session.person, &a->row);
    return NULL;
}

kf_err_t *kf_flow_login(kf_login_t *out, const kf_flow_t *flow, kf_visit_t *visit, const kf_login_wish_t *wish,
                        apr_pool_t *p)
{
    attempt_t a = {.flow = flow, .visit = visit, .only = wish->tenant};
    kf_err_t *err;

    memset(out, 0, sizeof(*out));
    out->codes_left = -1;
    KF_TRY(kf_visit_json(&a.visit_json, visit, p));
    KF_TRY(kf_uuid_timed(&a.session, kf_instant_now() / 1000, p));
    KF_TRY(wish->ticket && *wish->ticket ? open_ticket(&a, wish->ticket, p)
                                         : judge_password(&a, wish->email, wish->password, p));
    err = judge_factor(&a, &out->ticket, wish, p);
    err = err ? err : open_session(out, &a, p);
    if (!err || err->code != KF_E_SECOND_FACTOR) {
        out->ticket = NULL; /* only a client that is asked for a code needs it */
    }
    KF_TRY(err);
    KF_TRY(kf_device_remember(flow, visit, a.row.email, p));
    return kf_tries_give_back(flow, &a.tries, true, p);
}

kf_err_t *kf_flow_password_check(kf_person_t *out, const kf_flow_t *flow, kf_visit_t *visit, const char *email,
                                 const char *password, apr_pool_t *p)
{
    attempt_t a = {.flow = flow, .visit = visit};

    KF_TRY(kf_visit_json(&a.visit_json, visit, p));
    KF_TRY(judge_password(&a, email, password, p));
    KF_TRY(kf_tries_give_back(flow, &a.tries, !a.row.totp_on, p));
    if (a.row.totp_on) {
        return kf_err(p, KF_E_SECOND_FACTOR, "This account has a second factor: use an API key.");
    }
    fill_person(out, &a.row);
    return NULL;
}
