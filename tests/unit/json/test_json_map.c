#include "json/decode.h"
#include "test.h"

#include <apr_strings.h>
#include <string.h>

enum { NAME, NOTES, COUNT, FREE, OK, WHO, LIST, ID, START, DAY, CHARGE, N };

static const char *const words[] = {"total", "partial", NULL};

static const kf_field_t fields[N] = {
    [NAME] = {.name = "name", .type = KF_F_TEXT, .required = true, .min = 2, .max = 5},
    [NOTES] = {.name = "notes", .type = KF_F_AREA, .nullable = true},
    [COUNT] = {.name = "count", .type = KF_F_INT, .min = -5, .max = 10},
    [FREE] = {.name = "free", .type = KF_F_INT},
    [OK] = {.name = "ok", .type = KF_F_BOOL},
    [WHO] = {.name = "who", .type = KF_F_OBJECT},
    [LIST] = {.name = "list", .type = KF_F_ARRAY, .min = 1, .max = 2},
    [ID] = {.name = "id", .type = KF_F_UUID},
    [START] = {.name = "start", .type = KF_F_INSTANT},
    [DAY] = {.name = "day", .type = KF_F_DATE},
    [CHARGE] = {.name = "charge", .type = KF_F_WORD, .words = words},
};

static kf_err_t *map(kf_json_value_t *v, const char *text, const char *prefix)
{
    json_t *json = NULL;

    ck_ok(kf_json_decode(&json, text, strlen(text), kf_test_pool));
    return kf_json_map(v, json, fields, N, prefix, kf_test_pool);
}

START_TEST(reads_every_type)
{
    kf_json_value_t v[N];

    ck_ok(map(v, "{\"name\":\"Peñas\",\"notes\":\"a\\n\\tb\",\"count\":-5,"
                 "\"free\":9223372036854775807,\"ok\":true,\"who\":{\"x\":1},\"list\":[1,2],"
                 "\"id\":\"017f22e2-79b0-7cc3-98c4-dc0c0c07398f\","
                 "\"start\":\"2026-12-01T09:00:00-05:00\",\"day\":\"2026-12-01\","
                 "\"charge\":\"partial\"}", ""));
    for (int i = 0; i < N; i++) {
        ck_assert_msg(v[i].present && !v[i].null, "%s", fields[i].name);
    }
    ck_assert_str_eq(v[NAME].s, "Peñas");
    ck_assert_uint_eq(v[NAME].len, 6);
    ck_assert_int_eq(v[COUNT].i, -5);
    ck_assert_int_eq(v[FREE].i, INT64_MAX);
    ck_assert(v[OK].b);
    ck_assert_ptr_nonnull(json_object_get(v[WHO].json, "x"));
    ck_assert_uint_eq(json_array_size(v[LIST].json), 2);
    ck_assert_int_eq(v[ID].uuid.bytes[15], 0x8f);
    ck_assert_int_eq(v[START].at, INT64_C(1796133600000000));
    ck_assert_int_eq(v[START].offset, -18000);
    ck_assert_int_eq(v[DAY].date, 20788);
    ck_assert_int_eq(v[CHARGE].i, 1);
    ck_assert_str_eq(v[CHARGE].s, "partial");
}
END_TEST

START_TEST(left_out_and_null)
{
    kf_json_value_t v[N];

    ck_ok(map(v, "{\"name\":\"ab\",\"notes\":null}", ""));
    ck_assert(!v[NOTES].present);
    ck_assert(v[NOTES].null);
    ck_assert(!v[COUNT].present);
    ck_assert(!v[COUNT].null);
}
END_TEST

/* One invalid member each; the error must name it. */
static const struct {
    const char *member, *field;
} bad[] = {
    {"\"name\":\"a\"", "name"},           {"\"name\":\"abcdef\"", "name"},
    {"\"name\":\"a\\tb\"", "name"},       {"\"name\":\"a\\u007fb\"", "name"},
    {"\"name\":7", "name"},               {"\"name\":null", "name"},
    {"\"notes\":\"a\\u0007\"", "notes"},  {"\"notes\":[]", "notes"},
    {"\"count\":11", "count"},            {"\"count\":-6", "count"},
    {"\"count\":1.0", "count"},           {"\"count\":1e1", "count"},
    {"\"count\":\"1\"", "count"},         {"\"count\":true", "count"},
    {"\"free\":1.5", "free"},             {"\"ok\":1", "ok"},
    {"\"ok\":\"true\"", "ok"},            {"\"ok\":null", "ok"},
    {"\"who\":[]", "who"},                {"\"who\":\"x\"", "who"},
    {"\"list\":{}", "list"},              {"\"list\":[]", "list"},
    {"\"list\":[1,2,3]", "list"},         {"\"id\":\"x\"", "id"},
    {"\"id\":5", "id"},                   {"\"start\":\"2026-12-01T09:00:00\"", "start"},
    {"\"start\":1796133600", "start"},    {"\"day\":\"2026-02-30\"", "day"},
    {"\"day\":20261201", "day"},          {"\"charge\":\"Total\"", "charge"},
    {"\"charge\":0", "charge"},           {"\"other\":1", "other"},
    {"\"Name\":\"ab\"", "Name"},
    {"\"name\":\"a\\u0085b\"", "name"}, {"\"name\":\"a\\u202eb\"", "name"},
};

START_TEST(names_the_bad_field)
{
    kf_json_value_t v[N];
    const char *first = strncmp(bad[_i].member, "\"name\"", 6) ? "\"name\":\"ab\"," : "";
    kf_err_t *err = map(v, apr_pstrcat(kf_test_pool, "{", first, bad[_i].member, "}", NULL), "");

    ck_assert_ptr_nonnull(err);
    ck_assert_int_eq(err->code, KF_E_INVALID);
    ck_assert_str_eq(err->field, bad[_i].field);
    ck_assert_ptr_null(err->next);
}
END_TEST

START_TEST(collects_all_with_a_prefix)
{
    static const char *const wanted[] = {"customer.name", "customer.count", "customer.day",
                                         "customer.extra"};
    kf_json_value_t v[N];
    kf_err_t *err = map(v, "{\"day\":1,\"extra\":1,\"count\":99}", "customer");

    for (int i = 0; i < KF_COUNT(wanted); i++, err = err->next) {
        ck_assert_ptr_nonnull(err);
        ck_assert_str_eq(err->field, wanted[i]);
    }
    ck_assert_ptr_null(err);
    ck_assert(!v[COUNT].present);
}
END_TEST

START_TEST(unknown_fields_are_capped)
{
    kf_json_value_t v[N];
    const char *text = "{\"name\":\"ab\"";
    kf_err_t *err;
    int n = 0;

    text = apr_pstrcat(kf_test_pool, text, ",\"",
                       "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee"
                       "ffffffffff123ñxyz\":1", NULL);
    for (int i = 0; i < 50; i++) {
        text = apr_psprintf(kf_test_pool, "%s,\"x%d\":1", text, i);
    }
    err = map(v, apr_pstrcat(kf_test_pool, text, "}", NULL), "");
    ck_assert_str_eq(err->field,
                     "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff123");
    for (; err; err = err->next) {
        n++;
    }
    ck_assert_int_eq(n, 20);
}
END_TEST

START_TEST(unknown_fields_name_the_known)
{
    kf_json_value_t v[N];
    kf_err_t *err = map(v, "{\"name\":\"ab\",\"nmae\":\"ab\"}", "");
    json_t *json = json_pack("{s:i}", "x", 1);

    ck_assert_ptr_nonnull(err);
    ck_assert_int_eq(err->reason, KF_WRONG_UNKNOWN_FIELD);
    ck_assert_str_eq(err->sentence, "There is no such field. Known here: {1}.");
    ck_assert_int_eq(strncmp(err->values[0], "name, ", 6), 0);
    err = kf_json_map(NULL, json, NULL, 0, "", kf_test_pool);
    json_decref(json);
    ck_assert_str_eq(err->detail, "There is no such field: none is expected here.");
}
END_TEST

START_TEST(needs_an_object)
{
    kf_json_value_t v[N];
    json_t *list = json_array();
    kf_err_t *err = kf_json_map(v, list, fields, N, "customer", kf_test_pool);

    json_decref(list);
    ck_assert_ptr_nonnull(err);
    ck_assert_str_eq(err->field, "customer");
    ck_fails(kf_json_map(v, NULL, fields, N, "", kf_test_pool), KF_E_INVALID);
}
END_TEST

Suite *kf_suite_json_map(void)
{
    Suite *s = suite_create("json_map");
    TCase *tc = kf_test_case(s, "map");

    tcase_add_test(tc, reads_every_type);
    tcase_add_test(tc, left_out_and_null);
    tcase_add_loop_test(tc, names_the_bad_field, 0, KF_COUNT(bad));
    tcase_add_test(tc, collects_all_with_a_prefix);
    tcase_add_test(tc, unknown_fields_are_capped);
    tcase_add_test(tc, unknown_fields_name_the_known);
    tcase_add_test(tc, needs_an_object);
    return s;
}
