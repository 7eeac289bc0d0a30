#include "base/num.h"
#include "test.h"

#include <string.h>

static const struct {
    const char *text;
    int64_t value;
} good[] = {
    {"0", 0}, {"1", 1}, {"-1", -1}, {"10", 10}, {"9000000000", 9000000000},
    {"9223372036854775807", INT64_MAX}, {"-9223372036854775808", INT64_MIN},
};

START_TEST(reads)
{
    int64_t value = 99;

    ck_ok(kf_num_parse(&value, good[_i].text, INT64_MIN, INT64_MAX, kf_test_pool));
    ck_assert_int_eq(value, good[_i].value);
}
END_TEST

static const char *const odd[] = {
    "", "-", "+1", " 1", "1 ", "\t1", "1\n", "01", "00", "-0", "-01", "--1", "1-", "1.0", "1.",
    ".1", "1,000", "1_000", "1e3", "0x10", "0b1", "1a", "a", "NaN", "Infinity", "true", "٣",
    "９", "9223372036854775808", "-9223372036854775809", "99999999999999999999999",
    "1/2", "(1)", "1u", "$1",
};

START_TEST(refuses)
{
    int64_t value = 99;

    ck_fails(kf_num_parse(&value, odd[_i], INT64_MIN, INT64_MAX, kf_test_pool), KF_E_INVALID);
    ck_assert_int_eq(value, 99);
}
END_TEST

START_TEST(range_and_null)
{
    int64_t value = 99;

    ck_ok(kf_num_parse(&value, "5", 5, 5, kf_test_pool));
    ck_fails(kf_num_parse(&value, "4", 5, 10, kf_test_pool), KF_E_INVALID);
    ck_fails(kf_num_parse(&value, "11", 5, 10, kf_test_pool), KF_E_INVALID);
    ck_fails(kf_num_parse(&value, NULL, 5, 10, kf_test_pool), KF_E_INVALID);
    ck_assert_int_eq(value, 5);
    ck_assert(kf_num_read(&value, "1234", 2, 0, 99));
    ck_assert_int_eq(value, 12);
    ck_assert(!kf_num_read(&value, "1\0002", 3, 0, 999));
}
END_TEST

Suite *kf_suite_base_num(void)
{
    Suite *s = suite_create("base_num");
    TCase *tc = kf_test_case(s, "num");

    tcase_add_loop_test(tc, reads, 0, KF_COUNT(good));
    tcase_add_loop_test(tc, refuses, 0, KF_COUNT(odd));
    tcase_add_test(tc, range_and_null);
    return s;
}
