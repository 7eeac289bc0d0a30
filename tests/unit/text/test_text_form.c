#include "base/uri.h"
#include "base/limits.h"
#include "test.h"
#include "text/form.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

static kf_err_t *parse(kf_form_t **form, const char *text)
{
    return kf_form_parse(form, text, strlen(text), kf_test_pool);
}

/* The expected fields, as "name=value" in order, each followed by a semicolon. */
static const struct {
    const char *bytes, *holds;
} good[] = {
    {"", ""},
    {"a=1", "a=1;"},
    {"a=1&b=2", "a=1;b=2;"},
    {"a", "a=;"},
    {"a=", "a=;"},
    {"=x", "=x;"},
    {"&&a=1&&", "a=1;"},
    {"a=b=c", "a=b=c;"},
    {"a+b=c+d", "a b=c d;"},
    {"a=%2B%26%3D", "a=+&=;"},
    {"n=Jos%C3%A9", "n=José;"},
    {"n=Jos\xc3\xa9", "n=José;"},
    {"e=%0d%0A", "e=\r\n;"},
    {"x=%f0%9f%98%80", "x=\xf0\x9f\x98\x80;"},
};

START_TEST(reads)
{
    kf_form_t *form;
    const char *holds = "";

    ck_ok(parse(&form, good[_i].bytes));
    for (int i = 0; i < kf_form_count(form); i++) {
        const char *name, *value;

        kf_form_at(&name, &value, form, i);
        ck_assert_str_eq(kf_form_get(form, name), value);
        holds = apr_pstrcat(kf_test_pool, holds, name, "=", value, ";", NULL);
    }
    ck_assert_str_eq(holds, good[_i].holds);
    ck_assert_ptr_null(kf_form_get(form, "absent"));
}
END_TEST

static const struct {
    const char *bytes, *field, *says;
} bad[] = {
    {"a=%", "a", "hexadecimal"},
    {"a=%4", "a", "hexadecimal"},
    {"a=%4&b=1", "a", "hexadecimal"},
    {"a=%zz", "a", "hexadecimal"},
    {"a=%4g", "a", "hexadecimal"},
    {"a=%00", "a", "NUL"},
    {"a=1&a=2", "a", "more than once"},
    {"a=1&%61=2", "a", "more than once"},
    {"a=%ff", "a", "UTF-8"},
    {"a=%c0%80", "a", "UTF-8"},
    {"a=%ed%a0%80", "a", "UTF-8"},
    {"a=%c3", "a", "UTF-8"},
    {"%=1", NULL, "hexadecimal"},
    {"%00=1", NULL, "NUL"},
    {"%ff=1", NULL, "UTF-8"},
};

START_TEST(refuses)
{
    kf_form_t *form;
    kf_err_t *err = parse(&form, bad[_i].bytes);

    ck_assert_msg(err != NULL, "%s", bad[_i].bytes);
    ck_assert_int_eq(err->code, KF_E_MALFORMED);
    ck_assert_msg(strstr(err->detail, bad[_i].says) != NULL, "%s: %s", bad[_i].bytes, err->detail);
    if (bad[_i].field) {
        ck_assert_str_eq(err->field, bad[_i].field);
    } else {
        ck_assert_ptr_null(err->field);
    }
}
END_TEST

START_TEST(caps)
{
    const char *text = "";
    char *large = apr_palloc(kf_test_pool, KF_MAX_BODY + 1);
    kf_form_t *form;

    for (int i = 0; i < KF_MAX_FORM_FIELDS; i++) {
        text = apr_psprintf(kf_test_pool, "%s&f%d=x", text, i);
    }
    ck_ok(parse(&form, text));
    ck_assert_int_eq(kf_form_count(form), KF_MAX_FORM_FIELDS);
    ck_fails(parse(&form, apr_pstrcat(kf_test_pool, text, "&more", NULL)), KF_E_MALFORMED);

    memset(large, 'a', KF_MAX_BODY + 1);
    ck_ok(kf_form_parse(&form, large, KF_MAX_BODY, kf_test_pool));
    ck_fails(kf_form_parse(&form, large, KF_MAX_BODY + 1, kf_test_pool), KF_E_TOO_LARGE);
    ck_ok(kf_form_parse(&form, NULL, 0, kf_test_pool));
    ck_assert_int_eq(kf_form_count(form), 0);
}
END_TEST

/* Only `len` bytes may be read, and a raw NUL is one of them. */
START_TEST(any_bytes)
{
    kf_form_t *form;
    char *bytes = malloc(3);

    memcpy(bytes, "a=%", 3);
    ck_fails(kf_form_parse(&form, bytes, 3, kf_test_pool), KF_E_MALFORMED);
    ck_fails(kf_form_parse(&form, "a=%41", 4, kf_test_pool), KF_E_MALFORMED);
    memcpy(bytes, "a=b", 3);
    ck_ok(kf_form_parse(&form, bytes, 3, kf_test_pool));
    ck_assert_str_eq(kf_form_get(form, "a"), "b");
    memcpy(bytes, "a=\0", 3);
    ck_fails(kf_form_parse(&form, bytes, 3, kf_test_pool), KF_E_MALFORMED);
    free(bytes);
}
END_TEST

START_TEST(writes)
{
    const char *text = "", *back;
    kf_form_t *form;

    ck_assert_str_eq(kf_uri_encode("", kf_test_pool), "");
    ck_assert_str_eq(kf_uri_encode("aZ09-._~", kf_test_pool), "aZ09-._~");
    ck_assert_str_eq(kf_uri_encode(" +/&=?#%é", kf_test_pool), "%20%2B%2F%26%3D%3F%23%25%C3%A9");
    ck_assert_str_eq(kf_form_query(kf_test_pool, NULL), "");
    ck_assert_str_eq(kf_form_query(kf_test_pool, "a", "1 2", "b&", "ñ", NULL),
                     "a=1%202&b%26=%C3%B1");
    for (int c = 1; c < 128; c++) {
        text = apr_psprintf(kf_test_pool, "%s%c", text, c);
    }
    back = apr_pstrcat(kf_test_pool, "v=", kf_uri_encode(text, kf_test_pool), NULL);
    ck_ok(parse(&form, back));
    ck_assert_str_eq(kf_form_get(form, "v"), text);
}
END_TEST

Suite *kf_suite_text_form(void)
{
    Suite *suite = suite_create("text_form");
    TCase *tc = kf_test_case(suite, "form");

    tcase_add_loop_test(tc, reads, 0, KF_COUNT(good));
    tcase_add_loop_test(tc, refuses, 0, KF_COUNT(bad));
    tcase_add_test(tc, caps);
    tcase_add_test(tc, any_bytes);
    tcase_add_test(tc, writes);
    return suite;
}
