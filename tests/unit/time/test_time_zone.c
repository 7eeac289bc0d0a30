#include "test.h"
#include "time/zone.h"

/* New York in 2026 */
#define SPRING INT64_C(1772953200000000)   /* 2026-03-08T07:00:00Z, 02:00 becomes 03:00 */
#define AUTUMN INT64_C(1793512800000000)   /* 2026-11-01T06:00:00Z, 02:00 becomes 01:00 */
#define EST (-18000)
#define EDT (-14400)

static const kf_zone_step_t steps[] = {
    {INT64_C(1767243600000000), EST},
    {SPRING, EDT},
    {AUTUMN, EST},
};
static const kf_zone_offsets_t new_york = {steps, 3};

static const struct {
    kf_instant_t at;
    int32_t offset;
} offsets[] = {
    {0, EST}, {SPRING - 1, EST}, {SPRING, EDT}, {SPRING + 1, EDT}, {AUTUMN - 1, EDT},
    {AUTUMN, EST}, {AUTUMN + KF_DAY * 4000, EST},
};

START_TEST(offset_at)
{
    size_t cursor = 0;

    ck_assert_int_eq(kf_zone_offset(&new_york, offsets[_i].at), offsets[_i].offset);
    ck_assert_int_eq(kf_zone_offset_next(&new_york, &cursor, offsets[_i].at), offsets[_i].offset);
}
END_TEST

START_TEST(cursor_walks)
{
    size_t cursor = 0;

    for (int i = 0; i < KF_COUNT(offsets); i++) {
        ck_assert_int_eq(kf_zone_offset_next(&new_york, &cursor, offsets[i].at),
                         offsets[i].offset);
    }
    ck_assert_uint_eq(cursor, 2);
}
END_TEST

START_TEST(one_step)
{
    kf_zone_step_t one = {1000, -18000};
    kf_zone_offsets_t zone;

    ck_ok(kf_zone_init(&zone, &one, 1, kf_test_pool));
    ck_assert_int_eq(kf_zone_offset(&zone, 0), -18000);
    ck_assert_int_eq(kf_zone_offset(&zone, INT64_C(9000000000000000)), -18000);
}
END_TEST

START_TEST(refuses_bad_lists)
{
    kf_zone_step_t equal[] = {{1, 0}, {1, 60}}, back[] = {{2, 0}, {1, 60}}, wide[] = {{1, 86400}};
    kf_zone_offsets_t zone;

    ck_fails(kf_zone_init(&zone, equal, 0, kf_test_pool), KF_E_INTERNAL);
    ck_fails(kf_zone_init(&zone, equal, 2, kf_test_pool), KF_E_INTERNAL);
    ck_fails(kf_zone_init(&zone, back, 2, kf_test_pool), KF_E_INTERNAL);
    ck_fails(kf_zone_init(&zone, wide, 1, kf_test_pool), KF_E_INTERNAL);
}
END_TEST

START_TEST(local_times)
{
    kf_civil_t before = {2026, 3, 8, 1, 59, 0, 0}, gap = {2026, 3, 8, 2, 30, 0, 0};
    kf_civil_t after = {2026, 3, 8, 3, 0, 0, 0}, twice = {2026, 11, 1, 1, 30, 0, 0};
    kf_civil_t later = {2026, 11, 1, 2, 0, 0, 0};
    kf_instant_t at;

    ck_assert(kf_zone_instant(&at, &new_york, &before));
    ck_assert_int_eq(at, SPRING - KF_MINUTE);
    ck_assert(!kf_zone_instant(&at, &new_york, &gap));
    ck_assert(kf_zone_instant(&at, &new_york, &after));
    ck_assert_int_eq(at, SPRING);
    ck_assert(kf_zone_instant(&at, &new_york, &twice));
    ck_assert_int_eq(at, AUTUMN - 30 * KF_MINUTE);
    ck_assert(kf_zone_instant(&at, &new_york, &later));
    ck_assert_int_eq(at, AUTUMN + KF_HOUR);
}
END_TEST

Suite *kf_suite_time_zone(void)
{
    Suite *s = suite_create("time_zone");
    TCase *tc = kf_test_case(s, "zone");

    tcase_add_loop_test(tc, offset_at, 0, KF_COUNT(offsets));
    tcase_add_test(tc, cursor_walks);
    tcase_add_test(tc, one_step);
    tcase_add_test(tc, refuses_bad_lists);
    tcase_add_test(tc, local_times);
    return s;
}
