#include "calendar_google.h"
#include "test.h"
#include "text/form.h"

Suite *kf_suite_calendar_consent(void);

#define SCOPE "https://www.googleapis.com/auth/"
#define NONCE "n-0S6_WzA2Mj"
#define VERIFIER "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
#define CHALLENGE "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

/* -- consent -- */

static const kf_calendar_consent_t consent = {
    .state = "st&1", .challenge = CHALLENGE, .nonce = NONCE, .lang = "es",
};

/* The query of a URL as fields. */
static kf_form_t *query_of(const char *url)
{
    const char *query = strchr(url, '?') + 1;
    kf_form_t *form = NULL;

    ck_ok(kf_form_parse(&form, query, strlen(query), kf_test_pool));
    return form;
}

static void check_pairs(const kf_form_t *form, const char *const (*pairs)[2], int n)
{
    for (int i = 0; i < n; i++) {
        const char *value = kf_form_get(form, pairs[i][0]);

        ck_assert_msg(value && strcmp(value, pairs[i][1]) == 0, "%s: %s", pairs[i][0],
                      value ? value : "(missing)");
    }
    ck_assert_int_eq(kf_form_count(form), n);
}

START_TEST(consent_url)
{
    static const char *const pairs[][2] = {
        {"response_type", "code"}, {"client_id", "kf-1.apps.example.test"},
        {"redirect_uri", "https://k.example.test/api/auth/google/callback"},
        {"scope", "openid email " SCOPE "calendar.calendarlist.readonly "
                  SCOPE "calendar.events.freebusy " SCOPE "calendar.events.owned"},
        {"state", "st&1"}, {"access_type", "offline"}, {"prompt", "consent"},
        {"code_challenge", CHALLENGE}, {"code_challenge_method", "S256"}, {"nonce", NONCE},
        {"hl", "es"},
    };
    const char *url = NULL;

    ck_ok(kf_calendar_google.consent_url(&url, &calendar_app, &consent, kf_test_pool));
    ck_assert_ptr_eq(strstr(url, "https://accounts.google.com/o/oauth2/v2/auth?"), url);
    check_pairs(query_of(url), pairs, KF_COUNT(pairs));
}
END_TEST

START_TEST(consent_hint)
{
    kf_calendar_consent_t hinted = consent;
    kf_calendar_app_t app = calendar_app;
    const char *url = NULL;

    hinted.login_hint = "dra+1@example.test";
    app.authorize_url = "http://127.0.0.1:9/google/o/oauth2/v2/auth";
    ck_ok(kf_calendar_google.consent_url(&url, &app, &hinted, kf_test_pool));
    ck_assert_ptr_eq(strstr(url, "http://127.0.0.1:9/google/o/oauth2/v2/auth?response_type"), url);
    ck_assert_str_eq(kf_form_get(query_of(url), "login_hint"), "dra+1@example.test");
    ck_fails(kf_calendar_google.consent_url(&url, NULL, &consent, kf_test_pool), KF_E_CONFIG);
    app.client_id = NULL;
    ck_fails(kf_calendar_google.consent_url(&url, &app, &consent, kf_test_pool), KF_E_CONFIG);
}
END_TEST

/* -- requests -- */

static const kf_form_t *form_of(const kf_http_req_t *req)
{
    kf_form_t *form = NULL;

    ck_assert_str_eq(req->method, "POST");
    ck_assert_str_eq(apr_table_get(req->headers, "Content-Type"),
                     "application/x-www-form-urlencoded");
    ck_assert_ptr_null(apr_table_get(req->headers, "Authorization"));
    ck_assert_uint_eq(strlen(req->body), req->body_len);
    ck_ok(kf_form_parse(&form, req->body, req->body_len, kf_test_pool));
    return form;
}

START_TEST(code_request)
{
    static const char *const pairs[][2] = {
        {"grant_type", "authorization_code"}, {"code", "4/0Ab_c"},
        {"client_id", "kf-1.apps.example.test"}, {"client_secret", "s & t"},
        {"redirect_uri", "https://k.example.test/api/auth/google/callback"},
        {"code_verifier", VERIFIER},
    };
    kf_http_req_t req;

    ck_ok(kf_calendar_google.code_request(&req, &calendar_app, "4/0Ab_c", VERIFIER, kf_test_pool));
    ck_assert_str_eq(req.url, "https://oauth2.googleapis.com/token");
    check_pairs(form_of(&req), pairs, KF_COUNT(pairs));
}
END_TEST

START_TEST(refresh_request)
{
    static const char *const pairs[][2] = {
        {"grant_type", "refresh_token"}, {"refresh_token", "1//0x"},
        {"client_id", "kf-1.apps.example.test"}, {"client_secret", "s & t"},
    };
    kf_calendar_app_t app = calendar_app;
    kf_http_req_t req;

    app.token_url = "http://127.0.0.1:9/google/token";
    ck_ok(kf_calendar_google.refresh_request(&req, &app, "1//0x", kf_test_pool));
    ck_assert_str_eq(req.url, "http://127.0.0.1:9/google/token");
    check_pairs(form_of(&req), pairs, KF_COUNT(pairs));
}
END_TEST

START_TEST(revoke_request)
{
    static const char *const pairs[][2] = {{"token", "1//0x"}};
    kf_http_req_t req;

    ck_ok(kf_calendar_google.revoke_request(&req, &calendar_app, "1//0x", kf_test_pool));
    ck_assert_str_eq(req.url, "https://oauth2.googleapis.com/revoke");
    check_pairs(form_of(&req), pairs, KF_COUNT(pairs));
}
END_TEST

START_TEST(bad_words)
{
    static const char *const words[] = {NULL, "", "a b", "a\nb", "a\xc3\xb1"};
    char *longest = apr_pcalloc(kf_test_pool, KF_MAX_OAUTH_TOKEN + 2);
    kf_http_req_t req;

    for (int i = 0; i < KF_COUNT(words); i++) {
        ck_fails(kf_calendar_google.code_request(&req, &calendar_app, words[i], VERIFIER,
                                                 kf_test_pool), KF_E_INVALID);
        ck_fails(kf_calendar_google.refresh_request(&req, &calendar_app, words[i], kf_test_pool),
                 KF_E_INVALID);
        ck_fails(kf_calendar_google.revoke_request(&req, &calendar_app, words[i], kf_test_pool),
                 KF_E_INVALID);
    }
    memset(longest, 'a', KF_MAX_OAUTH_TOKEN);
    ck_ok(kf_calendar_google.code_request(&req, &calendar_app, longest, VERIFIER, kf_test_pool));
    longest[KF_MAX_OAUTH_TOKEN] = 'a';
    ck_fails(kf_calendar_google.code_request(&req, &calendar_app, longest, VERIFIER, kf_test_pool),
             KF_E_INVALID);
    ck_fails(kf_calendar_google.refresh_request(&req, NULL, "1//0x", kf_test_pool), KF_E_CONFIG);
}
END_TEST

Suite *kf_suite_calendar_consent(void)
{
    Suite *suite = suite_create("calendar_consent");
    TCase *tc = kf_test_case(suite, "all");

    tcase_add_test(tc, consent_url);
    tcase_add_test(tc, consent_hint);
    tcase_add_test(tc, code_request);
    tcase_add_test(tc, refresh_request);
    tcase_add_test(tc, revoke_request);
    tcase_add_test(tc, bad_words);
    return suite;
}
