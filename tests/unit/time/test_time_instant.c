#include "test.h"
#include "time/instant.h"

#include <time.h>

static const struct {
    int year, month, day;
    kf_date_t days;
    int weekday;
} dates[] = {
    {1970, 1, 1, 0, 4},          {1969, 12, 31, -1, 3},    {2000, 1, 1, KF_PG_EPOCH_DAYS, 6},
    {2000, 2, 29, 11016, 2},     {2000, 3, 1, 11017, 3},   {1900, 3, 1, -25508, 4},
    {2026, 12, 1, 20788, 2},     {2024, 2, 29, 19782, 4},  {2027, 2, 28, 20877, 7},
    {1, 1, 1, KF_DATE_MIN, 1},   {9999, 12, 31, KF_DATE_MAX, 5},
};

START_TEST(dates_both_ways)
{
    kf_civil_t civil;

    ck_assert_int_eq(kf_date_from_ymd(dates[_i].year, dates[_i].month, dates[_i].day),
                     dates[_i].days);
    kf_date_to_civil(&civil, dates[_i].days);
    ck_assert_int_eq(civil.year, dates[_i].year);
    ck_assert_int_eq(civil.month, dates[_i].month);
    ck_assert_int_eq(civil.day, dates[_i].day);
    ck_assert_int_eq(civil.hour + civil.minute + civil.second + civil.micro, 0);
    ck_assert_int_eq(kf_date_weekday(dates[_i].days), dates[_i].weekday);
}
END_TEST

START_TEST(every_day_follows_the_one_before)
{
    int year = 1, month = 1, day = 1;

    for (kf_date_t date = KF_DATE_MIN; date <= KF_DATE_MAX; date++) {
        kf_civil_t civil;

        kf_date_to_civil(&civil, date);
        if (civil.year != year || civil.month != month || civil.day != day
            || kf_date_from_ymd(year, month, day) != date) {
            ck_abort_msg("day %d is %d-%d-%d", date, civil.year, civil.month, civil.day);
        }
        day++;
        if (!kf_date_exists(year, month, day)) {
            day = 1;
            month++;
        }
        if (month > 12) {
            month = 1;
            year++;
        }
    }
    ck_assert_int_eq(year, 10000);
}
END_TEST

START_TEST(dates_that_exist)
{
    ck_assert(kf_date_exists(2024, 2, 29));
    ck_assert(kf_date_exists(2000, 2, 29));
    ck_assert(!kf_date_exists(1900, 2, 29));
    ck_assert(!kf_date_exists(2026, 2, 29));
    ck_assert(!kf_date_exists(2026, 4, 31));
    ck_assert(!kf_date_exists(2026, 0, 1));
    ck_assert(!kf_date_exists(2026, 13, 1));
    ck_assert(!kf_date_exists(2026, 1, 0));
    ck_assert(!kf_date_exists(0, 1, 1));
    ck_assert(!kf_date_exists(10000, 1, 1));
}
END_TEST

static const struct {
    kf_instant_t at;
    int32_t offset;
    kf_civil_t civil;
} clocks[] = {
    {0, 0, {1970, 1, 1, 0, 0, 0, 0}},
    {-1, 0, {1969, 12, 31, 23, 59, 59, 999999}},
    {0, -5 * 3600, {1969, 12, 31, 19, 0, 0, 0}},
    {INT64_C(1796133600123456), -5 * 3600, {2026, 12, 1, 9, 0, 0, 123456}},
    {INT64_C(1796133600000000), 5 * 3600 + 1800, {2026, 12, 1, 19, 30, 0, 0}},
    {INT64_C(1796158800000000), -5 * 3600, {2026, 12, 1, 16, 0, 0, 0}},
    {KF_INSTANT_MIN, 0, {1, 1, 1, 0, 0, 0, 0}},
    {KF_INSTANT_MAX, 0, {9999, 12, 31, 23, 59, 59, 999999}},
};

START_TEST(clocks_both_ways)
{
    const kf_civil_t *wanted = &clocks[_i].civil;
    kf_civil_t civil;

    kf_instant_to_civil(&civil, clocks[_i].at, clocks[_i].offset);
    ck_assert_int_eq(civil.year, wanted->year);
    ck_assert_int_eq(civil.month, wanted->month);
    ck_assert_int_eq(civil.day, wanted->day);
    ck_assert_int_eq(civil.hour, wanted->hour);
    ck_assert_int_eq(civil.minute, wanted->minute);
    ck_assert_int_eq(civil.second, wanted->second);
    ck_assert_int_eq(civil.micro, wanted->micro);
    ck_assert_int_eq(kf_instant_from_civil(wanted, clocks[_i].offset), clocks[_i].at);
    ck_assert_int_eq(kf_instant_date(clocks[_i].at, clocks[_i].offset),
                     kf_date_from_ymd(wanted->year, wanted->month, wanted->day));
}
END_TEST

START_TEST(date_start)
{
    ck_assert_int_eq(kf_date_start(0, 0), 0);
    ck_assert_int_eq(kf_date_start(0, -5 * 3600), 5 * KF_HOUR);
    ck_assert_int_eq(kf_date_start(1, 3600), 23 * KF_HOUR);
    ck_assert_int_eq(kf_instant_date(kf_date_start(20788, -18000), -18000), 20788);
    ck_assert_int_eq(kf_instant_date(kf_date_start(20788, -18000) - 1, -18000), 20787);
}
END_TEST

START_TEST(postgresql_epoch)
{
    ck_assert_int_eq(kf_instant_from_pg(0), kf_date_start(kf_date_from_ymd(2000, 1, 1), 0));
    ck_assert_int_eq(kf_instant_to_pg(kf_instant_from_pg(INT64_C(848404800000000))),
                     INT64_C(848404800000000));
    ck_assert_int_eq(kf_date_from_pg(0), kf_date_from_ymd(2000, 1, 1));
    ck_assert_int_eq(kf_date_to_pg(kf_date_from_ymd(1999, 12, 31)), -1);
}
END_TEST

START_TEST(now_is_the_wall_clock)
{
    kf_instant_t before = (kf_instant_t)time(NULL) * KF_SECOND;
    kf_instant_t now = kf_instant_now();

    ck_assert_int_ge(now, before);
    ck_assert_int_lt(now - before, KF_MINUTE);
}
END_TEST

Suite *kf_suite_time_instant(void)
{
    Suite *s = suite_create("time_instant");
    TCase *tc = kf_test_case(s, "instant");

    tcase_add_loop_test(tc, dates_both_ways, 0, KF_COUNT(dates));
    tcase_add_test(tc, every_day_follows_the_one_before);
    tcase_add_test(tc, dates_that_exist);
    tcase_add_loop_test(tc, clocks_both_ways, 0, KF_COUNT(clocks));
    tcase_add_test(tc, date_start);
    tcase_add_test(tc, postgresql_epoch);
    tcase_add_test(tc, now_is_the_wall_clock);
    return s;
}
