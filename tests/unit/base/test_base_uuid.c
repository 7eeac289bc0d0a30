#include "base/uuid.h"
#include "test.h"

#define SAMPLE "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"

START_TEST(reads_and_writes)
{
    static const uint8_t bytes[16] = {0x01, 0x7f, 0x22, 0xe2, 0x79, 0xb0, 0x7c, 0xc3,
                                      0x98, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f};
    kf_uuid_t a, b;

    ck_ok(kf_uuid_parse(&a, SAMPLE, kf_test_pool));
    ck_assert_mem_eq(a.bytes, bytes, 16);
    ck_assert_str_eq(kf_uuid_text(&a, kf_test_pool), SAMPLE);
    ck_ok(kf_uuid_parse(&b, "017F22E2-79B0-7CC3-98C4-DC0C0C07398F", kf_test_pool));
    ck_assert(kf_uuid_equal(&a, &b));
    b.bytes[15] ^= 1;
    ck_assert(!kf_uuid_equal(&a, &b));
    ck_assert(!kf_uuid_is_nil(&a));
    ck_ok(kf_uuid_parse(&b, "00000000-0000-0000-0000-000000000000", kf_test_pool));
    ck_assert(kf_uuid_is_nil(&b));
}
END_TEST

static const char *const odd[] = {
    "", "017f22e2-79b0-7cc3-98c4-dc0c0c07398", SAMPLE "0", SAMPLE " ", " " SAMPLE,
    "017f22e279b07cc398c4dc0c0c07398f", "{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}",
    "urn:uuid:017f22e2-79b0-7cc3-98c4-dc0c0c07398f", "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
    "017f22e2_79b0_7cc3_98c4_dc0c0c07398f", "017f22e27-9b0-7cc3-98c4-dc0c0c07398f",
    "017f22e2-79b0-7cc3-98c4-dc0c0c07-98f", "-17f22e2-79b0-7cc3-98c4-dc0c0c07398f",
    "017f22e2--9b0-7cc3-98c4-dc0c0c07398f",
};

START_TEST(refuses)
{
    kf_uuid_t uuid;

    ck_fails(kf_uuid_parse(&uuid, odd[_i], kf_test_pool), KF_E_INVALID);
}
END_TEST

START_TEST(random_has_its_version)
{
    kf_uuid_t a, b;

    ck_ok(kf_uuid_random(&a, kf_test_pool));
    ck_ok(kf_uuid_random(&b, kf_test_pool));
    ck_assert_int_eq(a.bytes[6] >> 4, 4);
    ck_assert_int_eq(a.bytes[8] >> 6, 2);
    ck_assert(!kf_uuid_equal(&a, &b));
}
END_TEST

START_TEST(timed_starts_with_its_time)
{
    kf_uuid_t a, b;

    /* the example of RFC 9562, appendix A.6 */
    ck_ok(kf_uuid_timed(&a, 1645557742000, kf_test_pool));
    ck_assert_msg(!strncmp(kf_uuid_text(&a, kf_test_pool), "017f22e2-79b0-7", 15), "%s",
                  kf_uuid_text(&a, kf_test_pool));
    ck_assert_int_eq(a.bytes[8] >> 6, 2);
    ck_ok(kf_uuid_timed(&b, 1645557742001, kf_test_pool));
    ck_assert_int_lt(memcmp(a.bytes, b.bytes, 16), 0);
    ck_ok(kf_uuid_timed(&b, 1645557742000, kf_test_pool));
    ck_assert(!kf_uuid_equal(&a, &b));
    ck_ok(kf_uuid_timed(&b, (INT64_C(1) << 48) - 1, kf_test_pool));
    ck_fails(kf_uuid_timed(&b, INT64_C(1) << 48, kf_test_pool), KF_E_INTERNAL);
    ck_fails(kf_uuid_timed(&b, -1, kf_test_pool), KF_E_INTERNAL);
}
END_TEST

Suite *kf_suite_base_uuid(void)
{
    Suite *s = suite_create("base_uuid");
    TCase *tc = kf_test_case(s, "uuid");

    tcase_add_test(tc, reads_and_writes);
    tcase_add_loop_test(tc, refuses, 0, KF_COUNT(odd));
    tcase_add_test(tc, random_has_its_version);
    tcase_add_test(tc, timed_starts_with_its_time);
    return s;
}
