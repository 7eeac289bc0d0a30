#include "calendar_google.h"
#include "crypto/hash.h"
#include "test.h"

Suite *kf_suite_calendar_token(void);

#define SCOPE "https://www.googleapis.com/auth/"
#define NONCE "n-0S6_WzA2Mj"
#define NOW (INT64_C(1796083200) * KF_SECOND)

/* -- answers -- */

static kf_calendar_token_t read_token(int status, const char *body, const char *nonce)
{
    kf_http_res_t res = calendar_answer(status, body);
    kf_calendar_token_t token;

    memset(&token, 0x55, sizeof(token));
    kf_calendar_google.token_parse(&token, &calendar_app, &res, nonce, NOW, kf_test_pool);
    return token;
}

static const char *jwt_of(const char *payload)
{
    char *text = apr_palloc(kf_test_pool, KF_BASE64URL_CHARS(strlen(payload)) + 1);

    kf_base64url_write(text, payload, strlen(payload));
    return apr_pstrcat(kf_test_pool, "eyJhbGciOiJSUzI1NiJ9.", text, ".c2ln", NULL);
}

#define GRANT(more)                                                                        \
    "{\"access_token\":\"ya29.x\",\"expires_in\":3599,\"token_type\":\"Bearer\",\"scope\":" \
    "\"openid " SCOPE "calendar.freebusy\"" more "}"

static kf_calendar_token_t read_granted(const char *jwt)
{
    return read_token(200, apr_pstrcat(kf_test_pool, "{\"access_token\":\"ya29.x\",\"expires_in\":"
                                       "3599,\"token_type\":\"Bearer\",\"refresh_token\":\"1//0x\","
                                       "\"id_token\":\"", jwt, "\"}", NULL), NONCE);
}

#define CLAIMS(iss, aud, exp, nonce, more)                                             \
    "{\"iss\":\"" iss "\",\"aud\":" aud ",\"exp\":" exp ",\"nonce\":" nonce more "}"
#define GOOD_ISS "https://accounts.google.com"
#define GOOD_AUD "\"kf-1.apps.example.test\""
#define SUB ",\"sub\":\"1081\""
#define EMAIL SUB ",\"email\":\"dra@example.test\""

START_TEST(granted)
{
    kf_calendar_token_t token = read_token(200, apr_pstrcat(kf_test_pool,
        "{\"access_token\":\"ya29.x\",\"expires_in\":3599,\"refresh_token\":\"1//0x\",\"scope\":\""
        SCOPE "calendar.events.owned openid " SCOPE "userinfo.email " SCOPE
        "calendar.events.freebusy " SCOPE "calendar.calendarlist.readonly\",\"token_type\":"
        "\"Bearer\",\"refresh_token_expires_in\":15551999,\"id_token\":\"",
        jwt_of(CLAIMS(GOOD_ISS, GOOD_AUD, "1796083201", "\"" NONCE "\"", EMAIL)), "\"}", NULL),
        NONCE);

    ck_assert_int_eq((int)token.answer.verdict, KF_CALENDAR_GOT);
    ck_assert_ptr_null(token.answer.message);
    ck_assert_str_eq(token.access_token, "ya29.x");
    ck_assert_str_eq(token.refresh_token, "1//0x");
    ck_assert_int_eq(token.expires_in_s, 3599);
    ck_assert_str_eq(token.account_id, "1081");
    ck_assert_str_eq(token.account_email, "dra@example.test");
    ck_assert_ptr_nonnull(strstr(token.scopes, "calendar.events.owned openid"));
    ck_assert(token.may_read && token.may_list && token.may_write && token.may_watch);
}
END_TEST

START_TEST(refreshed)
{
    kf_calendar_token_t token = read_token(200, GRANT(",\"id_token\":\"rubbish\""), NULL);

    ck_assert_int_eq((int)token.answer.verdict, KF_CALENDAR_GOT);
    ck_assert_ptr_null(token.refresh_token);
    ck_assert_ptr_null(token.account_id);
    ck_assert_str_eq(token.account_email, "");
    ck_assert(token.may_read && !token.may_list && !token.may_write && !token.may_watch);
    token = read_token(200, GRANT(",\"refresh_token\":\"1//new\""), NULL);
    ck_assert_str_eq(token.refresh_token, "1//new");
    token = read_token(200, "{\"access_token\":\"a\",\"expires_in\":1,\"token_type\":\"bearer\"}",
                       NULL);
    ck_assert_int_eq((int)token.answer.verdict, KF_CALENDAR_GOT);
    ck_assert_str_eq(token.scopes, "");
    ck_assert(!token.may_read && !token.may_list && !token.may_write && !token.may_watch);
    token = read_token(200, "{\"access_token\":\"a\",\"expires_in\":9999999999,"
                            "\"token_type\":\"Bearer\"}", NULL);
    ck_assert_int_eq(token.expires_in_s, 86400);
}
END_TEST

enum { R = 1, L = 2, W = 4, N = 8 };

static const struct {
    const char *scopes;
    int allows;
} scopes[] = {
    {"", 0},
    {"openid email", 0},
    {SCOPE "calendar", R | L | W | N},
    {SCOPE "calendar.readonly", R | L | N},
    {SCOPE "calendar.freebusy", R},
    {SCOPE "calendar.events.freebusy", R | N},
    {SCOPE "calendar.calendarlist", L},
    {SCOPE "calendar.calendarlist.readonly", L},
    {SCOPE "calendar.events", W | N},
    {SCOPE "calendar.events.owned", W | N},
    {SCOPE "calendar.events.readonly", N},
    {SCOPE "calendar.events.owned.readonly", N},
    {SCOPE "calendar.app.created", 0},
    {SCOPE "calendar.events.public.readonly", 0},
    {SCOPE "calendar.calendars.readonly", 0},
    {SCOPE "calendars", 0},
    {SCOPE "Calendar", 0},
    {"calendar", 0},
    {"  " SCOPE "calendar.freebusy   " SCOPE "calendar.events  ", R | W | N},
};

START_TEST(scopes_allow)
{
    kf_calendar_token_t token = read_token(200, apr_pstrcat(kf_test_pool,
        "{\"access_token\":\"a\",\"expires_in\":1,\"token_type\":\"Bearer\",\"scope\":\"",
        scopes[_i].scopes, "\"}", NULL), NULL);

    ck_assert_int_eq((int)token.answer.verdict, KF_CALENDAR_GOT);
    ck_assert_msg((token.may_read ? R : 0) + (token.may_list ? L : 0) + (token.may_write ? W : 0)
                          + (token.may_watch ? N : 0) == scopes[_i].allows,
                  "%s", scopes[_i].scopes);
}
END_TEST

static const struct {
    const char *claims;
    const char *wrong; /* NULL: good */
    const char *email;
} identities[] = {
    {CLAIMS(GOOD_ISS, GOOD_AUD, "1796086800", "\"" NONCE "\"", EMAIL), NULL, "dra@example.test"},
    {CLAIMS("accounts.google.com", GOOD_AUD, "1796086800", "\"" NONCE "\"", SUB), NULL, ""},
    {CLAIMS(GOOD_ISS, "[" GOOD_AUD "]", "1796086800", "\"" NONCE "\"", SUB), NULL, ""},
    {CLAIMS(GOOD_ISS, GOOD_AUD, "1796086800", "\"" NONCE "\"", SUB ",\"email\":\"a b\""), NULL, ""},
    {CLAIMS(GOOD_ISS, GOOD_AUD, "1796086800", "\"" NONCE "\"", SUB ",\"email\":7"), NULL, ""},
    {CLAIMS("https://accounts.google.com.evil", GOOD_AUD, "1796086800", "\"" NONCE "\"", SUB),
     "the identity is not from Google", NULL},
    {CLAIMS("http://accounts.google.com", GOOD_AUD, "1796086800", "\"" NONCE "\"", SUB),
     "the identity is not from Google", NULL},
    {"{\"aud\":" GOOD_AUD ",\"exp\":1796086800,\"nonce\":\"" NONCE "\"" SUB "}",
     "the identity is not from Google", NULL},
    {CLAIMS(GOOD_ISS, "\"kf-2.apps.example.test\"", "1796086800", "\"" NONCE "\"", SUB),
     "the identity is for another client", NULL},
    {CLAIMS(GOOD_ISS, "[" GOOD_AUD ",\"b\"]", "1796086800", "\"" NONCE "\"", SUB),
     "the identity is for another client", NULL},
    {CLAIMS(GOOD_ISS, "[]", "1796086800", "\"" NONCE "\"", SUB),
     "the identity is for another client", NULL},
    {CLAIMS(GOOD_ISS, "7", "1796086800", "\"" NONCE "\"", SUB),
     "the identity is for another client", NULL},
    {CLAIMS(GOOD_ISS, GOOD_AUD, "1796083200", "\"" NONCE "\"", SUB),
     "the identity has expired", NULL},
    {CLAIMS(GOOD_ISS, GOOD_AUD, "\"1796086800\"", "\"" NONCE "\"", SUB),
     "the identity has expired", NULL},
    {CLAIMS(GOOD_ISS, GOOD_AUD, "-1", "\"" NONCE "\"", SUB), "the identity has expired", NULL},
    {CLAIMS(GOOD_ISS, GOOD_AUD, "1796086800", "\"n-0S6_WzA2Mk\"", SUB),
     "the identity does not belong to this consent", NULL},
    {CLAIMS(GOOD_ISS, GOOD_AUD, "1796086800", "\"\"", SUB),
     "the identity does not belong to this consent", NULL},
    {CLAIMS(GOOD_ISS, GOOD_AUD, "1796086800", "\"" NONCE "x\"", SUB),
     "the identity does not belong to this consent", NULL},
    {CLAIMS(GOOD_ISS, GOOD_AUD, "1796086800", "null", SUB),
     "the identity does not belong to this consent", NULL},
    {CLAIMS(GOOD_ISS, GOOD_AUD, "1796086800", "\"" NONCE "\"", ""),
     "the identity has no subject", NULL},
    {CLAIMS(GOOD_ISS, GOOD_AUD, "1796086800", "\"" NONCE "\"", ",\"sub\":1081"),
     "the identity has no subject", NULL},
    {CLAIMS(GOOD_ISS, GOOD_AUD, "1796086800", "\"" NONCE "\"", ",\"sub\":\"10 81\""),
     "the identity has no subject", NULL},
    {"[]", "there is no identity that can be read", NULL},
    {"{\"iss\":", "there is no identity that can be read", NULL},
    {"", "there is no identity that can be read", NULL},
};

START_TEST(identity)
{
    kf_calendar_token_t token = read_granted(jwt_of(identities[_i].claims));

    if (!identities[_i].wrong) {
        ck_assert_int_eq((int)token.answer.verdict, KF_CALENDAR_GOT);
        ck_assert_str_eq(token.account_id, "1081");
        ck_assert_str_eq(token.account_email, identities[_i].email);
        return;
    }
    ck_assert_int_eq((int)token.answer.verdict, KF_CALENDAR_DENIED);
    ck_assert_str_eq(token.answer.message, identities[_i].wrong);
    ck_assert_ptr_null(token.access_token);
    ck_assert_ptr_null(token.refresh_token);
    ck_assert_ptr_null(token.account_id);
}
END_TEST

static const char *const bad_jwts[] = {
    "", "a", "a.b", "a.e30=.c", "a.e!0.c", "..", "a.e30.c.d", "a.bnVsbA.c", "e30.e30",
};

START_TEST(identity_shape)
{
    kf_calendar_token_t token = read_granted(bad_jwts[_i]);

    ck_assert_int_eq((int)token.answer.verdict, KF_CALENDAR_DENIED);
    ck_assert_str_eq(token.answer.message, "there is no identity that can be read");
    ck_assert_ptr_null(token.access_token);
}
END_TEST

/* A code grant without a refresh token is useless after the access token expires. */
START_TEST(code_without_refresh)
{
    kf_calendar_token_t token = read_token(200, GRANT(""), NONCE);

    ck_assert_int_eq((int)token.answer.verdict, KF_CALENDAR_DENIED);
    ck_assert_str_eq(token.answer.message, "the answer has no refresh token");
    ck_assert(token.no_refresh && !token.access_token);
    token = read_token(200, GRANT(",\"refresh_token\":\"1//0x\""), NONCE);
    ck_assert_str_eq(token.answer.message, "there is no identity that can be read");
    ck_assert(!token.no_refresh);
}
END_TEST

static const char *const broken[] = {
    "", "{}", "[]", "<html>", "{\"error\":\"invalid_grant\"}",
    "{\"access_token\":\"a\",\"expires_in\":3599}",
    "{\"access_token\":\"a\",\"token_type\":\"Bearer\"}",
    "{\"access_token\":\"a\",\"expires_in\":\"3599\",\"token_type\":\"Bearer\"}",
    "{\"access_token\":\"a\",\"expires_in\":0,\"token_type\":\"Bearer\"}",
    "{\"access_token\":\"a\",\"expires_in\":-5,\"token_type\":\"Bearer\"}",
    "{\"access_token\":\"a\",\"expires_in\":3599.5,\"token_type\":\"Bearer\"}",
    "{\"access_token\":\"a\",\"expires_in\":3599,\"token_type\":\"MAC\"}",
    "{\"access_token\":\"\",\"expires_in\":3599,\"token_type\":\"Bearer\"}",
    "{\"access_token\":7,\"expires_in\":3599,\"token_type\":\"Bearer\"}",
    "{\"access_token\":\"a b\",\"expires_in\":3599,\"token_type\":\"Bearer\"}",
    "{\"access_token\":\"a\\r\\nX: y\",\"expires_in\":3599,\"token_type\":\"Bearer\"}",
    "{\"access_token\":\"a\",\"expires_in\":3599,\"token_type\":\"Bearer\",\"scope\":7}",
    "{\"access_token\":\"a\",\"expires_in\":3599,\"token_type\":\"Bearer\",\"refresh_token\":7}",
    "{\"access_token\":\"a\",\"expires_in\":3599,\"token_type\":\"Bearer\",\"refresh_token\":\"a "
    "b\"}",
};

START_TEST(broken_tokens)
{
    kf_calendar_token_t token = read_token(200, broken[_i], NULL);

    ck_assert_msg(token.answer.verdict == KF_CALENDAR_RETRY, "%s", broken[_i]);
    ck_assert_ptr_nonnull(token.answer.message);
    ck_assert_ptr_null(token.access_token);
    ck_assert_ptr_null(token.refresh_token);
    ck_assert_str_eq(token.scopes, "");
}
END_TEST

static const struct {
    int status;
    const char *body;
    int verdict, revoking;
    const char *message;
} refusals[] = {
    {400, "{\"error\":\"invalid_grant\",\"error_description\":\"Bad 1//0x\"}", KF_CALENDAR_REVOKED,
     KF_CALENDAR_GOT, "HTTP 400 invalid_grant"},
    {400, "{\"error\":\"invalid_grant\",\"error_subtype\":\"invalid_rapt\"}", KF_CALENDAR_REVOKED,
     KF_CALENDAR_GOT, "HTTP 400 invalid_grant"},
    {401, "{\"error\":\"invalid_grant\"}", KF_CALENDAR_REVOKED, KF_CALENDAR_REVOKED,
     "HTTP 401 invalid_grant"},
    {400, "{\"error\":\"invalid_token\"}", KF_CALENDAR_DENIED, KF_CALENDAR_GOT,
     "HTTP 400 invalid_token"},
    {401, "{\"error\":\"invalid_client\"}", KF_CALENDAR_APP, KF_CALENDAR_APP,
     "HTTP 401 invalid_client"},
    {400, "{\"error\":\"invalid_client\"}", KF_CALENDAR_APP, KF_CALENDAR_APP,
     "HTTP 400 invalid_client"},
    {400, "{\"error\":\"unauthorized_client\"}", KF_CALENDAR_APP, KF_CALENDAR_APP,
     "HTTP 400 unauthorized_client"},
    {400, "{\"error\":\"redirect_uri_mismatch\"}", KF_CALENDAR_APP, KF_CALENDAR_APP,
     "HTTP 400 redirect_uri_mismatch"},
    {401, "{\"error\":\"deleted_client\"}", KF_CALENDAR_APP, KF_CALENDAR_APP,
     "HTTP 401 deleted_client"},
    {400, "{\"error\":\"invalid_request\"}", KF_CALENDAR_DENIED, KF_CALENDAR_DENIED,
     "HTTP 400 invalid_request"},
    {400, "{\"error\":\"unsupported_grant_type\"}", KF_CALENDAR_DENIED, KF_CALENDAR_DENIED,
     "HTTP 400 unsupported_grant_type"},
    {400, "{\"error\":\"invalid_scope\"}", KF_CALENDAR_DENIED, KF_CALENDAR_DENIED,
     "HTTP 400 invalid_scope"},
    {403, "{\"error\":\"rate_limit_exceeded\"}", KF_CALENDAR_LIMIT, KF_CALENDAR_LIMIT,
     "HTTP 403 rate_limit_exceeded"},
    {403, "{\"error\":\"access_denied\"}", KF_CALENDAR_DENIED, KF_CALENDAR_DENIED,
     "HTTP 403 access_denied"},
    {429, "{\"error\":\"x\"}", KF_CALENDAR_LIMIT, KF_CALENDAR_LIMIT, "HTTP 429 x"},
    {404, "{}", KF_CALENDAR_RETRY, KF_CALENDAR_RETRY, "HTTP 404"},
    {410, "{}", KF_CALENDAR_RETRY, KF_CALENDAR_RETRY, "HTTP 410"},
    {400, "{\"error\":\"internal_failure\"}", KF_CALENDAR_RETRY, KF_CALENDAR_RETRY,
     "HTTP 400 internal_failure"},
    {500, "{\"error\":\"invalid_grant\"}", KF_CALENDAR_RETRY, KF_CALENDAR_RETRY,
     "HTTP 500 invalid_grant"},
    {503, "{}", KF_CALENDAR_RETRY, KF_CALENDAR_RETRY, "HTTP 503"},
    {400, "<html>invalid_grant</html>", KF_CALENDAR_RETRY, KF_CALENDAR_RETRY,
     "HTTP 400 without a whole JSON object"},
    {400, "{\"error\":{\"reason\":\"invalid_grant\"}}", KF_CALENDAR_DENIED, KF_CALENDAR_DENIED,
     "HTTP 400"},
    {0, "", KF_CALENDAR_RETRY, KF_CALENDAR_RETRY, "no answer: timeout"},
};

START_TEST(refused)
{
    kf_http_res_t res = calendar_answer(refusals[_i].status, refusals[_i].body);
    kf_calendar_token_t token = read_token(refusals[_i].status, refusals[_i].body, NULL);
    kf_calendar_answer_t answer;

    ck_assert_msg((int)token.answer.verdict == refusals[_i].verdict, "%s: %s", refusals[_i].body,
                  kf_calendar_verdict_text(token.answer.verdict));
    ck_assert_str_eq(token.answer.message, refusals[_i].message);
    ck_assert_ptr_null(token.access_token);
    kf_calendar_google.revoke_parse(&answer, &res, kf_test_pool);
    ck_assert_msg((int)answer.verdict == refusals[_i].revoking, "%s: %s", refusals[_i].body,
                  kf_calendar_verdict_text(answer.verdict));
    ck_assert((answer.message == NULL) == (answer.verdict == KF_CALENDAR_GOT));
}
END_TEST

START_TEST(revoked)
{
    static const struct {
        const char *body;
        int verdict;
    } rows[] = {{"", KF_CALENDAR_GOT}, {"{}", KF_CALENDAR_GOT}, {"<html>", KF_CALENDAR_RETRY}};

    for (int i = 0; i < KF_COUNT(rows); i++) {
        kf_http_res_t res = calendar_answer(200, rows[i].body);
        kf_calendar_answer_t answer;

        kf_calendar_google.revoke_parse(&answer, &res, kf_test_pool);
        ck_assert_int_eq((int)answer.verdict, rows[i].verdict);
    }
}
END_TEST

Suite *kf_suite_calendar_token(void)
{
    Suite *suite = suite_create("calendar_token");
    TCase *tc = kf_test_case(suite, "all");

    tcase_add_test(tc, granted);
    tcase_add_test(tc, refreshed);
    tcase_add_loop_test(tc, scopes_allow, 0, KF_COUNT(scopes));
    tcase_add_loop_test(tc, identity, 0, KF_COUNT(identities));
    tcase_add_loop_test(tc, identity_shape, 0, KF_COUNT(bad_jwts));
    tcase_add_test(tc, code_without_refresh);
    tcase_add_loop_test(tc, broken_tokens, 0, KF_COUNT(broken));
    tcase_add_loop_test(tc, refused, 0, KF_COUNT(refusals));
    tcase_add_test(tc, revoked);
    return suite;
}
