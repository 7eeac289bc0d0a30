#include "base/buf.h"
#include "test.h"

#include <limits.h>

static void is(kf_buf_t *buf, const char *wanted)
{
    ck_assert(!buf->overflow);
    ck_assert_str_eq(kf_buf_text(buf), wanted);
    ck_assert_uint_eq(buf->len, strlen(wanted));
}

START_TEST(appends_grow)
{
    kf_buf_t buf;

    kf_buf_init(&buf, kf_test_pool, 0, 10000);
    is(&buf, "");
    kf_buf_str(&buf, "abc");
    kf_buf_char(&buf, '-');
    kf_buf_bytes(&buf, "xyz", 2);
    is(&buf, "abc-xy");
    for (int i = 0; i < 1000; i++) {
        kf_buf_str(&buf, "0123456");
    }
    ck_assert_uint_eq(buf.len, 7006);
    for (int i = 0; i < 1000; i++) {
        ck_assert_int_eq(memcmp(buf.data + 6 + 7 * i, "0123456", 7), 0);
    }
    ck_ok(kf_buf_check(&buf, "test", kf_test_pool));
}
END_TEST

START_TEST(overflow_sticks)
{
    kf_buf_t buf;

    kf_buf_init(&buf, kf_test_pool, 100, 8);
    kf_buf_str(&buf, "12345678");
    is(&buf, "12345678");
    kf_buf_char(&buf, '9');
    ck_assert(buf.overflow);
    ck_assert_uint_eq(buf.len, 8);
    kf_buf_str(&buf, "");
    kf_buf_printf(&buf, "%s", "");
    kf_buf_int(&buf, 1);
    kf_buf_json(&buf, "a", 1);
    ck_assert_uint_eq(buf.len, 8);
    ck_fails(kf_buf_check(&buf, "test", kf_test_pool), KF_E_TOO_LARGE);
    kf_buf_reset(&buf);
    kf_buf_str(&buf, "ok");
    is(&buf, "ok");
}
END_TEST

START_TEST(overflow_by_each_append)
{
    kf_buf_t buf;

    for (int i = 0; i < 4; i++) {
        kf_buf_init(&buf, kf_test_pool, 2, 4);
        kf_buf_str(&buf, "abc");
        switch (i) {
        case 0: kf_buf_printf(&buf, "%d", 10); break;
        case 1: kf_buf_int(&buf, -1); break;
        case 2: kf_buf_json(&buf, "<", 1); break;
        default: kf_buf_bytes(&buf, "xx", 2); break;
        }
        ck_assert_msg(buf.overflow, "append %d", i);
        ck_assert_msg(!memcmp(buf.data, "abc", 3), "append %d", i);
    }
    kf_buf_init(&buf, kf_test_pool, 2, 4);
    ck_assert(!kf_buf_room(&buf, SIZE_MAX));
    ck_assert(buf.overflow);
}
END_TEST

START_TEST(printf_fits_and_grows)
{
    kf_buf_t buf;

    kf_buf_init(&buf, kf_test_pool, 4, 100);
    kf_buf_printf(&buf, "%d", 1234);
    is(&buf, "1234");
    kf_buf_printf(&buf, "-%s-%05d", "abc", 42);
    is(&buf, "1234-abc-00042");
}
END_TEST

static const struct {
    int64_t value;
    const char *text;
} ints[] = {
    {0, "0"}, {7, "7"}, {10, "10"}, {-1, "-1"}, {1234567890123, "1234567890123"},
    {INT64_MAX, "9223372036854775807"}, {INT64_MIN, "-9223372036854775808"},
};

START_TEST(int_text)
{
    kf_buf_t buf;

    kf_buf_init(&buf, kf_test_pool, 1, 100);
    kf_buf_int(&buf, ints[_i].value);
    is(&buf, ints[_i].text);
}
END_TEST

static const struct {
    const char *in;
    size_t len;
    const char *out;
} jsons[] = {
    {"", 0, ""},
    {"plain text", 10, "plain text"},
    {"a\"b\\c", 5, "a\\\"b\\\\c"},
    {"\n\r\t\b\f", 5, "\\n\\r\\t\\b\\f"},
    {"\0\x01\x1f\x7f", 4, "\\u0000\\u0001\\u001f\\u007f"},
    {"</script>", 9, "\\u003c/script>"},
    {"Peña €", 9, "Peña €"},
    {"\xf0\x9f\x98\x80!", 5, "\xf0\x9f\x98\x80!"},
    {"\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa", 9, "\\u2028\\u2029\xe2\x80\xaa"},
    {"\xff" "a", 2, "\xef\xbf\xbd" "a"},                      /* never in UTF-8 */
    {"\xc0\x80", 2, "\xef\xbf\xbd\xef\xbf\xbd"},              /* overlong NUL */
    {"\xe0\x80\xaf", 3, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
    {"\xf0\x80\x80\xaf", 4, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
    {"\xed\xa0\x80", 3, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"}, /* surrogate */
    {"\xf4\x90\x80\x80", 4, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
    {"\xe2\x82", 2, "\xef\xbf\xbd\xef\xbf\xbd"},              /* cut off */
    {"\xc3\"", 2, "\xef\xbf\xbd\\\""},                        /* a quote is not swallowed */
};

START_TEST(json_escapes)
{
    kf_buf_t buf;

    kf_buf_init(&buf, kf_test_pool, 1, 100);
    kf_buf_json(&buf, jsons[_i].in, jsons[_i].len);
    is(&buf, jsons[_i].out);
}
END_TEST

Suite *kf_suite_base_buf(void)
{
    Suite *s = suite_create("base_buf");
    TCase *tc = kf_test_case(s, "buf");

    tcase_add_test(tc, appends_grow);
    tcase_add_test(tc, overflow_sticks);
    tcase_add_test(tc, overflow_by_each_append);
    tcase_add_test(tc, printf_fits_and_grows);
    tcase_add_loop_test(tc, int_text, 0, KF_COUNT(ints));
    tcase_add_loop_test(tc, json_escapes, 0, KF_COUNT(jsons));
    return s;
}
