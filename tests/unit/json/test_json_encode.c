#include "json/encode.h"
#include "test.h"

#include <jansson.h>

#define NOON INT64_C(1796126400000000)   /* 2026-12-01T12:00:00Z */

static void write_all(kf_buf_t *buf)
{
    kf_uuid_t uuid = {{0x01, 0x7f}};

    kf_json_open(buf, '{');
    kf_json_str(buf, "s", "a\"b</x>");
    kf_json_str(buf, "none", NULL);
    kf_json_strn(buf, "part", "abcdef", 3);
    kf_json_int(buf, "i", -42);
    kf_json_bool(buf, "t", true);
    kf_json_bool(buf, "f", false);
    kf_json_null(buf, "n");
    kf_json_open_key(buf, "list", '[');
    kf_json_int(buf, NULL, 1);
    kf_json_str(buf, NULL, "{");
    kf_json_open(buf, '{');
    kf_json_close(buf, '}');
    kf_json_open(buf, '[');
    kf_json_close(buf, ']');
    kf_json_close(buf, ']');
    kf_json_raw(buf, "raw", "{\"x\":[]}", 8);
    kf_json_uuid(buf, "id", &uuid);
    kf_json_utc(buf, "utc", NOON);
    kf_json_local(buf, "local", NOON, -18000);
    kf_json_date(buf, "date", 20788);
    kf_json_major(buf, "price", (kf_money_t){8059, "USD"});
    kf_json_close(buf, '}');
}

#define ALL                                                                                  \
    "{\"s\":\"a\\\"b\\u003c/x>\",\"none\":null,\"part\":\"abc\",\"i\":-42,\"t\":true,"       \
    "\"f\":false,\"n\":null,\"list\":[1,\"{\",{},[]],\"raw\":{\"x\":[]},"                    \
    "\"id\":\"017f0000-0000-0000-0000-000000000000\",\"utc\":\"2026-12-01T12:00:00Z\","      \
    "\"local\":\"2026-12-01T07:00:00-05:00\",\"date\":\"2026-12-01\",\"price\":80.59}"

START_TEST(writes_json)
{
    kf_buf_t buf;
    json_t *json;

    kf_buf_init(&buf, kf_test_pool, 1, 4096);
    write_all(&buf);
    ck_ok(kf_buf_check(&buf, "test", kf_test_pool));
    ck_assert_str_eq(kf_buf_text(&buf), ALL);
    json = json_loadb(buf.data, buf.len, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_ptr_nonnull(json);
    ck_assert_str_eq(json_string_value(json_object_get(json, "s")), "a\"b</x>");
    json_decref(json);
}
END_TEST

/* With any maximum, nothing is written past it and the truncation is reported. */
START_TEST(overflow_anywhere_is_told)
{
    for (size_t max = 0; max < sizeof(ALL) - 1; max++) {
        kf_buf_t buf;

        kf_buf_init(&buf, kf_test_pool, 1, max);
        write_all(&buf);
        ck_assert_uint_le(buf.len, max);
        ck_fails(kf_buf_check(&buf, "test", kf_test_pool), KF_E_TOO_LARGE);
    }
}
END_TEST

START_TEST(scalar_document)
{
    kf_buf_t buf;

    kf_buf_init(&buf, kf_test_pool, 8, 64);
    kf_json_str(&buf, NULL, "\xe2\x80\xa8");
    ck_assert_str_eq(kf_buf_text(&buf), "\"\\u2028\"");
}
END_TEST

Suite *kf_suite_json_encode(void)
{
    Suite *s = suite_create("json_encode");
    TCase *tc = kf_test_case(s, "encode");

    tcase_add_test(tc, writes_json);
    tcase_add_test(tc, overflow_anywhere_is_told);
    tcase_add_test(tc, scalar_document);
    return s;
}
