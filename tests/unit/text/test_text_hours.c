#include "base/limits.h"
#include "test.h"
#include "text/hours.h"

#include <apr_strings.h>
#include <string.h>

/* "1 540-780|1 840-1080": weekday and minutes of each row. */
static const char *rows_text(const apr_array_header_t *rows)
{
    const char *out = "";

    for (int i = 0; i < rows->nelts; i++) {
        const kf_hours_t *row = &APR_ARRAY_IDX(rows, i, kf_hours_t);

        out = apr_psprintf(kf_test_pool, "%s%s%d %d-%d", out, *out ? "|" : "", row->weekday, row->starts, row->ends);
    }
    return out;
}

static const struct {
    const char *text, *rows;
} good[] = {
    {"mon 09:00-13:00", "1 540-780"},
    {"mon 09:00-13:00,14:00-18:00", "1 540-780|1 840-1080"},
    {"mon 14:00-18:00 , 09:00-13:00", "1 540-780|1 840-1080"},
    {"fri-sat 00:00-24:00", "5 0-1440|6 0-1440"},
    {"tue-tue 08:30-08:31", "2 510-511"},
    {"sat-mon 10:00-11:00", "1 600-660|6 600-660|7 600-660"},
    {"MON,Wed 10:00-11:00", "1 600-660|3 600-660"},
    {"mon , wed-thu 10:00-11:00", "1 600-660|3 600-660|4 600-660"},
    {"sat 09:00-12:00; mon 08:00-09:00", "1 480-540|6 540-720"},
    {"mon 08:00-09:00;", "1 480-540"},
    {"mon 08:00-09:00 ; ", "1 480-540"},
    {"mon 08:00-09:00; mon 09:00-10:00", "1 480-540|1 540-600"},
    {"  mon\t08:00 - 09:00 ", "1 480-540"},
};

START_TEST(reads)
{
    apr_array_header_t *rows;

    ck_ok(kf_hours_parse(&rows, "hours", good[_i].text, kf_test_pool));
    ck_assert_str_eq(rows_text(rows), good[_i].rows);
}
END_TEST

static const struct {
    const char *text, *detail;
} bad[] = {
    {"", "\"\" is not days and hours like mon-fri 09:00-13:00."},
    {";", "\"\" is not days and hours like mon-fri 09:00-13:00."},
    {"mon", "\"mon\" is not days and hours like mon-fri 09:00-13:00."},
    {"09:00-13:00", "\"09:00-13:00\" is not days and hours like mon-fri 09:00-13:00."},
    {"mon09:00-13:00", "\"mon09:00-13:00\" is not days and hours like mon-fri 09:00-13:00."},
    {"mon 09:00-13:00;;tue 09:00-13:00", "\"\" is not days and hours like mon-fri 09:00-13:00."},
    {"lun 09:00-13:00", "\"lun\" is not a day or days like mon or mon-fri."},
    {"monday 09:00-13:00", "\"monday\" is not a day or days like mon or mon-fri."},
    {"mon-xyz 09:00-13:00", "\"mon-xyz\" is not a day or days like mon or mon-fri."},
    {"mon-fri- 09:00-13:00", "\"mon-fri-\" is not a day or days like mon or mon-fri."},
    {"mon,,tue 09:00-13:00", "\"\" is not a day or days like mon or mon-fri."},
    {"mon 9:00-13:00", "\"9:00-13:00\" is not a span like 09:00-13:00."},
    {"mon 09:00", "\"09:00\" is not a span like 09:00-13:00."},
    {"mon 09:60-13:00", "\"09:60-13:00\" is not a span like 09:00-13:00."},
    {"mon 09:00-24:01", "\"09:00-24:01\" is not a span like 09:00-13:00."},
    {"mon 09.00-13.00", "\"09.00-13.00\" is not a span like 09:00-13:00."},
    {"mon 09:00-13:00,", "\"\" is not a span like 09:00-13:00."},
    {"mon 09:00-13:00-14:00", "\"09:00-13:00-14:00\" is not a span like 09:00-13:00."},
    {"mon 13:00-09:00", "\"13:00-09:00\" is not a span that ends after it starts."},
    {"mon 09:00-09:00", "\"09:00-09:00\" is not a span that ends after it starts."},
    {"mon 24:00-24:00", "\"24:00-24:00\" is not a span that ends after it starts."},
    {"mon 09:00-11:00,10:00-12:00", "The spans 09:00-11:00 and 10:00-12:00 of one day overlap."},
    {"mon-fri 09:00-11:00; wed 08:00-09:01", "The spans 08:00-09:01 and 09:00-11:00 of one day overlap."},
    {"mon 09:00-10:00 tue 09:00-10:00", "\"09:00-10:00 tue 09:00-10:00\" is not a span like 09:00-13:00."},
};

START_TEST(refuses)
{
    apr_array_header_t *rows;
    kf_err_t *err = kf_hours_parse(&rows, "hours", bad[_i].text, kf_test_pool);

    ck_assert_msg(err != NULL, "\"%s\" was taken", bad[_i].text);
    ck_assert_int_eq(err->code, KF_E_INVALID);
    ck_assert_str_eq(err->field, "hours");
    ck_assert_str_eq(err->detail, bad[_i].detail);
}
END_TEST

START_TEST(reads_spans)
{
    apr_array_header_t *rows;

    ck_ok(kf_hours_spans(&rows, "open", " 15:00-16:00, 10:00-12:00", kf_test_pool));
    ck_assert_str_eq(rows_text(rows), "0 600-720|0 900-960");
    ck_fails(kf_hours_spans(&rows, "open", "", kf_test_pool), KF_E_INVALID);
    ck_fails(kf_hours_spans(&rows, "open", "mon 10:00-12:00", kf_test_pool), KF_E_INVALID);
    ck_fails(kf_hours_spans(&rows, "open", "10:00-12:00,11:00-13:00", kf_test_pool), KF_E_INVALID);
}
END_TEST

START_TEST(ends_at_the_cap)
{
    apr_array_header_t *rows;
    const char *text = "mon 00:00-00:01";

    for (int i = 1; i < KF_MAX_HOURS; i++) {
        text = apr_psprintf(kf_test_pool, "%s,%02d:%02d-%02d:%02d", text, i / 60, i % 60, (i + 1) / 60, (i + 1) % 60);
    }
    ck_ok(kf_hours_spans(&rows, "open", text + 4, kf_test_pool));
    ck_assert_int_eq(rows->nelts, KF_MAX_HOURS);
    text = apr_pstrcat(kf_test_pool, text, ",23:00-23:01", NULL);
    ck_fails(kf_hours_spans(&rows, "open", text + 4, kf_test_pool), KF_E_INVALID);
    ck_fails(kf_hours_parse(&rows, "hours", text, kf_test_pool), KF_E_INVALID);
}
END_TEST

START_TEST(writes_the_clock)
{
    ck_assert_str_eq(kf_hours_clock(0, kf_test_pool), "00:00");
    ck_assert_str_eq(kf_hours_clock(545, kf_test_pool), "09:05");
    ck_assert_str_eq(kf_hours_clock(1440, kf_test_pool), "24:00");
}
END_TEST

Suite *kf_suite_text_hours(void)
{
    Suite *suite = suite_create("text_hours");
    TCase *tc = kf_test_case(suite, "hours");

    tcase_add_loop_test(tc, reads, 0, KF_COUNT(good));
    tcase_add_loop_test(tc, refuses, 0, KF_COUNT(bad));
    tcase_add_test(tc, reads_spans);
    tcase_add_test(tc, ends_at_the_cap);
    tcase_add_test(tc, writes_the_clock);
    return suite;
}
