#include "crypto/hash.h"
#include "crypto/token.h"
#include "test.h"

#include <string.h>

#define SAMPLE "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"   /* bytes 0 to 31 */

START_TEST(tokens_are_shaped_and_differ)
{
    char a[KF_TOKEN_CHARS + 1], b[KF_TOKEN_CHARS + 1];

    ck_ok(kf_token_make(a, kf_test_pool));
    ck_ok(kf_token_make(b, kf_test_pool));
    ck_assert_uint_eq(strlen(a), KF_TOKEN_CHARS);
    ck_assert(kf_token_shaped(a));
    ck_assert_str_ne(a, b);
}
END_TEST

static const char *const odd[] = {
    "", "abc", SAMPLE "A", SAMPLE "=", " " SAMPLE, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh",
    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9", /* an unused bit is set */
    "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdH+8", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdH'8",
    NULL,
};

START_TEST(refuses_other_shapes)
{
    uint8_t hash[KF_TOKEN_HASH_BYTES];

    ck_assert(!kf_token_shaped(odd[_i]));
    ck_fails(kf_token_hash(hash, "booking", odd[_i], kf_test_pool), KF_E_TOKEN_WRONG);
}
END_TEST

START_TEST(hash_binds_the_audience)
{
    uint8_t a[KF_TOKEN_HASH_BYTES], b[KF_TOKEN_HASH_BYTES], plain[KF_SHA256_BYTES];
    kf_bytes_t text = KF_BYTES_STR("kf:booking:" SAMPLE);

    ck_ok(kf_token_hash(a, "booking", SAMPLE, kf_test_pool));
    ck_ok(kf_sha256(plain, &text, 1, kf_test_pool));
    ck_assert_mem_eq(a, plain, KF_TOKEN_HASH_BYTES);
    ck_ok(kf_token_hash(b, "verify-email", SAMPLE, kf_test_pool));
    ck_assert_mem_ne(a, b, KF_TOKEN_HASH_BYTES);
}
END_TEST

Suite *kf_suite_crypto_token(void)
{
    Suite *s = suite_create("crypto_token");
    TCase *tc = kf_test_case(s, "token");

    tcase_add_test(tc, tokens_are_shaped_and_differ);
    tcase_add_loop_test(tc, refuses_other_shapes, 0, KF_COUNT(odd));
    tcase_add_test(tc, hash_binds_the_audience);
    return s;
}
