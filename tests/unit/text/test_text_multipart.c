#include "base/limits.h"
#include "test.h"
#include "text/multipart.h"

#include <apr_strings.h>
#include <string.h>

#define TYPE "multipart/form-data; boundary=B"
#define HEAD "--B\r\nContent-Disposition: form-data; "
#define A HEAD "name=\"a\"\r\n\r\n1\r\n"
#define END "--B--\r\n"

static kf_multipart_t *form;

static kf_err_t *parse(const char *type, const char *body)
{
    return kf_multipart_parse(&form, type, body, strlen(body), kf_test_pool);
}

START_TEST(reads)
{
    static const char body[] = HEAD "name=\"csrf\"\r\n\r\nx\xc3\xb1\r\ny\r\n"
        "--B\r\nContent-Type: image/png\r\ncontent-disposition:form-data ; FileName=\"lo go.png\"; "
        "name=\"file\"\r\n\r\n\x89PNG\r\n\0--B\r\n" "\r\n" HEAD "name=\"empty\"\r\n\r\n\r\n" END;
    const kf_part_t *part;

    ck_ok(kf_multipart_parse(&form, TYPE, body, sizeof(body) - 1, kf_test_pool));
    ck_assert_int_eq(kf_multipart_count(form), 3);
    ck_assert_str_eq(kf_multipart_field(form, "csrf"), "x\xc3\xb1\r\ny");
    ck_assert_str_eq(kf_multipart_field(form, "empty"), "");
    ck_assert_ptr_null(kf_multipart_field(form, "file"));
    ck_assert_ptr_null(kf_multipart_part(form, "File"));
    part = kf_multipart_part(form, "file");
    ck_assert_ptr_eq(part, kf_multipart_at(form, 1));
    ck_assert_str_eq(part->file, "lo go.png");
    ck_assert_uint_eq(part->len, 12);
    ck_assert(!memcmp(part->bytes, "\x89PNG\r\n\0--B\r\n", 12));
}
END_TEST

START_TEST(types)
{
    static const char *const good[] = {"Multipart/Form-Data;boundary=B", "multipart/form-data ; boundary=\"B\" "};
    static const char *const wrong[] = {
        "", "multipart/form-data", "multipart/form-data;", "multipart/form-data; boundary=", "text/plain; boundary=B",
        "multipart/form-datax; boundary=B", "multipart/form-data; boundary=\"B", "multipart/form-data; boundary=B;x=1",
        "multipart/form-data; boundary=B\x01", "multipart/form-data; boundary=B B", "multipart/mixed; boundary=B"};
    char *long_one = apr_pstrcat(kf_test_pool, "multipart/form-data; boundary=", NULL);

    for (int i = 0; i < KF_COUNT(good); i++) {
        ck_ok(parse(good[i], A END));
    }
    for (int i = 0; i < KF_COUNT(wrong); i++) {
        ck_fails(parse(wrong[i], A END), KF_E_MEDIA_TYPE);
    }
    ck_fails(parse(NULL, A END), KF_E_MEDIA_TYPE);
    for (int i = 0; i < 71; i++) {
        long_one = apr_pstrcat(kf_test_pool, long_one, "b", NULL);
    }
    ck_fails(parse(long_one, A END), KF_E_MEDIA_TYPE);
}
END_TEST

static const struct {
    const char *body, *field;
} refused[] = {
    {"", NULL},
    {"x" A END, NULL},
    {"\r\n" A END, NULL},
    {"--B--", NULL},
    {A, "a"},
    {A END "x", NULL},
    {A END "\r\n", NULL},
    {A "--B-\r\n", NULL},
    {A "--Bx\r\n", NULL},
    {A A END, "a"},
    {HEAD "name=\"a\"\r\n\r\n1", "a"},
    {HEAD "name=\"a\"\r\n\r\n1--B--", "a"},
    {HEAD "name=\"a\"\n\n1\r\n" END, NULL},
    {HEAD "name=\"\"\r\n\r\n1\r\n" END, NULL},
    {HEAD "name=a\r\n\r\n1\r\n" END, NULL},
    {HEAD "name=\"a\r\n\r\n1\r\n" END, NULL},
    {HEAD "filename=\"a\"\r\n\r\n1\r\n" END, NULL},
    {HEAD "name=\"a\"; name=\"b\"\r\n\r\n1\r\n" END, NULL},
    {HEAD "name=\"a\"; filename*=utf-8''x\r\n\r\n1\r\n" END, NULL},
    {HEAD "name=\"a\"; filename=\"x\\y\"\r\n\r\n1\r\n" END, "a"},
    {HEAD "name=\"a\"; filename=\"x\x01y\"\r\n\r\n1\r\n" END, "a"},
    {HEAD "name=\"a\"; filename=\"x\xff\"\r\n\r\n1\r\n" END, "a"},
    {HEAD "name=\"a\xff\"\r\n\r\n1\r\n" END, NULL},
    {HEAD "name=\"a\" x\r\n\r\n1\r\n" END, NULL},
    {HEAD "name=\"a\"\r\n\r\n\xff\r\n" END, "a"},
    {HEAD "name=\"a\"\r\n\r\n\x01\r\n" END, "a"},
    {HEAD "name=\"a\"\r\nContent-Transfer-Encoding: base64\r\n\r\n1\r\n" END, "a"},
    {HEAD "name=\"a\"\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n1\r\n" END, NULL},
    {HEAD "name=\"a\"\r\nnonsense\r\n\r\n1\r\n" END, NULL},
    {"--B\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n" END, NULL},
    {"--B\r\nContent-Type: text/plain\r\n\r\n1\r\n" END, NULL},
    {"--B\r\n\r\n1\r\n" END, NULL},
};

START_TEST(refuses)
{
    kf_err_t *err = parse(TYPE, refused[_i].body);

    ck_assert_msg(err && err->code == KF_E_MALFORMED, "%s", refused[_i].body);
    ck_assert_pstr_eq(err->field, refused[_i].field);
}
END_TEST

START_TEST(caps)
{
    static const char nul[] = HEAD "name=\"a\"\r\n\r\nx\0y\r\n" END;
    const char *body = "", *name = "", *padding = "";

    for (int i = 0; i < KF_MAX_PARTS; i++) {
        body = apr_psprintf(kf_test_pool, "%s" HEAD "name=\"n%d\"\r\n\r\n1\r\n", body, i);
    }
    ck_ok(parse(TYPE, apr_pstrcat(kf_test_pool, body, END, NULL)));
    ck_fails(parse(TYPE, apr_pstrcat(kf_test_pool, body, A END, NULL)), KF_E_MALFORMED);
    for (int i = 0; i < KF_MAX_PART_NAME; i++) {
        name = apr_pstrcat(kf_test_pool, name, "n", NULL);
    }
    ck_ok(parse(TYPE, apr_pstrcat(kf_test_pool, HEAD "name=\"", name, "\"\r\n\r\n1\r\n" END, NULL)));
    ck_fails(parse(TYPE, apr_pstrcat(kf_test_pool, HEAD "name=\"n", name, "\"\r\n\r\n1\r\n" END, NULL)),
             KF_E_MALFORMED);
    for (int i = 0; i < KF_MAX_PART_HEADERS / 8; i++) {
        padding = apr_pstrcat(kf_test_pool, padding, "pppppppp", NULL);
    }
    ck_fails(parse(TYPE, apr_pstrcat(kf_test_pool, HEAD "name=\"a\"\r\nContent-Type: ", padding,
                                     "\r\n\r\n1\r\n" END, NULL)),
             KF_E_MALFORMED);
    ck_fails(kf_multipart_parse(&form, TYPE, nul, sizeof(nul) - 1, kf_test_pool), KF_E_MALFORMED);
}
END_TEST

Suite *kf_suite_text_multipart(void)
{
    Suite *suite = suite_create("text_multipart");
    TCase *tc = kf_test_case(suite, "multipart");

    tcase_add_test(tc, reads);
    tcase_add_test(tc, types);
    tcase_add_loop_test(tc, refuses, 0, KF_COUNT(refused));
    tcase_add_test(tc, caps);
    return suite;
}
