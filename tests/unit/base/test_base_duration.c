#include "base/duration.h"

#include <check.h>

Suite *kf_suite_base_duration(void);

START_TEST(reads_durations)
{
    static const struct {
        const char *text;
        int64_t ms; /* -1: refused */
    } cases[] = {
        {"500ms", 500},  {"10s", 10000},  {"5m", 300000}, {"2h", 7200000}, {"0s", 0},
        {"010s", 10000}, {"8784h", KF_DURATION_MAX_MS},   {"8785h", -1},   {"", -1},
        {"10", -1},      {"s", -1},       {"-1s", -1},    {"+1s", -1},     {" 1s", -1},
        {"1s ", -1},     {"1 s", -1},     {"1.5s", -1},   {"1S", -1},      {"1d", -1},
        {"1e3s", -1},    {"1m30s", -1},   {"999999999999h", -1},
        {"9999999999999s", -1},           {"0x1s", -1},
    };
    int64_t ms = -1;
    bool ok = kf_duration_read(&ms, cases[_i].text);

    ck_assert_msg(ok == (cases[_i].ms >= 0), "%s", cases[_i].text);
    ck_assert_int_eq(ms, cases[_i].ms);
}
END_TEST

START_TEST(reads_rates)
{
    static const struct {
        const char *text;
        int events, period_s; /* 0: refused */
    } cases[] = {
        {"10/10s", 10, 10}, {"600/1m", 600, 60}, {"1/24h", 1, 86400}, {"5/2000ms", 5, 2},
        {"0/10s", 0, 0},    {"10/0s", 0, 0},     {"10/500ms", 0, 0},  {"10/1500ms", 0, 0},
        {"10", 0, 0},       {"10/", 0, 0},       {"/10s", 0, 0},      {"10/10", 0, 0},
        {"1/25h", 0, 0},    {"-1/10s", 0, 0},    {"100001/1s", 0, 0}, {"10/10s/1", 0, 0},
    };
    int events = 0, period_s = 0;
    bool ok = kf_rate_read(&events, &period_s, cases[_i].text);

    ck_assert_msg(ok == (cases[_i].events > 0), "%s", cases[_i].text);
    ck_assert_int_eq(events, cases[_i].events);
    ck_assert_int_eq(period_s, cases[_i].period_s);
}
END_TEST

Suite *kf_suite_base_duration(void)
{
    Suite *suite = suite_create("base_duration");
    TCase *tcase = tcase_create("base_duration");

    tcase_add_loop_test(tcase, reads_durations, 0, 24);
    tcase_add_loop_test(tcase, reads_rates, 0, 16);
    suite_add_tcase(suite, tcase);
    return suite;
}
