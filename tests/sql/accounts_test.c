/* Account operations against a real server with the schema. KF_TEST_DATABASE is a conninfo of the application's
 * role, on a database whose clock can be shifted. KF_SRCDIR has conf/common-passwords.txt. */
#include <apr_strings.h>
#include <apr_time.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "accounts_test.h"
#include "crypto/sealed.h"
#include "database_test.h"
#include "db/conn.h"
#include "flow/operator/rekey.h"
#include "flow/person/accounts_int.h"
#include "flow/person/second_factor.h"
#include "flow/person/staff.h"

#define COST 4 /* fast: the tests do not depend on it */

static const kf_stmt_t mail_find = {
    "test_mail_find",
    "SELECT mail_id, secret_sealed, tenant_id FROM kf.mail WHERE to_address = $1::text AND kind = $2::text ORDER BY created_at DESC, mail_id DESC",
    2, 0};
static const kf_stmt_t tenant_set = {
    "test_tenant_set",
    "SELECT kf.links_make(100), set_config('kf.tenant', coalesce((SELECT tenant_id FROM kf.staff_find($1::text))::text,"
    " current_setting('kf.tenant')), false)",
    1, 0};
static const kf_stmt_t shift = {"test_shift", "SELECT kf.clock_shift($1::bigint)", 1, 0};

/* Lines of key files. */
#define KEY1 "k1 h4Jk0vQx9TzYw2Lr8sNc5Bf1Gd7Pm3Aq6Ue0XiVtRoE=\n"
#define KEY2 "k2 Zt7RfWq2Lb9Xc4Vn8Ms1Kj6Hg3Fd5Sa0PoIuYtReWqE=\n"

kf_db_t *db;
kf_flow_t flow;
kf_visit_t visit;

static void setup(void)
{
    kf_test_setup();
    memset(&flow, 0, sizeof(flow));
    ck_ok(kf_db_connect(&db, getenv("KF_TEST_DATABASE"), kf_test_pool));
    flow.db = kf_db_single_source(db, kf_test_pool);
    ck_ok(kf_keyring_parse(&flow.keys, KEY1, strlen(KEY1), kf_test_pool));
    ck_ok(kf_password_list_load(&flow.passwords, KF_SRCDIR "/conf/common-passwords.txt", COST, kf_test_pool));
    /* an address for each test, which is a process: attempts are counted */
    visit = (kf_visit_t){.ip = apr_psprintf(kf_test_pool, "10.0.%d.%d", getpid() >> 8 & 255, getpid() & 255),
                         .user_agent = "test",
                         .request_id = "r"};
}

void later(int seconds)
{
    kf_db_res_t *res;

    ck_ok(KF_DB_EXEC(&res, db, &shift, kf_test_pool, KF_INT8(seconds)));
}

/* The number of mails of a kind to an address from its own business (for an invited address: from the latest
 * business), and the token in the last one's link. */
static int mails(char token[KF_TOKEN_CHARS + 1], const char *email, const char *kind)
{
    const char *plain;
    kf_db_res_t *res;
    kf_uuid_t mail, tenant;
    size_t len;

    ck_ok(KF_DB_EXEC(&res, db, &tenant_set, kf_test_pool, KF_TEXT(email)));
    ck_ok(KF_DB_EXEC(&res, db, &mail_find, kf_test_pool, KF_TEXT(email), KF_TEXT(kind)));
    if (token) {
        ck_assert_int_gt(kf_db_rows(res), 0);
        mail = kf_db_uuid(res, 0, 0);
        tenant = kf_db_uuid(res, 0, 2);
        ck_ok(kf_unseal(&plain, &len, flow.keys,
                        apr_pstrcat(kf_test_pool, kf_uuid_text(&tenant, kf_test_pool), "/mail/secret/",
                                    kf_uuid_text(&mail, kf_test_pool), NULL),
                        kf_db_text(res, 0, 1), kf_test_pool));
        ck_assert_uint_eq(len, KF_TOKEN_CHARS);
        memcpy(token, plain, KF_TOKEN_CHARS + 1);
    }
    return kf_db_rows(res);
}

void registered(const char *email)
{
    const kf_register_wish_t wish = {"Clínica de prueba", email, PASSWORD, "es"};

    ck_ok(kf_flow_register(&flow, &visit, &wish, kf_test_pool));
}

void verified(const char *email)
{
    char token[KF_TOKEN_CHARS + 1];

    registered(email);
    mails(token, email, "verify");
    ck_ok(kf_flow_verify_email(&flow, &visit, token, PASSWORD, kf_test_pool));
}

static kf_err_t *reset(const char *token, const char *password)
{
    const kf_reset_wish_t wish = {token, password, false};
    const char *json;

    return kf_flow_reset_password(&json, &flow, &visit, &wish, kf_test_pool);
}

kf_err_t *login(kf_login_t *out, const char *email, const char *password)
{
    const kf_login_wish_t wish = {.email = email, .password = password};

    return kf_flow_login(out, &flow, &visit, &wish, kf_test_pool);
}

static kf_err_t *login_code(kf_login_t *out, const char *ticket, const char *code)
{
    const kf_login_wish_t wish = {.ticket = ticket, .code = code};

    return kf_flow_login(out, &flow, &visit, &wish, kf_test_pool);
}

static kf_member_t member_of(const kf_login_t *in)
{
    return (kf_member_t){.tenant = in->session.person.tenant, .staff = in->session.person.staff,
                         .session = in->session.session, .name = in->session.person.email, .visit = &visit};
}

START_TEST(from_registration_to_a_sign_in_and_out)
{
    char token[KF_TOKEN_CHARS + 1];
    kf_link_view_t view;
    kf_login_t in, again;
    kf_session_t used;
    kf_member_t member;

    registered("Ana@Uno.example");
    ck_fails(login(&in, "ana@uno.example", PASSWORD), KF_E_NOT_VERIFIED);
    ck_fails(login(&in, "ana@uno.example", OTHER), KF_E_CREDENTIALS);
    mails(token, "ana@uno.example", "verify");
    ck_ok(kf_flow_link_look(&view, &flow, KF_TOKEN_VERIFY, token, kf_test_pool));
    ck_assert_str_eq(view.business, "Clínica de prueba");
    ck_fails(reset(token, OTHER), KF_E_TOKEN_WRONG);
    ck_fails(kf_flow_verify_email(&flow, &visit, token, OTHER, kf_test_pool), KF_E_CREDENTIALS);
    ck_ok(kf_flow_verify_email(&flow, &visit, token, PASSWORD, kf_test_pool));
    ck_fails(kf_flow_verify_email(&flow, &visit, token, PASSWORD, kf_test_pool), KF_E_TOKEN_WRONG);
    ck_fails(kf_flow_link_look(&view, &flow, KF_TOKEN_VERIFY, token, kf_test_pool), KF_E_TOKEN_WRONG);
    ck_ok(login(&in, " ANA@uno.example ", PASSWORD));
    ck_ok(login(&again, "ana@uno.example", PASSWORD));
    ck_assert_str_ne(in.token, again.token);
    ck_ok(kf_flow_session_use(&used, &flow, in.token, kf_test_pool));
    ck_assert(used.person.owner && !used.person.suspended);
    ck_assert_str_eq(used.person.email, "ana@uno.example");
    ck_assert_str_eq(used.csrf, in.session.csrf);
    ck_assert(kf_session_csrf_ok(&used, in.session.csrf));
    ck_assert(!kf_session_csrf_ok(&used, again.session.csrf));
    ck_assert(!kf_session_csrf_ok(&used, "") && !kf_session_csrf_ok(&used, NULL));
    member = member_of(&in);
    ck_ok(kf_flow_logout(&flow, &member, kf_test_pool));
    ck_fails(kf_flow_session_use(&used, &flow, in.token, kf_test_pool), KF_E_UNAUTHORIZED);
    ck_ok(kf_flow_session_revoke(&flow, &member, &again.session.session, kf_test_pool));
    ck_fails(kf_flow_session_use(&used, &flow, again.token, kf_test_pool), KF_E_UNAUTHORIZED);
    ck_fails(kf_flow_session_use(&used, &flow, "x", kf_test_pool), KF_E_UNAUTHORIZED);
}
END_TEST

START_TEST(every_bad_field_is_told_at_once)
{
    const kf_register_wish_t wish = {"", "nobody", "password", "es"};
    kf_err_t *err = kf_flow_register(&flow, &visit, &wish, kf_test_pool);

    ck_assert(err && err->next && err->next->next && !err->next->next->next);
    ck_assert_str_eq(err->field, "business");
    ck_assert_str_eq(err->next->field, "email");
    ck_assert_str_eq(err->next->next->field, "password");
}
END_TEST

START_TEST(a_known_address_registers_like_a_new_one)
{
    const kf_register_wish_t wish = {"Otra", "BEA@dos.example", OTHER, "es"};
    kf_login_t in;

    registered("bea@dos.example");
    registered("bea@dos.example"); /* not verified yet: the last one counts */
    ck_assert_int_eq(mails(NULL, "bea@dos.example", "verify"), 2);
    later(901);
    verified("bea@dos.example");
    ck_ok(kf_flow_register(&flow, &visit, &wish, kf_test_pool));
    ck_assert_int_eq(mails(NULL, "bea@dos.example", "already_registered"), 1);
    ck_ok(login(&in, "bea@dos.example", PASSWORD));
    ck_fails(login(&in, "bea@dos.example", OTHER), KF_E_CREDENTIALS);
}
END_TEST

START_TEST(the_sixth_try_waits)
{
    kf_session_t used;
    kf_login_t in, out;

    verified("eva@tres.example");
    ck_ok(login(&in, "eva@tres.example", PASSWORD));
    for (int i = 0; i < 5; i++) {
        ck_fails(login(&out, "eva@tres.example", OTHER), KF_E_CREDENTIALS);
    }
    ck_fails(login(&out, "eva@tres.example", PASSWORD), KF_E_RATE_LIMITED);
    ck_assert(visit.retry_after_s > 890 && visit.retry_after_s <= 900);
    visit.ip = "198.51.100.1";
    ck_fails(login(&out, "EVA@tres.example", PASSWORD), KF_E_RATE_LIMITED);
    ck_ok(kf_flow_session_use(&used, &flow, in.token, kf_test_pool));
    later(901);
    ck_ok(login(&out, "eva@tres.example", PASSWORD));
    for (int i = 0; i < 5; i++) {
        ck_fails(login(&out, "nobody@tres.example", OTHER), KF_E_CREDENTIALS);
    }
    ck_fails(login(&out, "nobody@tres.example", OTHER), KF_E_RATE_LIMITED); /* known or not */
}
END_TEST

START_TEST(a_new_password_ends_what_was_before)
{
    char token[KF_TOKEN_CHARS + 1];
    kf_session_t used;
    kf_member_t member;
    kf_login_t a, b;

    verified("caro@cuatro.example");
    ck_ok(login(&a, "caro@cuatro.example", PASSWORD));
    ck_ok(login(&b, "caro@cuatro.example", PASSWORD));
    member = member_of(&a);
    ck_fails(kf_flow_change_password(&flow, &member, OTHER, OTHER, kf_test_pool), KF_E_CREDENTIALS);
    ck_fails(kf_flow_change_password(&flow, &member, PASSWORD, "password1", kf_test_pool), KF_E_INVALID);
    ck_ok(kf_flow_change_password(&flow, &member, PASSWORD, OTHER, kf_test_pool));
    ck_ok(kf_flow_session_use(&used, &flow, a.token, kf_test_pool));
    ck_fails(kf_flow_session_use(&used, &flow, b.token, kf_test_pool), KF_E_UNAUTHORIZED);
    ck_fails(login(&b, "caro@cuatro.example", PASSWORD), KF_E_CREDENTIALS);
    ck_ok(kf_flow_forgot_password(&flow, &visit, "caro@cuatro.example", kf_test_pool));
    ck_ok(kf_flow_forgot_password(&flow, &visit, "who@cuatro.example", kf_test_pool));
    mails(token, "caro@cuatro.example", "reset");
    ck_fails(reset(token, "corta"), KF_E_INVALID);
    ck_ok(reset(token, PASSWORD));
    ck_fails(reset(token, PASSWORD), KF_E_TOKEN_WRONG);
    ck_fails(kf_flow_session_use(&used, &flow, a.token, kf_test_pool), KF_E_UNAUTHORIZED);
    ck_ok(login(&a, "caro@cuatro.example", PASSWORD));
    ck_assert_int_eq(mails(NULL, "caro@cuatro.example", "password_changed"), 2);
}
END_TEST

/* The app's code, `steps` from now. */
static const char *app_code(const kf_member_t *member, int steps)
{
    uint8_t secret[KF_TOTP_SECRET_BYTES];
    kf_staff_row_t row;
    char *code = apr_palloc(kf_test_pool, KF_TOTP_DIGITS + 1);
    int64_t now = kf_instant_now() / KF_SECOND / KF_TOTP_STEP_S;

    ck_ok(kf_account_own(&row, &flow, member, kf_test_pool));
    ck_ok(kf_account_totp(secret, sizeof(secret), &flow, &row, kf_test_pool));
    ck_ok(kf_hotp_code(code, secret, sizeof(secret), (uint64_t)(now + steps), kf_test_pool));
    return code;
}

/* The ticket of a person who has entered the password. */
static const char *ticket(const char *email, const char *password)
{
    kf_login_t out;
    kf_err_t *err = login(&out, email, password);

    ck_assert(err && err->code == KF_E_SECOND_FACTOR && !err->field && out.ticket);
    return out.ticket;
}

/* The same ticket, issued five minutes and a second earlier. */
static const char *older(const char *text)
{
    const char *plain, *out;
    char bytes[256];
    int64_t until;
    size_t len;

    ck_ok(kf_unseal(&plain, &len, flow.keys, "-/login/ticket/-", text, kf_test_pool));
    ck_assert_uint_lt(len, sizeof(bytes));
    memcpy(bytes, plain, len);
    memcpy(&until, bytes + 3 * sizeof(kf_uuid_t), sizeof(until));
    ck_assert_int_le(llabs((long long)(until - apr_time_sec(apr_time_now()) - KF_TICKET_S)), 60);
    until -= KF_TICKET_S + 1;
    memcpy(bytes + 3 * sizeof(kf_uuid_t), &until, sizeof(until));
    ck_ok(kf_seal(&out, flow.keys, "-/login/ticket/-", bytes, len, kf_test_pool));
    return out;
}

static void fails_as_over(const char *text, const char *code)
{
    kf_login_t in;
    kf_err_t *err = login_code(&in, text, code);

    ck_assert(err && err->code == KF_E_CREDENTIALS && err->field && !strcmp(err->field, "ticket"));
}

START_TEST(a_second_factor)
{
    kf_recovery_t codes, more;
    kf_totp_begun_t begun;
    kf_member_t member;
    const char *text;
    kf_login_t in, out;
    kf_person_t person;
    kf_err_t *err;

    verified("dora@cinco.example");
    ck_ok(login(&in, "dora@cinco.example", PASSWORD));
    member = member_of(&in);
    ck_fails(kf_flow_totp_begin(&begun, &flow, &member, OTHER, kf_test_pool), KF_E_CREDENTIALS);
    ck_fails(kf_flow_totp_confirm(&codes, &flow, &member, "123456", kf_test_pool), KF_E_CONFLICT);
    ck_ok(kf_flow_totp_begin(&begun, &flow, &member, PASSWORD, kf_test_pool));
    ck_assert(strstr(begun.url, begun.secret) != NULL);
    ck_fails(kf_flow_totp_confirm(&codes, &flow, &member, "", kf_test_pool), KF_E_SECOND_FACTOR);
    ck_ok(kf_flow_totp_confirm(&codes, &flow, &member, app_code(&member, -1), kf_test_pool));
    ck_fails(kf_flow_password_check(&person, &flow, &visit, "dora@cinco.example", PASSWORD, kf_test_pool),
             KF_E_SECOND_FACTOR);
    ck_fails(login(&out, "dora@cinco.example", OTHER), KF_E_CREDENTIALS);
    text = ticket("dora@cinco.example", PASSWORD);
    err = login_code(&in, text, app_code(&member, -1));
    ck_assert(err && err->code == KF_E_SECOND_FACTOR && err->field); /* that sign-in confirmed the factor */
    ck_ok(login_code(&in, text, app_code(&member, 0)));
    ck_assert(in.session.person.second_factor && in.codes_left == -1);
    fails_as_over(text, codes.codes[3]); /* used */
    text = ticket("dora@cinco.example", PASSWORD);
    ck_fails(login_code(&in, text, app_code(&member, 0)), KF_E_SECOND_FACTOR);
    ck_ok(login_code(&in, text, codes.codes[3]));
    ck_assert_int_eq(in.codes_left, KF_RECOVERY_CODES - 1);
    text = ticket("dora@cinco.example", PASSWORD);
    ck_fails(login_code(&in, text, codes.codes[3]), KF_E_SECOND_FACTOR);
    fails_as_over("v1.k1.x.y.z", codes.codes[4]);
    fails_as_over(older(text), codes.codes[4]);
    ck_ok(kf_flow_recovery_codes(&more, &flow, &member, PASSWORD, kf_test_pool));
    ck_fails(login_code(&in, text, codes.codes[4]), KF_E_SECOND_FACTOR);
    ck_ok(login_code(&in, text, more.codes[4]));
    text = ticket("dora@cinco.example", PASSWORD);
    ck_ok(kf_flow_change_password(&flow, &member, PASSWORD, OTHER, kf_test_pool));
    fails_as_over(text, more.codes[5]); /* a ticket ends with its password */
    ck_ok(kf_flow_totp_disable(&flow, &member, OTHER, kf_test_pool));
    ck_ok(login(&in, "dora@cinco.example", OTHER));
    ck_assert_int_eq(mails(NULL, "dora@cinco.example", "totp_changed"), 2);
}
END_TEST

START_TEST(codes_are_tried_five_times)
{
    kf_recovery_t codes;
    kf_totp_begun_t begun;
    kf_member_t member;
    kf_login_t in, out;

    verified("flor@seis.example");
    ck_ok(login(&in, "flor@seis.example", PASSWORD));
    member = member_of(&in);
    ck_ok(kf_flow_totp_begin(&begun, &flow, &member, PASSWORD, kf_test_pool));
    ck_ok(kf_flow_totp_confirm(&codes, &flow, &member, app_code(&member, -1), kf_test_pool));
    ck_fails(login(&out, "flor@seis.example", PASSWORD), KF_E_SECOND_FACTOR);
    for (int i = 0; i < 5; i++) {
        ck_fails(login(&in, "flor@seis.example", PASSWORD), KF_E_SECOND_FACTOR); /* does not reset the failures */
        ck_fails(login_code(&in, out.ticket, "000-000"), KF_E_SECOND_FACTOR);
    }
    ck_fails(login_code(&in, out.ticket, app_code(&member, 0)), KF_E_RATE_LIMITED);
}
END_TEST

START_TEST(keys_are_rotated_under_an_app_and_a_mail)
{
    const kf_keyring_t *both, *later_one;
    char token[KF_TOKEN_CHARS + 1];
    kf_recovery_t codes;
    kf_totp_begun_t begun;
    kf_rekeyed_t done = {0};
    kf_member_t member;
    kf_login_t in, out;

    verified("ines@nueve.example");
    ck_ok(login(&in, "ines@nueve.example", PASSWORD));
    member = member_of(&in);
    ck_ok(kf_flow_totp_begin(&begun, &flow, &member, PASSWORD, kf_test_pool));
    ck_ok(kf_flow_totp_confirm(&codes, &flow, &member, app_code(&member, -1), kf_test_pool));
    ck_ok(kf_flow_forgot_password(&flow, &visit, "ines@nueve.example", kf_test_pool));
    ck_ok(kf_keyring_parse(&both, KEY2 KEY1, strlen(KEY2 KEY1), kf_test_pool));
    ck_ok(kf_keyring_parse(&later_one, KEY2, strlen(KEY2), kf_test_pool));
    ck_ok(kf_flow_rekey(&done, both, db, kf_test_pool));
    ck_assert_int_ge(done.resealed, 3); /* the app's secret and two mails at least */
    ck_assert_int_eq(done.unreadable + done.changed, 0);
    flow.keys = later_one;
    ck_fails(login(&out, "ines@nueve.example", PASSWORD), KF_E_SECOND_FACTOR);
    ck_ok(login_code(&in, out.ticket, app_code(&member, 0)));
    mails(token, "ines@nueve.example", "reset");
    ck_ok(reset(token, OTHER));
}
END_TEST

/* The id of a document. */
static kf_uuid_t id_of(const char *json)
{
    const char *at = strstr(json, "\"id\": \"");
    kf_uuid_t id;

    ck_assert(at != NULL && kf_uuid_read(&id, at + 7, KF_UUID_CHARS));
    return id;
}

START_TEST(people_and_keys)
{
    const char *const scopes[] = {"bookings:read", NULL}, *const none[] = {"everything", NULL};
    const kf_invite_wish_t invite = {"gil@siete.example", "Gil", "staff", NULL};
    const kf_staff_change_t demote = {.role = "staff", .enabled = -1}, promote = {.role = "owner", .enabled = -1},
                            out_with = {.enabled = 0};
    kf_accept_wish_t accept = {.name = "Gil Paz", .password = OTHER};
    char token[KF_TOKEN_CHARS + 1], key[KF_API_KEY_CHARS + 1];
    kf_member_t member;
    kf_api_key_t used;
    kf_session_t session;
    kf_login_t owner, in;
    const char *json;
    kf_uuid_t gil, id;

    verified("hugo@siete.example");
    ck_ok(login(&owner, "hugo@siete.example", PASSWORD));
    member = member_of(&owner);
    ck_ok(kf_flow_staff_invite(&json, &flow, &member, &invite, kf_test_pool));
    gil = id_of(json);
    mails(token, "gil@siete.example", "invite");
    ck_fails(login(&in, "gil@siete.example", OTHER), KF_E_CREDENTIALS);
    accept.token = token;
    ck_ok(kf_flow_accept_invitation(&flow, &visit, &accept, kf_test_pool));
    ck_fails(kf_flow_accept_invitation(&flow, &visit, &accept, kf_test_pool), KF_E_TOKEN_WRONG);
    ck_ok(login(&in, "gil@siete.example", OTHER));
    ck_assert(!in.session.person.owner);
    ck_fails(kf_flow_staff_change(&json, &flow, &member, &member.staff, &demote, kf_test_pool), KF_E_CONFLICT);
    ck_ok(kf_flow_staff_change(&json, &flow, &member, &gil, &promote, kf_test_pool));
    ck_ok(kf_flow_session_use(&session, &flow, in.token, kf_test_pool));
    ck_assert(session.person.owner); /* with the next request */
    ck_ok(kf_flow_staff_change(&json, &flow, &member, &gil, &out_with, kf_test_pool));
    ck_fails(kf_flow_session_use(&session, &flow, in.token, kf_test_pool), KF_E_UNAUTHORIZED);
    ck_fails(login(&in, "gil@siete.example", OTHER), KF_E_CREDENTIALS);
    ck_fails(kf_flow_api_key_create(key, &json, &flow, &member, &(kf_api_key_wish_t){"Web", none, 0}, kf_test_pool),
             KF_E_INVALID);
    ck_ok(kf_flow_api_key_create(key, &json, &flow, &member, &(kf_api_key_wish_t){"Web", scopes, 0}, kf_test_pool));
    id = id_of(json);
    ck_assert(!strstr(json, key + 8));
    ck_ok(kf_flow_api_key_use(&used, &flow, key, kf_test_pool));
    ck_assert_str_eq(used.scopes[0], "bookings:read");
    ck_assert(!used.scopes[1] && kf_uuid_equal(&used.tenant, &member.tenant));
    ck_fails(kf_flow_api_key_use(&used, &flow, owner.token, kf_test_pool), KF_E_UNAUTHORIZED);
    ck_fails(kf_flow_session_use(&session, &flow, key + 4, kf_test_pool), KF_E_UNAUTHORIZED);
    ck_ok(kf_flow_api_key_revoke(&flow, &member, &id, kf_test_pool));
    ck_fails(kf_flow_api_key_use(&used, &flow, key, kf_test_pool), KF_E_UNAUTHORIZED);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, from_registration_to_a_sign_in_and_out);
    tcase_add_test(tc, every_bad_field_is_told_at_once);
    tcase_add_test(tc, a_known_address_registers_like_a_new_one);
    tcase_add_test(tc, the_sixth_try_waits);
    tcase_add_test(tc, a_new_password_ends_what_was_before);
    tcase_add_test(tc, a_second_factor);
    tcase_add_test(tc, codes_are_tried_five_times);
    tcase_add_test(tc, people_and_keys);
    tcase_add_test(tc, keys_are_rotated_under_an_app_and_a_mail);
    accounts_known_add(tc);
}

int main(void)
{
    return kf_database_tests("accounts", setup, kf_test_teardown, add);
}
