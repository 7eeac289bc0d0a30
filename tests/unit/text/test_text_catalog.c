#include "test.h"
#include "text/catalog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ES                                                                              \
    "{\"time\":{\"held_for\":\"Guardamos {what} por {time}\",\"odd\":\"{} {A} {a b} {\"}," \
    "\"slots\":{\"one\":\"{n} horario\",\"other\":\"{n} horarios\"},\"top\":\"Arriba\"}"
#define EN                                                                              \
    "{\"top\":\"Top\",\"slots\":{\"one\":\"{n} time\",\"other\":\"{n} times\"},"          \
    "\"time\":{\"odd\":\"odd\",\"held_for\":\"For {time} we hold {what}, {time}\"}}"

static kf_err_t *make(kf_catalog_t **cat, const char *es, const char *en)
{
    json_t *a = json_loads(es, JSON_DECODE_ANY, NULL), *b = json_loads(en, JSON_DECODE_ANY, NULL);
    kf_err_t *err;

    ck_assert(a && b);
    err = kf_catalog_make(cat, a, b, kf_test_pool);
    json_decref(a);
    json_decref(b);
    return err;
}

START_TEST(texts)
{
    kf_catalog_t *cat;

    ck_ok(make(&cat, ES, EN));
    ck_assert_str_eq(kf_catalog_text(cat, "es", "top"), "Arriba");
    ck_assert_str_eq(kf_catalog_text(cat, "en", "top"), "Top");
    ck_assert_str_eq(kf_catalog_text(cat, "fr", "top"), "Arriba");
    ck_assert_str_eq(kf_catalog_text(cat, NULL, "top"), "Arriba");
    ck_assert_str_eq(kf_catalog_text(cat, "en", "slots.one"), "{n} time");
    /* a missing message appears on the page as its key */
    ck_assert_str_eq(kf_catalog_text(cat, "en", "slots"), "slots");
    ck_assert_str_eq(kf_catalog_text(cat, "en", "slots.none"), "slots.none");
    ck_assert_str_eq(kf_catalog_text(cat, "en", "no.such.key"), "no.such.key");
    ck_assert_str_eq(kf_catalog_text(cat, "en", "top.more"), "top.more");
    ck_assert_str_eq(kf_catalog_text(cat, "en", ""), "");
    ck_assert_str_eq(json_string_value(json_object_get(kf_catalog_get(cat, "en"), "top")), "Top");
}
END_TEST

START_TEST(formats)
{
    kf_catalog_t *cat;

    ck_ok(make(&cat, ES, EN));
    ck_assert_str_eq(kf_catalog_format(cat, "es", "time.held_for", kf_test_pool, "time", "9:41",
                                       "what", "tu {time} <hora>", NULL),
                     "Guardamos tu {time} <hora> por 9:41");
    ck_assert_str_eq(kf_catalog_format(cat, "en", "time.held_for", kf_test_pool, "what", "it",
                                       "time", "9:41", NULL), "For 9:41 we hold it, 9:41");
    ck_assert_str_eq(kf_catalog_format(cat, "es", "time.held_for", kf_test_pool, "tim", "x",
                                       "what", "", NULL), "Guardamos  por {time}");
    ck_assert_str_eq(kf_catalog_format(cat, "es", "time.odd", kf_test_pool, "a", "x", NULL),
                     "{} {A} {a b} {");
    ck_assert_str_eq(kf_catalog_plural(cat, "es", "slots", 1, kf_test_pool), "1 horario");
    ck_assert_str_eq(kf_catalog_plural(cat, "es", "slots", 0, kf_test_pool), "0 horarios");
    ck_assert_str_eq(kf_catalog_plural(cat, "en", "slots", 12, kf_test_pool), "12 times");
}
END_TEST

static const struct {
    const char *es, *en, *says;
} wrong[] = {
    {"{\"a\":\"x\"}", "{}", "message a of es.json is not in en.json"},
    {"{}", "{\"a\":{\"b\":\"x\"}}", "message a of en.json is not in es.json"},
    {"{\"a\":{\"b\":\"x\"}}", "{\"a\":{\"b\":\"x\",\"c\":\"y\"}}", "a.c of en.json"},
    {"{\"a\":\"x\"}", "{\"a\":{\"b\":\"x\"}}", "message a must be text"},
    {"{\"a\":1}", "{\"a\":1}", "message a must be text"},
    {"{\"a\":\"{x}\"}", "{\"a\":\"{y}\"}", "message a has a placeholder in es.json"},
    {"{\"a\":\"\"}", "{\"a\":\"{y}\"}", "message a has a placeholder in en.json"},
    {"{\"a\":\"{x} {y}\"}", "{\"a\":\"{x}\"}", "message a has a placeholder in es.json"},
    {"[]", "{}", "must be a JSON object"},
};

START_TEST(languages_must_agree)
{
    kf_catalog_t *cat;
    kf_err_t *err = make(&cat, wrong[_i].es, wrong[_i].en);

    ck_assert_ptr_nonnull(err);
    ck_assert_int_eq(err->code, KF_E_CONFIG);
    ck_assert_msg(strstr(err->detail, wrong[_i].says) != NULL, "%s", err->detail);
}
END_TEST

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

START_TEST(loads)
{
    char dir[] = "/tmp/kf-catalog-XXXXXX", es[64], en[64];
    kf_catalog_t *cat;
    kf_err_t *err;

    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(es, sizeof(es), "%s/es.json", dir);
    snprintf(en, sizeof(en), "%s/en.json", dir);
    write_file(es, ES);
    ck_fails(kf_catalog_load(&cat, dir, kf_test_pool), KF_E_CONFIG);
    write_file(en, "{\"top\":\"a\",\"top\":\"b\"}");
    err = kf_catalog_load(&cat, dir, kf_test_pool);
    ck_assert_ptr_nonnull(err);
    ck_assert_str_eq(err->detail, "message catalogue en.json cannot be read");
    ck_assert_msg(strstr(err->cause, "line 1") != NULL, "%s", err->cause);
    write_file(en, EN);
    ck_ok(kf_catalog_load(&cat, dir, kf_test_pool));
    ck_assert_str_eq(kf_catalog_text(cat, "es", "top"), "Arriba");
    unlink(es);
    unlink(en);
    ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

START_TEST(our_own_catalogues)
{
    kf_catalog_t *cat;

    ck_ok(kf_catalog_load(&cat, KF_SRCDIR "/htdocs/i18n", kf_test_pool));
    ck_assert_str_eq(kf_catalog_text(cat, "es", "lang.name"), "Español");
    ck_assert_str_eq(kf_catalog_text(cat, "en", "lang.name"), "English");
    ck_assert_str_eq(kf_catalog_said(cat, "es", "refusals", "Sign in first.", kf_test_pool), "Primero inicia sesión.");
    ck_assert_str_eq(kf_catalog_said(cat, "es", "refusals", "Sign in first", kf_test_pool), "Primero inicia sesión.");
    ck_assert_ptr_null(kf_catalog_said(cat, "en", "refusals", "Sign in first.", kf_test_pool));
    ck_assert_ptr_null(kf_catalog_said(cat, "es", "refusals", "Nobody says this.", kf_test_pool));
    ck_assert_ptr_null(kf_catalog_said(cat, "es", "nothing", "", kf_test_pool));
}
END_TEST

Suite *kf_suite_text_catalog(void)
{
    Suite *suite = suite_create("text_catalog");
    TCase *tc = kf_test_case(suite, "catalog");

    tcase_add_test(tc, texts);
    tcase_add_test(tc, formats);
    tcase_add_loop_test(tc, languages_must_agree, 0, KF_COUNT(wrong));
    tcase_add_test(tc, loads);
    tcase_add_test(tc, our_own_catalogues);
    return suite;
}
