#include "crypto/totp.h"
#include "test.h"

#include <string.h>

/* RFC 4226 appendix D and RFC 6238 appendix B (SHA-1) use the same secret. */
static const uint8_t secret[KF_TOTP_SECRET_BYTES] = "12345678901234567890";

static const char *const hotp[] = {"755224", "287082", "359152", "969429", "338314",
                                   "254676", "287922", "162583", "399871", "520489"};

START_TEST(hotp_is_as_in_the_rfc)
{
    char code[KF_TOTP_DIGITS + 1];

    ck_ok(kf_hotp_code(code, secret, sizeof(secret), (uint64_t)_i, kf_test_pool));
    ck_assert_str_eq(code, hotp[_i]);
}
END_TEST

static const struct {
    int64_t at;
    const char *code; /* the last six of the RFC's eight digits */
} totp[] = {{59, "287082"},         {1111111109, "081804"},  {1111111111, "050471"},
            {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};

START_TEST(totp_is_as_in_the_rfc)
{
    int64_t step;

    ck_ok(kf_totp_check(&step, secret, totp[_i].code, totp[_i].at, 0, kf_test_pool));
    ck_assert_int_eq(step, totp[_i].at / KF_TOTP_STEP_S);
}
END_TEST

/* The code of step 37037036 (1111111080 to 1111111109). */
static const struct {
    const char *code;
    int64_t at, last;
    bool good;
} tries[] = {
    {"081804", 1111111109, 0, true},        {"081804", 1111111109 + 30, 0, true},
    {"081804", 1111111109 - 30, 0, true},   {"081804", 1111111109 + 31 + 30, 0, false},
    {"081804", 1111111080 - 31, 0, false},  {"081804", 1111111109, 37037035, true},
    {"081804", 1111111109, 37037036, false}, {"081804", 1111111109, 37037037, false},
    {"081 804", 1111111109, 0, true},       {"081805", 1111111109, 0, false},
    {"81804", 1111111109, 0, false},        {"0818040", 1111111109, 0, false},
    {"", 1111111109, 0, false},             {"08180a", 1111111109, 0, false},
    {"-81804", 1111111109, 0, false},
};

START_TEST(a_code_is_good_about_its_time_and_once)
{
    int64_t step;

    ck_ok(kf_totp_check(&step, secret, tries[_i].code, tries[_i].at, tries[_i].last, kf_test_pool));
    ck_assert_int_eq(step, tries[_i].good ? 37037036 : 0);
}
END_TEST

START_TEST(the_secret_is_told_to_apps)
{
    char text[KF_TOTP_TEXT_CHARS + 1];
    const char *url;

    kf_totp_text(text, secret);
    ck_assert_str_eq(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    ck_ok(kf_totp_url(&url, secret, "Clínica Río", "ana@example.com", kf_test_pool));
    ck_assert_str_eq(url, "otpauth://totp/Cl%C3%ADnica%20R%C3%ADo:ana%40example.com"
                          "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Cl%C3%ADnica%20R%C3%ADo"
                          "&algorithm=SHA1&digits=6&period=30");
}
END_TEST

START_TEST(recovery_codes_have_a_shape_and_differ)
{
    char a[KF_RECOVERY_CHARS + 1], b[KF_RECOVERY_CHARS + 1];
    uint8_t hash[KF_RECOVERY_HASH_BYTES], other[KF_RECOVERY_HASH_BYTES];
    bool ok;

    ck_ok(kf_recovery_make(a, kf_test_pool));
    ck_ok(kf_recovery_make(b, kf_test_pool));
    ck_assert_uint_eq(strlen(a), KF_RECOVERY_CHARS);
    ck_assert_uint_eq(strspn(a, "0123456789abcdefghjkmnpqrstvwxyz-"), KF_RECOVERY_CHARS);
    ck_assert(a[4] == '-' && a[9] == '-' && a[14] == '-');
    ck_assert_str_ne(a, b);
    ck_ok(kf_recovery_hash(hash, &ok, a, kf_test_pool));
    ck_assert(ok);
    ck_ok(kf_recovery_hash(other, &ok, b, kf_test_pool));
    ck_assert(ok);
    ck_assert_mem_ne(hash, other, sizeof(hash));
}
END_TEST

/* Different spellings of one code. */
static const char *const same[] = {"0123-4567-89ab-cd1z", "0123456789abcd1z", " 0123 4567 89AB CD1Z ",
                                   "O123-4567-89ab-cdIz", "o123-4567-89ab-cdlz"};
static const char *const odd[] = {"", "0123-4567-89ab-cd1", "0123-4567-89ab-cd1zz", "0123-4567-89ab-cdu1",
                                  "0123_4567_89ab_cd1z", "123456"};

START_TEST(recovery_codes_may_be_typed_in_many_ways)
{
    uint8_t hash[KF_RECOVERY_HASH_BYTES], first[KF_RECOVERY_HASH_BYTES];
    bool ok;

    ck_ok(kf_recovery_hash(first, &ok, same[0], kf_test_pool));
    ck_ok(kf_recovery_hash(hash, &ok, same[_i], kf_test_pool));
    ck_assert(ok);
    ck_assert_mem_eq(hash, first, sizeof(hash));
}
END_TEST

START_TEST(other_texts_are_no_recovery_codes)
{
    uint8_t hash[KF_RECOVERY_HASH_BYTES];
    bool ok = true;

    ck_ok(kf_recovery_hash(hash, &ok, odd[_i], kf_test_pool));
    ck_assert(!ok);
}
END_TEST

Suite *kf_suite_crypto_totp(void)
{
    Suite *s = suite_create("crypto_totp");
    TCase *tc = kf_test_case(s, "totp");

    tcase_add_loop_test(tc, hotp_is_as_in_the_rfc, 0, KF_COUNT(hotp));
    tcase_add_loop_test(tc, totp_is_as_in_the_rfc, 0, KF_COUNT(totp));
    tcase_add_loop_test(tc, a_code_is_good_about_its_time_and_once, 0, KF_COUNT(tries));
    tcase_add_test(tc, the_secret_is_told_to_apps);
    tcase_add_test(tc, recovery_codes_have_a_shape_and_differ);
    tcase_add_loop_test(tc, recovery_codes_may_be_typed_in_many_ways, 0, KF_COUNT(same));
    tcase_add_loop_test(tc, other_texts_are_no_recovery_codes, 0, KF_COUNT(odd));
    return s;
}
