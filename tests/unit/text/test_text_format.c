#include "test.h"
#include "text/format.h"

#include <string.h>

static const struct {
    kf_format_when_t when;
    const char *es, *en, *es_short, *en_short;
} moments[] = {
    {{2026, 12, 8, 2, 9, 0}, "martes 8 de diciembre, 9:00\u00a0a.\u00a0m.",
     "Tuesday, 8 December, 9:00\u00a0am", "mar 8", "Tue 8"},
    {{2026, 1, 31, 6, 0, 5}, "sábado 31 de enero, 12:05\u00a0a.\u00a0m.",
     "Saturday, 31 January, 12:05\u00a0am",
     "sáb 31", "Sat 31"},
    {{2027, 8, 1, 0, 12, 0}, "domingo 1 de agosto, 12:00\u00a0p.\u00a0m.",
     "Sunday, 1 August, 12:00\u00a0pm",
     "dom 1", "Sun 1"},
    {{2028, 2, 29, 3, 23, 59}, "miércoles 29 de febrero, 11:59\u00a0p.\u00a0m.",
     "Wednesday, 29 February, 11:59\u00a0pm", "mié 29", "Wed 29"},
};

START_TEST(moments_in_words)
{
    const kf_format_when_t *when = &moments[_i].when;

    ck_assert_str_eq(kf_format_datetime("es", when, kf_test_pool), moments[_i].es);
    ck_assert_str_eq(kf_format_datetime(NULL, when, kf_test_pool), moments[_i].es);
    ck_assert_str_eq(kf_format_datetime("en", when, kf_test_pool), moments[_i].en);
    ck_assert_str_eq(kf_format_day_short("es", when, kf_test_pool), moments[_i].es_short);
    ck_assert_str_eq(kf_format_day_short("en", when, kf_test_pool), moments[_i].en_short);
}
END_TEST

START_TEST(parts_of_moments)
{
    const kf_format_when_t when = {2026, 3, 5, 4, 15, 30}, odd = {2026, 99, 1, -3, 0, 0};

    ck_assert_str_eq(kf_format_day("es", &when, kf_test_pool), "jueves 5 de marzo");
    ck_assert_str_eq(kf_format_date("es", &when, kf_test_pool), "jueves 5 de marzo de 2026");
    ck_assert_str_eq(kf_format_date("en", &when, kf_test_pool), "Thursday, 5 March 2026");
    ck_assert_str_eq(kf_format_time("es", &when, kf_test_pool), "3:30\u00a0p.\u00a0m.");
    ck_assert_str_eq(kf_format_time("en", &when, kf_test_pool), "3:30\u00a0pm");
    ck_assert_str_eq(kf_format_month("es", &when, kf_test_pool), "Marzo de 2026");
    ck_assert_str_eq(kf_format_month("en", &when, kf_test_pool), "March 2026");
    /* out of range: any name, but no invalid read */
    ck_assert_str_eq(kf_format_day("es", &odd, kf_test_pool), "domingo 1 de diciembre");
}
END_TEST

static const struct {
    int minutes;
    const char *text;
} offsets[] = {
    {0, "UTC"}, {-300, "UTC-5"}, {345, "UTC+5:45"}, {-210, "UTC-3:30"}, {840, "UTC+14"},
    {-30, "UTC-0:30"}, {60, "UTC+1"},
};

START_TEST(offsets_from_utc)
{
    ck_assert_str_eq(kf_format_offset(offsets[_i].minutes, kf_test_pool), offsets[_i].text);
}
END_TEST

static const struct {
    int64_t minor;
    const char *currency, *es, *en;
} amounts[] = {
    {12000000, "COP", "$\u00a0120.000", "COP\u00a0120,000"},
    {12000050, "COP", "$\u00a0120.000,50", "COP\u00a0120,000.50"},
    {0, "COP", "$\u00a00", "COP\u00a00"},
    {100, "COP", "$\u00a01", "COP\u00a01"},
    {99900, "COP", "$\u00a0999", "COP\u00a0999"},
    {100000, "COP", "$\u00a01.000", "COP\u00a01,000"},
    {123456789000, "COP", "$\u00a01.234.567.890", "COP\u00a01,234,567,890"},
    {-12000000, "COP", "-$\u00a0120.000", "-COP\u00a0120,000"},
    {1250, "USD", "US$\u00a012,50", "USD\u00a012.50"},
    {1205, "USD", "US$\u00a012,05", "USD\u00a012.05"},
    {5, "USD", "US$\u00a00,05", "USD\u00a00.05"},
    {-5, "USD", "-US$\u00a00,05", "-USD\u00a00.05"},
    {1200, "USD", "US$\u00a012,00", "USD\u00a012.00"},
    {100000, "EUR", "€\u00a01.000,00", "EUR\u00a01,000.00"},
    {15000, "CLP", "CLP\u00a015.000", "CLP\u00a015,000"},
    {500, "JPY", "JPY\u00a0500", "JPY\u00a0500"},
    {1234567, "KWD", "KWD\u00a01.234,567", "KWD\u00a01,234.567"},
    {INT64_MAX, "USD", "US$\u00a092.233.720.368.547.758,07",
     "USD\u00a092,233,720,368,547,758.07"},
    {INT64_MIN, "USD", "-US$\u00a092.233.720.368.547.758,08",
     "-USD\u00a092,233,720,368,547,758.08"},
};

START_TEST(amounts_in_words)
{
    int64_t minor = amounts[_i].minor;
    const char *currency = amounts[_i].currency;

    ck_assert_str_eq(kf_format_money("es", minor, currency, kf_test_pool), amounts[_i].es);
    ck_assert_str_eq(kf_format_money("en", minor, currency, kf_test_pool), amounts[_i].en);
}
END_TEST

static const struct {
    const char *email, *masked;
} masks[] = {
    {"ana@example.com", "a***@example.com"}, {"a@example.com", "a***@example.com"},
    {"ñandú@example.com", "ñ***@example.com"}, {"@example.com", "***"}, {"nobody", "***"},
    {"", "***"}, {NULL, "***"},
};

START_TEST(masked_emails)
{
    ck_assert_str_eq(kf_format_mask_email(masks[_i].email, kf_test_pool), masks[_i].masked);
}
END_TEST

Suite *kf_suite_text_format(void)
{
    Suite *suite = suite_create("text_format");
    TCase *tc = kf_test_case(suite, "format");

    tcase_add_loop_test(tc, moments_in_words, 0, KF_COUNT(moments));
    tcase_add_test(tc, parts_of_moments);
    tcase_add_loop_test(tc, offsets_from_utc, 0, KF_COUNT(offsets));
    tcase_add_loop_test(tc, amounts_in_words, 0, KF_COUNT(amounts));
    tcase_add_loop_test(tc, masked_emails, 0, KF_COUNT(masks));
    return suite;
}
