#include "test.h"
#include "base/utf8.h"

#include <string.h>

static const struct {
    const char *bytes;
    size_t count;
} good[] = {
    {"", 0}, {"abc", 3}, {"José", 4}, {"\xc2\x80", 1}, {"\xdf\xbf", 1}, {"\xe0\xa0\x80", 1},
    {"\xed\x9f\xbf", 1}, {"\xee\x80\x80", 1}, {"\xef\xbf\xbf", 1}, {"\xf0\x90\x80\x80", 1},
    {"\xf4\x8f\xbf\xbf", 1}, {"a\xf0\x9f\x98\x80z", 3},
};

START_TEST(valid)
{
    size_t len = strlen(good[_i].bytes);

    ck_assert(kf_utf8_valid(good[_i].bytes, len));
    ck_assert_uint_eq(kf_utf8_count(good[_i].bytes, len), good[_i].count);
}
END_TEST

static const char *const bad[] = {
    "\x80", "\xbf", "a\x80", "\xc0\x80", "\xc1\xbf", "\xc3", "\xc3(", "\xe0\x80\x80",
    "\xe0\x9f\xbf", "\xe2\x82", "\xe2(\xa1", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x80\x80\x80",
    "\xf0\x8f\xbf\xbf", "\xf0\x9f\x98", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xfe", "\xff",
    "ok\xe2\x82",
};

START_TEST(not_valid)
{
    ck_assert_msg(!kf_utf8_valid(bad[_i], strlen(bad[_i])), "case %d", _i);
}
END_TEST

START_TEST(decodes)
{
    uint32_t c = 0;

    ck_assert_uint_eq(kf_utf8_next(&c, "", 0), 0);
    ck_assert_uint_eq(kf_utf8_next(&c, "\0", 1), 1);
    ck_assert_uint_eq(c, 0);
    ck_assert_uint_eq(kf_utf8_next(&c, "é!", 3), 2);
    ck_assert_uint_eq(c, 0xe9);
    ck_assert_uint_eq(kf_utf8_next(&c, "€", 3), 3);
    ck_assert_uint_eq(c, 0x20ac);
    ck_assert_uint_eq(kf_utf8_next(&c, "\xf4\x8f\xbf\xbf", 4), 4);
    ck_assert_uint_eq(c, 0x10ffff);
    ck_assert_uint_eq(kf_utf8_next(&c, "€", 2), 0);
    ck_assert(kf_utf8_valid("a\0b", 3));
}
END_TEST

static const struct {
    const char *text, *allowed;
    bool found;
} controls[] = {
    {"plain ñ €", NULL, false}, {"a\nb", NULL, true}, {"a\nb\tc", "\n\t", false},
    {"a\rb", "\n\t", true}, {"\x1b[0m", "\n", true}, {"\x7f", NULL, true},
    {"\xc2\x85", NULL, true}, {"\xc2\xa0", NULL, false}, {"\xe2\x80\xa8", "\n", true},
    {"\xe2\x80\xae evil", NULL, true}, {"\xe2\x81\xa6", NULL, true}, {"\xe2\x80\x93", NULL, false},
};

START_TEST(finds_controls)
{
    const char *text = controls[_i].text;

    ck_assert_int_eq(kf_utf8_has_control(text, strlen(text), controls[_i].allowed),
                     controls[_i].found);
}
END_TEST

START_TEST(nul_is_a_control)
{
    ck_assert(kf_utf8_has_control("a\0b", 3, "\n"));
}
END_TEST

Suite *kf_suite_base_utf8(void)
{
    Suite *suite = suite_create("base_utf8");
    TCase *tc = kf_test_case(suite, "utf8");

    tcase_add_loop_test(tc, valid, 0, KF_COUNT(good));
    tcase_add_loop_test(tc, not_valid, 0, KF_COUNT(bad));
    tcase_add_test(tc, decodes);
    tcase_add_loop_test(tc, finds_controls, 0, KF_COUNT(controls));
    tcase_add_test(tc, nul_is_a_control);
    return suite;
}
