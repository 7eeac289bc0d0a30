#include "test.h"
#include "text/validate.h"

#include <apr_strings.h>
#include <string.h>

typedef kf_err_t *check_fn(const char **out, const char *field, const char *text, apr_pool_t *p);

static kf_err_t *phone_any(const char **out, const char *field, const char *text, apr_pool_t *p)
{
    return kf_validate_phone(out, field, text, KF_PHONE_ANY, p);
}

static kf_err_t *phone_co(const char **out, const char *field, const char *text, apr_pool_t *p)
{
    return kf_validate_phone(out, field, text, KF_PHONE_CO, p);
}

/* `made` NULL: the text is refused. */
static const struct {
    check_fn *check;
    const char *text, *made;
} cases[] = {
    {kf_validate_name, "Ana", "Ana"},
    {kf_validate_name, "  José Ñáñez \r\n", "José Ñáñez"},
    {kf_validate_name, "Li", "Li"},
    {kf_validate_name, "O'Neil-Çelik 李", "O'Neil-Çelik 李"},
    {kf_validate_name, NULL, NULL},
    {kf_validate_name, "", NULL},
    {kf_validate_name, "   ", NULL},
    {kf_validate_name, "A", NULL},
    {kf_validate_name, "ñ", NULL},
    {kf_validate_name, "Ana\nLuz", NULL},
    {kf_validate_name, "Ana\tLuz", NULL},
    {kf_validate_name, "Ana\x7f", NULL},
    {kf_validate_name, "Ana\xe2\x80\xae", NULL},
    {kf_validate_name, "Ana\xff", NULL},

    {kf_validate_email, "a@b.co", "a@b.co"},
    {kf_validate_email, " Ana.Luz+tag@Mail.Example.com ", "Ana.Luz+tag@Mail.Example.com"},
    {kf_validate_email, "o'x_%=~@ex-ample.org", "o'x_%=~@ex-ample.org"},
    {kf_validate_email, "a@xn--caf-dma.com", "a@xn--caf-dma.com"},
    {kf_validate_email, "a@b", NULL},
    {kf_validate_email, "a@@b.co", NULL},
    {kf_validate_email, "a@b@c.co", NULL},
    {kf_validate_email, "@b.co", NULL},
    {kf_validate_email, "a@", NULL},
    {kf_validate_email, "a", NULL},
    {kf_validate_email, "a b@c.co", NULL},
    {kf_validate_email, "a@b .co", NULL},
    {kf_validate_email, "a@b.co\r\nBcc: x@y.zz", NULL},
    {kf_validate_email, "a\n@b.co", NULL},
    {kf_validate_email, ".a@b.co", NULL},
    {kf_validate_email, "a.@b.co", NULL},
    {kf_validate_email, "a..b@b.co", NULL},
    {kf_validate_email, "a@.b.co", NULL},
    {kf_validate_email, "a@b..co", NULL},
    {kf_validate_email, "a@b.co.", NULL},
    {kf_validate_email, "a@-b.co", NULL},
    {kf_validate_email, "a@b-.co", NULL},
    {kf_validate_email, "a@b_c.co", NULL},
    {kf_validate_email, "a@b.c", NULL},
    {kf_validate_email, "a@192.168.1.10", NULL},
    {kf_validate_email, "a@[192.168.1.1]", NULL},
    {kf_validate_email, "\"a b\"@c.co", NULL},
    {kf_validate_email, "Ana <a@b.co>", NULL},
    {kf_validate_email, "a,b@c.co", NULL},
    {kf_validate_email, "ñ@b.co", NULL},
    {kf_validate_email, "a@ñ.co", "a@xn--ida.co"},
    {kf_validate_email, "Ana@Clínica.Example", "Ana@xn--clnica-4va.example"},
    {kf_validate_email, "a@例え.テスト", "a@xn--r8jz45g.xn--zckzah"},
    {kf_validate_email, "a@ñ..co", NULL},
    {kf_validate_email, "a@ñ", NULL},
    {kf_validate_email, "a@\xff.co", NULL},
    {kf_validate_email, NULL, NULL},

    {phone_any, "+573001234567", "+573001234567"},
    {phone_any, " +57 (300) 123-45.67 ", "+573001234567"},
    {phone_any, "+12345678", "+12345678"},
    {phone_any, "+123456789012345", "+123456789012345"},
    {phone_any, "+1234567", NULL},
    {phone_any, "+1234567890123456", NULL},
    {phone_any, "3001234567", NULL},
    {phone_any, "+0123456789", NULL},
    {phone_any, "++123456789", NULL},
    {phone_any, "+12345+6789", NULL},
    {phone_any, "+1234567x", NULL},
    {phone_any, "+123 456 789 ext 2", NULL},
    {phone_any, "+", NULL},
    {phone_any, "", NULL},
    {phone_any, NULL, NULL},

    {phone_co, "3001234567", "+573001234567"},
    {phone_co, "300 123 4567", "+573001234567"},
    {phone_co, "+57 300 123 4567", "+573001234567"},
    {phone_co, "573001234567", "+573001234567"},
    {phone_co, "(601) 234 5678", "+576012345678"},
    {phone_co, "+576012345678", "+576012345678"},
    {phone_co, "2001234567", NULL},
    {phone_co, "6101234567", NULL},
    {phone_co, "300123456", NULL},
    {phone_co, "30012345678", NULL},
    {phone_co, "+571001234567", NULL},
    {phone_co, "+13001234567", NULL},
    {phone_co, "+5730012345", NULL},

    {kf_validate_notes, NULL, ""},
    {kf_validate_notes, " \r\n ", ""},
    {kf_validate_notes, "línea 1\r\n\tlínea 2\n", "línea 1\n\tlínea 2"},
    {kf_validate_notes, "a\rb", NULL},
    {kf_validate_notes, "a\x07", NULL},
    {kf_validate_notes, "\xff", NULL},

    {kf_validate_lang, "es", "es"},
    {kf_validate_lang, "en", "en"},
    {kf_validate_lang, "ES", NULL},
    {kf_validate_lang, "fr", NULL},
    {kf_validate_lang, "", NULL},
    {kf_validate_lang, NULL, NULL},

    {kf_validate_zone, "America/Bogota", "America/Bogota"},
    {kf_validate_zone, "America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"},
    {kf_validate_zone, "Etc/GMT+5", "Etc/GMT+5"},
    {kf_validate_zone, "UTC", "UTC"},
    {kf_validate_zone, "", NULL},
    {kf_validate_zone, "/etc/passwd", NULL},
    {kf_validate_zone, "../etc/passwd", NULL},
    {kf_validate_zone, "America/../x", NULL},
    {kf_validate_zone, "America//Bogota", NULL},
    {kf_validate_zone, "America/", NULL},
    {kf_validate_zone, "America/Bogota ", NULL},
    {kf_validate_zone, "Amé/rica", NULL},
    {kf_validate_zone, "+05", NULL},
    {kf_validate_zone, NULL, NULL},
};

START_TEST(texts)
{
    const char *made = NULL;
    kf_err_t *err = cases[_i].check(&made, "customer.x", cases[_i].text, kf_test_pool);

    if (cases[_i].made) {
        ck_ok(err);
        ck_assert_str_eq(made, cases[_i].made);
        return;
    }
    ck_assert_msg(err != NULL, "%s became %s", cases[_i].text, made);
    ck_assert_int_eq(err->code, KF_E_INVALID);
    ck_assert_str_eq(err->field, "customer.x");
    ck_assert_ptr_null(made);
}
END_TEST

START_TEST(reasons)
{
    static const struct {
        check_fn *check;
        const char *text, *word;
    } rows[] = {
        {kf_validate_name, "", "required"},         {kf_validate_name, "a", "too_short"},
        {kf_validate_name, "a\x07z", "bad_characters"}, {kf_validate_email, "x", "not_an_email"},
        {kf_validate_email, "peña@b.co", "email_not_ascii"}, {phone_any, "1", "not_a_phone"},
        {kf_validate_lang, "fr", "not_one_of"},     {kf_validate_zone, "+05", "not_a_time_zone"},
    };
    const char *made;

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        kf_err_t *err = rows[i].check(&made, "f", rows[i].text, kf_test_pool);

        ck_assert_msg(err != NULL, "%s is taken", rows[i].text);
        ck_assert_str_eq(kf_reason_text(err->reason), rows[i].word);
        ck_assert_int_eq(kf_reason_of(rows[i].word), err->reason);
    }
    ck_assert_int_eq(kf_reason_of("nothing"), KF_WRONG_INVALID);
    ck_assert_int_eq(kf_code_of("nothing"), KF_E__COUNT);
    ck_assert_int_eq(kf_code_of("slot_unavailable"), KF_E_SLOT_UNAVAILABLE);
}
END_TEST

static const char *many(const char *piece, int times)
{
    const char *text = "";

    for (int i = 0; i < times; i++) {
        text = apr_pstrcat(kf_test_pool, text, piece, NULL);
    }
    return text;
}

START_TEST(lengths)
{
    const char *made, *label = many("a", 63);
    const char *domain = apr_psprintf(kf_test_pool, "%s.%s.%s", label, label, many("b", 50));

    ck_ok(kf_validate_name(&made, "f", many("ñ", 100), kf_test_pool));
    ck_fails(kf_validate_name(&made, "f", many("ñ", 101), kf_test_pool), KF_E_INVALID);
    ck_ok(kf_validate_notes(&made, "f", many("ñ", 1000), kf_test_pool));
    ck_fails(kf_validate_notes(&made, "f", many("ñ", 1001), kf_test_pool), KF_E_INVALID);
    ck_ok(kf_validate_notes(&made, "f", many("a\r\n", 500), kf_test_pool));

#define MAIL(local, tail) apr_pstrcat(kf_test_pool, many("a", local), "@", tail, NULL)
    ck_ok(kf_validate_email(&made, "f", MAIL(64, "b.co"), kf_test_pool));
    ck_fails(kf_validate_email(&made, "f", MAIL(65, "b.co"), kf_test_pool), KF_E_INVALID);
    ck_ok(kf_validate_email(&made, "f", MAIL(1, apr_pstrcat(kf_test_pool, label, ".co", NULL)),
                            kf_test_pool));
    ck_fails(kf_validate_email(&made, "f", MAIL(1, apr_pstrcat(kf_test_pool, label, "a.co", NULL)),
                               kf_test_pool), KF_E_INVALID);
    ck_assert_uint_eq(strlen(domain), 178);
    ck_ok(kf_validate_email(&made, "f", MAIL(64, apr_pstrcat(kf_test_pool, domain, ".bcdefghijk",
                                                            NULL)), kf_test_pool));
    ck_assert_uint_eq(strlen(made), 254);
    ck_fails(kf_validate_email(&made, "f", MAIL(64, apr_pstrcat(kf_test_pool, domain,
                                                               ".bcdefghijkl", NULL)),
                               kf_test_pool), KF_E_INVALID);
    ck_ok(kf_validate_zone(&made, "f", many("a", 64), kf_test_pool));
    ck_fails(kf_validate_zone(&made, "f", many("a", 65), kf_test_pool), KF_E_INVALID);
}
END_TEST

/* `year` 0: the text is refused. */
static const struct {
    const char *text;
    int year, month, day;
} dates[] = {
    {"2026-12-08", 2026, 12, 8}, {"2024-02-29", 2024, 2, 29}, {"2000-02-29", 2000, 2, 29},
    {"1900-01-01", 1900, 1, 1}, {"9999-12-31", 9999, 12, 31}, {"2026-04-30", 2026, 4, 30},
    {"2025-02-29", 0, 0, 0}, {"1900-02-29", 0, 0, 0}, {"2026-04-31", 0, 0, 0},
    {"2026-13-01", 0, 0, 0}, {"2026-00-10", 0, 0, 0}, {"2026-01-00", 0, 0, 0},
    {"1899-12-31", 0, 0, 0}, {"2026-1-1", 0, 0, 0}, {"2026/01/01", 0, 0, 0},
    {"2026-01-011", 0, 0, 0}, {" 2026-01-1", 0, 0, 0}, {"2026-01-0a", 0, 0, 0},
    {"20-6-01-01", 0, 0, 0}, {"2026-+1-01", 0, 0, 0}, {"", 0, 0, 0}, {NULL, 0, 0, 0},
};

START_TEST(days)
{
    kf_valid_date_t date = {0, 0, 0};
    kf_err_t *err = kf_validate_date(&date, "date", dates[_i].text, kf_test_pool);

    ck_assert_int_eq(!err, dates[_i].year != 0);
    ck_assert_int_eq(date.year, dates[_i].year);
    ck_assert_int_eq(date.month, dates[_i].month);
    ck_assert_int_eq(date.day, dates[_i].day);
    if (err) {
        ck_assert_int_eq(err->code, KF_E_INVALID);
        ck_assert_str_eq(err->field, "date");
    }
}
END_TEST

static const struct {
    const char *text;
    int64_t min, max;
    int good;
} numbers[] = {
    {"1", 1, 10, 1}, {"10", 1, 10, 1}, {"0", 0, 10, 1}, {"9223372036854775807", 0, INT64_MAX, 1},
    {"11", 1, 10, 0}, {"0", 1, 10, 0}, {"-1", -5, 10, 0}, {"-0", 0, 10, 0}, {"+1", 1, 10, 0},
    {"01", 1, 10, 0}, {"1.0", 1, 10, 0}, {"1e1", 1, 10, 0}, {" 1", 1, 10, 0}, {"1 ", 1, 10, 0},
    {"", 0, 10, 0}, {"x", 0, 10, 0}, {"9223372036854775808", 0, INT64_MAX, 0}, {NULL, 0, 10, 0},
};

START_TEST(integers)
{
    int64_t value = -7;
    kf_err_t *err = kf_validate_int(&value, "n", numbers[_i].text, numbers[_i].min,
                                    numbers[_i].max, kf_test_pool);

    ck_assert_int_eq(err == NULL, numbers[_i].good);
    if (err) {
        ck_assert_int_eq(err->code, KF_E_INVALID);
        ck_assert_str_eq(err->field, "n");
        ck_assert_int_eq(value, -7);
    } else {
        ck_assert_str_eq(apr_psprintf(kf_test_pool, "%" APR_INT64_T_FMT, value), numbers[_i].text);
    }
}
END_TEST

Suite *kf_suite_text_validate(void)
{
    Suite *suite = suite_create("text_validate");
    TCase *tc = kf_test_case(suite, "validate");

    tcase_add_loop_test(tc, texts, 0, KF_COUNT(cases));
    tcase_add_test(tc, reasons);
    tcase_add_test(tc, lengths);
    tcase_add_loop_test(tc, days, 0, KF_COUNT(dates));
    tcase_add_loop_test(tc, integers, 0, KF_COUNT(numbers));
    return suite;
}
