#include "base/limiter.h"

#include <check.h>

Suite *kf_suite_base_limiter(void);

START_TEST(sets_only_sane_limits)
{
    static const struct {
        int rate, period_s;
        bool ok;
        int32_t interval;
    } cases[] = {
        {10, 10, true, KF_TICKS_PER_S},
        {100, 10, true, KF_TICKS_PER_S / 10},
        {600, 10, true, 266},
        {1, 86400, true, 86400 * KF_TICKS_PER_S},
        {100000, 1, true, 1},
        {0, 10, false, 0},
        {-1, 10, false, 0},
        {100001, 10, false, 0},
        {10, 0, false, 0},
        {10, 86401, false, 0},
    };
    kf_limit_t limit = {0};

    ck_assert_int_eq(kf_limit_set(&limit, cases[_i].rate, cases[_i].period_s), cases[_i].ok);
    if (cases[_i].ok) {
        ck_assert_int_eq(limit.interval, cases[_i].interval);
        ck_assert_int_eq(limit.tolerance, (int64_t)(cases[_i].rate - 1) * cases[_i].interval);
    }
}
END_TEST

START_TEST(tells_what_is_left)
{
    kf_limit_t limit;
    kf_tick_t tat = 0, wait, full;

    kf_limit_set(&limit, 10, 10);
    ck_assert_int_eq(limit.rate, 10);
    ck_assert_int_eq(limit.period_s, 10);
    ck_assert_int_eq(kf_limit_left(&full, &limit, 0, 1000), 10);
    ck_assert_int_eq(full, 0);
    for (int i = 1; i <= 10; i++) {
        ck_assert(kf_limit_take(&tat, &wait, &limit, tat, 1000));
        ck_assert_int_eq(kf_limit_left(&full, &limit, tat, 1000), 10 - i);
        ck_assert_int_eq(full, (kf_tick_t)i * KF_TICKS_PER_S);
    }
    ck_assert(!kf_limit_take(&tat, &wait, &limit, tat, 1000));
    ck_assert_int_eq(kf_limit_left(&full, &limit, tat, 1000 + KF_TICKS_PER_S / 2), 0);
    ck_assert_int_eq(kf_limit_left(&full, &limit, tat, 1000 + KF_TICKS_PER_S), 1);
    limit = (kf_limit_t){0};
    ck_assert_int_eq(kf_limit_left(&full, &limit, 0, 1000), 0);
}
END_TEST

static int allowed_of(const kf_limit_t *limit, kf_tick_t *tat, kf_tick_t now, int tries)
{
    kf_tick_t wait;
    int n = 0;

    for (int i = 0; i < tries; i++) {
        n += kf_limit_take(tat, &wait, limit, *tat, now);
    }
    return n;
}

START_TEST(allows_a_burst_then_the_even_rate)
{
    kf_limit_t limit;
    kf_tick_t tat = 0, wait = 0, next = 77, now = 5000;

    ck_assert(kf_limit_set(&limit, 10, 10));
    ck_assert_int_eq(allowed_of(&limit, &tat, now, 64), 10);

    ck_assert(!kf_limit_take(&next, &wait, &limit, tat, now));
    ck_assert_int_eq(wait, KF_TICKS_PER_S);
    ck_assert_int_eq(next, 77);

    ck_assert_int_eq(allowed_of(&limit, &tat, now + wait - 1, 5), 0);
    ck_assert_int_eq(allowed_of(&limit, &tat, now + wait, 5), 1);
    ck_assert_int_eq(allowed_of(&limit, &tat, now + 4 * KF_TICKS_PER_S, 64), 3);
}
END_TEST

START_TEST(is_full_again_after_a_period_and_not_fuller)
{
    kf_limit_t limit;
    kf_tick_t tat = 0;

    ck_assert(kf_limit_set(&limit, 10, 10));
    ck_assert_int_eq(allowed_of(&limit, &tat, 1, 64), 10);
    ck_assert_int_eq(allowed_of(&limit, &tat, 1 + 10 * KF_TICKS_PER_S, 64), 10);
    ck_assert_int_eq(allowed_of(&limit, &tat, 1 + 1000 * KF_TICKS_PER_S, 64), 10);
}
END_TEST

START_TEST(one_event_a_period)
{
    kf_limit_t limit;
    kf_tick_t tat = 0;

    ck_assert(kf_limit_set(&limit, 1, 60));
    ck_assert_int_eq(allowed_of(&limit, &tat, 0, 3), 1);
    ck_assert_int_eq(allowed_of(&limit, &tat, 60 * KF_TICKS_PER_S - 1, 3), 0);
    ck_assert_int_eq(allowed_of(&limit, &tat, 60 * KF_TICKS_PER_S, 3), 1);
}
END_TEST

START_TEST(no_limit_allows_all)
{
    kf_limit_t limit = {0};
    kf_tick_t tat = 0;

    ck_assert_int_eq(allowed_of(&limit, &tat, 9, 100000), 100000);
}
END_TEST

Suite *kf_suite_base_limiter(void)
{
    Suite *suite = suite_create("base_limiter");
    TCase *tcase = tcase_create("base_limiter");

    tcase_add_loop_test(tcase, sets_only_sane_limits, 0, 10);
    tcase_add_test(tcase, allows_a_burst_then_the_even_rate);
    tcase_add_test(tcase, is_full_again_after_a_period_and_not_fuller);
    tcase_add_test(tcase, one_event_a_period);
    tcase_add_test(tcase, tells_what_is_left);
    tcase_add_test(tcase, no_limit_allows_all);
    suite_add_tcase(suite, tcase);
    return suite;
}
