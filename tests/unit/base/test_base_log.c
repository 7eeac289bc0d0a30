#include "base/log.h"
#include "test.h"

#include <stdio.h>
#include <string.h>

static char seen[2048];
static kf_log_level_t seen_level;
static int calls;

static void remember(kf_log_level_t level, const char *text, void *baton)
{
    snprintf(seen, sizeof(seen), "%s", text);
    seen_level = level;
    calls += *(int *)baton;
}

START_TEST(reaches_the_sink)
{
    int one = 1;

    calls = 0;
    kf_log_set(remember, &one);
    kf_log(KF_LOG_WARNING, 42, "%s is %d", "x", 7);
    kf_log_set(NULL, NULL);
    ck_assert_int_eq(calls, 1);
    ck_assert_int_eq(seen_level, KF_LOG_WARNING);
    ck_assert_str_eq(seen, "KF00042: x is 7");
    kf_log(KF_LOG_ERROR, 43, "nobody listens");
    ck_assert_int_eq(calls, 1);
}
END_TEST

START_TEST(long_lines_are_cut)
{
    char text[3000];
    int one = 1;

    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    kf_log_set(remember, &one);
    kf_log(KF_LOG_INFO, 1, "%s", text);
    kf_log_set(NULL, NULL);
    ck_assert_uint_eq(strlen(seen), 1023);
}
END_TEST

Suite *kf_suite_base_log(void)
{
    Suite *s = suite_create("base_log");
    TCase *tc = kf_test_case(s, "log");

    tcase_add_test(tc, reaches_the_sink);
    tcase_add_test(tc, long_lines_are_cut);
    return s;
}
