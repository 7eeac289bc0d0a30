#include "json/decode.h"
#include "test.h"

#include <apr_strings.h>
#include <string.h>

static char *repeat(const char *text, int times)
{
    size_t len = strlen(text);
    char *out = apr_pcalloc(kf_test_pool, len * (size_t)times + 1);

    for (int i = 0; i < times; i++) {
        memcpy(out + len * (size_t)i, text, len);
    }
    return out;
}

static kf_err_t *decode(json_t **out, const char *text)
{
    return kf_json_decode(out, text, strlen(text), kf_test_pool);
}

START_TEST(reads_an_object)
{
    json_t *json;

    ck_ok(decode(&json, " {\"a\":1,\"b\":{\"a\":\"}]:\\\"\"}} "));
    ck_assert_int_eq(json_integer_value(json_object_get(json, "a")), 1);
    ck_assert_uint_eq(json->refcount, 1);
}
END_TEST

START_TEST(pool_releases_the_object)
{
    apr_pool_t *p;
    json_t *json;

    apr_pool_create(&p, kf_test_pool);
    ck_ok(kf_json_decode(&json, "{}", 2, p));
    json_incref(json);
    apr_pool_destroy(p);
    ck_assert_uint_eq(json->refcount, 1);
    json_decref(json);
}
END_TEST

static const struct {
    const char *text;
    size_t len;   /* 0: of the text */
} malformed[] = {
    {"", 0}, {" ", 0}, {"{", 0}, {"{}}", 0}, {"{} x", 0}, {"[]", 0}, {"1", 0}, {"\"a\"", 0},
    {"null", 0}, {"{\"a\":1,\"a\":2}", 0}, {"{\"b\":{\"a\":1,\"a\":1}}", 0},
    {"{\"a\":1,\"\\u0061\":2}", 0}, {"{\"a\":\"\\u0000\"}", 0}, {"{\"a\\u0000\":1}", 0},
    {"{\"a\":\"\0\"}", 9}, {"{}\0", 3}, {"{\"a\":01}", 0}, {"{\"a\":+1}", 0}, {"{'a':1}", 0},
    {"{a:1}", 0}, {"{\"a\":1,}", 0}, {"{\"a\":NaN}", 0}, {"{\"a\":\"\n\"}", 0},
    {"{\"a\":\"\xff\"}", 0}, {"{\"a\":\"\xed\xa0\x80\"}", 0}, {"{\"a\":\"\\ud800\"}", 0},
    {"\xef\xbb\xbf{}", 0}, {"{\"a\":99999999999999999999}", 0}, {"{\"a\":\"", 0},
    {"{\"a\":\"\\", 0},
    {"// x\n{}", 0},
};

START_TEST(refuses_malformed)
{
    json_t *json;
    size_t len = malformed[_i].len ? malformed[_i].len : strlen(malformed[_i].text);

    ck_fails(kf_json_decode(&json, malformed[_i].text, len, kf_test_pool), KF_E_MALFORMED);
}
END_TEST

static const char *nested(int depth)
{
    return apr_pstrcat(kf_test_pool, "{\"a\":", repeat("[", depth - 1), repeat("]", depth - 1), "}",
                       NULL);
}

static const char *members(int n)
{
    const char *text = "{\"k0\":0";

    for (int i = 1; i < n; i++) {
        text = apr_psprintf(kf_test_pool, "%s,\"k%d\":0", text, i);
    }
    return apr_pstrcat(kf_test_pool, text, "}", NULL);
}

START_TEST(limits)
{
    json_t *json;
    char *big = repeat(" ", KF_MAX_BODY + 1);

    ck_ok(decode(&json, nested(KF_MAX_JSON_DEPTH)));
    ck_fails(decode(&json, nested(KF_MAX_JSON_DEPTH + 1)), KF_E_TOO_LARGE);
    ck_fails(decode(&json, repeat("[", 100000)), KF_E_TOO_LARGE);
    ck_ok(decode(&json, members(KF_MAX_JSON_KEYS)));
    ck_fails(decode(&json, members(KF_MAX_JSON_KEYS + 1)), KF_E_TOO_LARGE);
    memcpy(big, "{}", 2);
    ck_ok(kf_json_decode(&json, big, KF_MAX_BODY, kf_test_pool));
    ck_fails(kf_json_decode(&json, big, KF_MAX_BODY + 1, kf_test_pool), KF_E_TOO_LARGE);
    /* characters in strings do not count */
    ck_ok(decode(&json, apr_pstrcat(kf_test_pool, "{\"a\":\"", repeat("[{:\\\"", 300), "\"}",
                                    NULL)));
}
END_TEST

START_TEST(answers_have_wider_limits)
{
    json_t *json;
    const char *text = members(KF_MAX_JSON_KEYS + 1);

    ck_ok(kf_json_decode_within(&json, text, strlen(text), &kf_json_answer, kf_test_pool));
    ck_ok(kf_json_decode_within(&json, "[]", 2, &kf_json_answer, kf_test_pool));
}
END_TEST

Suite *kf_suite_json_decode(void)
{
    Suite *s = suite_create("json_decode");
    TCase *tc = kf_test_case(s, "decode");

    tcase_add_test(tc, reads_an_object);
    tcase_add_test(tc, pool_releases_the_object);
    tcase_add_loop_test(tc, refuses_malformed, 0, KF_COUNT(malformed));
    tcase_add_test(tc, limits);
    tcase_add_test(tc, answers_have_wider_limits);
    return s;
}
