#include "calendar/builtin.h"
#include "calendar_google.h"
#include "test.h"

Suite *kf_suite_calendar_provider(void);

START_TEST(registry)
{
    ck_assert_ptr_eq(kf_calendar_provider_find("builtin"), &kf_calendar_builtin);
    ck_assert_ptr_eq(kf_calendar_provider_find("google"), &kf_calendar_google);
    ck_assert_ptr_null(kf_calendar_provider_find("Google"));
    ck_assert_ptr_null(kf_calendar_provider_find(""));
    ck_assert_ptr_null(kf_calendar_provider_find(NULL));
    ck_assert_ptr_eq(kf_calendar_provider_at(0), &kf_calendar_builtin);
    ck_assert_ptr_eq(kf_calendar_provider_at(1), &kf_calendar_google);
    ck_assert_ptr_null(kf_calendar_provider_at(2));
    ck_assert_ptr_null(kf_calendar_provider_at(-1));
}
END_TEST

START_TEST(caps)
{
    ck_assert_uint_eq(kf_calendar_builtin.caps, 0);
    ck_assert_ptr_null(kf_calendar_builtin.consent_url);
    ck_assert_ptr_null(kf_calendar_builtin.busy_request);
    ck_assert_uint_eq(kf_calendar_google.caps,
                      KF_CALENDAR_EXTERNAL | KF_CALENDAR_CAN_PUSH | KF_CALENDAR_CAN_MEET);
    ck_assert_int_eq(kf_calendar_google.busy_calendars, 50);
    ck_assert_int_eq(kf_calendar_google.busy_days, 60);
}
END_TEST

/* A provider with the capability implements every function: callers do not check. */
START_TEST(google_is_whole)
{
    const kf_calendar_provider_t *g = &kf_calendar_google;

    ck_assert(g->consent_url && g->code_request && g->refresh_request && g->token_parse);
    ck_assert(g->revoke_request && g->revoke_parse && g->list_request && g->list_parse);
    ck_assert(g->busy_request && g->busy_parse && g->sync_request && g->sync_parse);
    ck_assert(g->event_add_request && g->event_change_request && g->event_get_request);
    ck_assert(g->event_parse && g->event_drop_request && g->event_drop_parse);
    ck_assert(g->watch_request && g->watch_parse && g->stop_request && g->stop_parse);
    ck_assert(g->notice_read);
}
END_TEST

static const char *const verdicts[] = {"got", "retry", "limit", "auth", "revoked",
                                       "app", "denied", "gone", "exists", "resync"};

START_TEST(verdict_words)
{
    ck_assert_str_eq(kf_calendar_verdict_text((kf_calendar_verdict_t)_i), verdicts[_i]);
}
END_TEST

START_TEST(verdict_unknown)
{
    ck_assert_str_eq(kf_calendar_verdict_text((kf_calendar_verdict_t)99), "retry");
}
END_TEST

/* RFC 7636, appendix B */
START_TEST(challenge)
{
    const char *text = NULL;

    ck_ok(kf_calendar_challenge(&text, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
                                kf_test_pool));
    ck_assert_str_eq(text, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}
END_TEST

#define FORTY "0123456789012345678901234567890123456789"

static const struct {
    const char *text;
    int good;
} verifiers[] = {
    {FORTY "abc", 1},
    {FORTY FORTY FORTY "-._~ABCD", 1},
    {FORTY "ab", 0},
    {FORTY FORTY FORTY "-._~ABCDE", 0},
    {FORTY "ab c", 0},
    {FORTY "ab\xc3\xb1", 0},
    {FORTY "ab+c", 0},
    {"", 0},
    {NULL, 0},
};

START_TEST(challenge_shape)
{
    const char *text = NULL;
    kf_err_t *err = kf_calendar_challenge(&text, verifiers[_i].text, kf_test_pool);

    ck_assert((err == NULL) == verifiers[_i].good);
    if (err) {
        ck_assert_int_eq(err->code, KF_E_INTERNAL);
        ck_assert_ptr_null(text);
    }
}
END_TEST

Suite *kf_suite_calendar_provider(void)
{
    Suite *suite = suite_create("calendar_provider");
    TCase *tc = kf_test_case(suite, "all");

    tcase_add_test(tc, registry);
    tcase_add_test(tc, caps);
    tcase_add_test(tc, google_is_whole);
    tcase_add_loop_test(tc, verdict_words, 0, KF_COUNT(verdicts));
    tcase_add_test(tc, verdict_unknown);
    tcase_add_test(tc, challenge);
    tcase_add_loop_test(tc, challenge_shape, 0, KF_COUNT(verifiers));
    return suite;
}
