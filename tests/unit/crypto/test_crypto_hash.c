#include "crypto/hash.h"
#include "test.h"

#include <pthread.h>
#include <string.h>

static void is_hex(const uint8_t *hash, const char *wanted)
{
    char hex[KF_SHA256_HEX + 1];

    ck_assert_uint_eq(kf_hex_write(hex, hash, KF_SHA256_BYTES), KF_SHA256_HEX);
    ck_assert_str_eq(hex, wanted);
}

/* Example secrets are concatenated here, so that no scanner takes them for real ones. */
#define DOCS_INTEGRITY "prod_" "integrity_" "Z5mMke9x0k8gpErbDqwrJXMqsI6SFli6"
#define TEST_INTEGRITY "test_" "integrity_" "KonfirmadoVector0001"
#define DOCS_EVENTS "prod_" "events_" "OcHnIzeBl5socpwByQ4hA52Em3USQ93Z"
#define SDK_EVENTS "test_" "events_" "EqCPDEn5x4lRatGPxLhyZd6YTgd6QSrr"
#define TEST_EVENTS "test_" "events_" "KonfirmadoVector0001"

static const struct {
    const char *name;
    const char *parts[6];
    const char *sha256;
} vectors[] = {
    {"empty", {NULL}, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"abc", {"a", "", "bc"}, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"W1", {"sk8-438k4-xmxm392-sn2m", "2490000", "COP", DOCS_INTEGRITY},
     "37c8407747e595535433ef8f6a811d853cd943046624a0ec04662b17bbf33bf5"},
    {"W2", {"sk8-438k4-xmxm392-sn2m", "2490000", "COP", "2023-06-09T20:28:50.000Z", DOCS_INTEGRITY},
     "e972f58e7de36b283fbb93d9318d39a54ffdff4e8e917b534f30d63c9d7bb89c"},
    {"W3", {"kf-7Q2M9-1", "9500000", "COP", TEST_INTEGRITY},
     "94458a35d7260215705b140d339ae42e53273070ded6b6b19b529736e47f893c"},
    {"W4", {"kf-7Q2M9-1", "9500000", "COP", "2026-12-01T15:30:00.000Z", TEST_INTEGRITY},
     "ddffff5bcf27af3b185f000476f02a8f311aec06863eaf8bcb20b11d3d612c41"},
    {"E1", {"1234-1610641025-49201", "APPROVED", "4490000", "1530291411", DOCS_EVENTS},
     "5a18ec5e8fdb7df463e9f94774cba8f583ba21bd04a09ceff2ea68a4bc0aefbe"},
    {"E2", {"1234-1610641025-49201", "APPROVED", "4490000", "1530291411", SDK_EVENTS},
     "c7c03147429efbbcfab3cdf585041c871d577ca183b1387581535add1a061780"},
    {"E3", {"15113-1763700000-10001", "APPROVED", "9500000", "1763700012", TEST_EVENTS},
     "a66e77ef058f4ead14d8ab76078c56eb9c2edb23aed0b15ad16de2fea5ad0e96"},
    {"E4", {"15113-1763700000-10002", "DECLINED", "9500000", "1763700012", TEST_EVENTS},
     "e3151d0e5b1efcfed9b0e82904b00486186ea8f249ca22552e27f863ea2f9049"},
    {"E5", {"kf-7Q2M9-1", "APPROVED", "15113-1763700000-10001", "9500000", "1763700012",
            TEST_EVENTS},
     "bd8344ef2133a6cb49de226ff3b6c8a9a65cd49a0253482e1352dd6bf277a225"},
};

START_TEST(sha256_of_parts)
{
    kf_bytes_t parts[6];
    uint8_t hash[KF_SHA256_BYTES];
    size_t n = 0;

    for (; n < 6 && vectors[_i].parts[n]; n++) {
        parts[n] = KF_BYTES_STR(vectors[_i].parts[n]);
    }
    ck_ok(kf_sha256(hash, parts, n, kf_test_pool));
    is_hex(hash, vectors[_i].sha256);
}
END_TEST

START_TEST(hmac_of_rfc4231)
{
    uint8_t key1[20], key6[131], mac[KF_SHA256_BYTES];
    kf_bytes_t jefe[] = {{"what do ya ", 11}, {"want for nothing?", 17}};
    kf_bytes_t hi = {"Hi There", 8};
    kf_bytes_t large = KF_BYTES_STR("Test Using Larger Than Block-Size Key - Hash Key First");

    memset(key1, 0x0b, sizeof(key1));
    ck_ok(kf_hmac_sha256(mac, (kf_bytes_t){key1, 20}, &hi, 1, kf_test_pool));
    is_hex(mac, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    ck_ok(kf_hmac_sha256(mac, (kf_bytes_t){"Jefe", 4}, jefe, 2, kf_test_pool));
    is_hex(mac, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    memset(key6, 0xaa, sizeof(key6));
    ck_ok(kf_hmac_sha256(mac, (kf_bytes_t){key6, 131}, &large, 1, kf_test_pool));
    is_hex(mac, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    ck_fails(kf_hmac_sha256(mac, (kf_bytes_t){"", 0}, &hi, 1, kf_test_pool), KF_E_INTERNAL);
    ck_fails(kf_hmac_sha256(mac, (kf_bytes_t){key6, 1025}, &hi, 1, kf_test_pool), KF_E_INTERNAL);
}
END_TEST

static void *hash_often(void *wrong)
{
    static const uint8_t abc[4] = {0xba, 0x78, 0x16, 0xbf};
    static const uint8_t jefe[4] = {0x5b, 0xdc, 0xc1, 0x46};
    kf_bytes_t part = {"abc", 3}, text = {"what do ya want for nothing?", 28};
    apr_pool_t *p;

    apr_pool_create(&p, NULL);
    for (int i = 0; i < 2000; i++) {
        uint8_t hash[KF_SHA256_BYTES] = {0}, mac[KF_SHA256_BYTES] = {0};

        if (kf_sha256(hash, &part, 1, p) || memcmp(hash, abc, 4)
            || kf_hmac_sha256(mac, (kf_bytes_t){"Jefe", 4}, &text, 1, p) || memcmp(mac, jefe, 4)) {
            ++*(int *)wrong;
        }
    }
    apr_pool_destroy(p);
    return NULL;
}

START_TEST(threads_share_the_algorithms)
{
    pthread_t threads[4];
    int wrong[4] = {0};

    for (int i = 0; i < 4; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, hash_often, &wrong[i]), 0);
    }
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        ck_assert_int_eq(wrong[i], 0);
    }
}
END_TEST

START_TEST(equal_and_wipe)
{
    char secret[] = "secret";
    char *pooled;
    apr_pool_t *p;

    ck_assert(kf_equal_secret("abc", 3, "abc", 3));
    ck_assert(!kf_equal_secret("abc", 3, "abd", 3));
    ck_assert(!kf_equal_secret("abc", 3, "abcd", 4));
    ck_assert(kf_equal_secret("", 0, "", 0));
    kf_wipe(secret, 6);
    ck_assert_mem_eq(secret, "\0\0\0\0\0\0", 6);
    pooled = apr_palloc(kf_test_pool, 4);
    memcpy(pooled, "abc", 4);
    apr_pool_create(&p, kf_test_pool);
    kf_wipe_with_pool(pooled, 3, p);
    ck_assert_str_eq(pooled, "abc");
    apr_pool_destroy(p);
    ck_assert_mem_eq(pooled, "\0\0\0\0", 4);
}
END_TEST

START_TEST(random_differs)
{
    uint8_t a[32] = {0}, b[32] = {0}, c[32] = {0};

    ck_ok(kf_random(a, 32, kf_test_pool));
    ck_ok(kf_random(b, 32, kf_test_pool));
    ck_ok(kf_random_secret(c, 32, kf_test_pool));
    ck_assert_mem_ne(a, b, 32);
    ck_assert_mem_ne(b, c, 32);
}
END_TEST

START_TEST(hex)
{
    uint8_t out[4] = {0};

    ck_assert(kf_hex_read(out, 4, "00fFa9Bc", 8));
    ck_assert_mem_eq(out, "\x00\xff\xa9\xbc", 4);
    ck_assert(!kf_hex_read(out, 4, "00ffa9b", 7));
    ck_assert(!kf_hex_read(out, 4, "00ffa9bc0", 9));
    ck_assert(!kf_hex_read(out, 4, "00ffa9bg", 8));
    ck_assert(!kf_hex_read(out, 4, "00ffa9 b", 8));
    ck_assert(!kf_hex_read(out, 4, "00ffa9/:", 8));
    ck_assert(!kf_hex_read(out, 4, "00ffa9@`", 8));
}
END_TEST

static const struct {
    const char *plain;
    size_t len;
    const char *base64, *base64url;
} texts[] = {
    {"", 0, "", ""},
    {"f", 1, "Zg==", "Zg"},
    {"fo", 2, "Zm8=", "Zm8"},
    {"foo", 3, "Zm9v", "Zm9v"},
    {"foob", 4, "Zm9vYg==", "Zm9vYg"},
    {"fooba", 5, "Zm9vYmE=", "Zm9vYmE"},
    {"foobar", 6, "Zm9vYmFy", "Zm9vYmFy"},
    {"\xfb\xff\xfe", 3, "+//+", "-__-"},
    {"\0\0", 2, "AAA=", "AAA"},
};

START_TEST(base64_both_ways)
{
    char out[16];
    size_t len = 99;

    ck_assert_uint_eq(kf_base64_write(out, texts[_i].plain, texts[_i].len),
                      strlen(texts[_i].base64));
    ck_assert_str_eq(out, texts[_i].base64);
    ck_assert_uint_eq(KF_BASE64_CHARS(texts[_i].len), strlen(out));
    ck_assert(kf_base64_read(out, &len, texts[_i].len, texts[_i].base64, strlen(texts[_i].base64)));
    ck_assert_uint_eq(len, texts[_i].len);
    ck_assert_int_eq(memcmp(out, texts[_i].plain, len), 0);
    kf_base64url_write(out, texts[_i].plain, texts[_i].len);
    ck_assert_str_eq(out, texts[_i].base64url);
    ck_assert_uint_eq(KF_BASE64URL_CHARS(texts[_i].len), strlen(out));
    ck_assert(kf_base64url_read(out, &len, texts[_i].len, texts[_i].base64url,
                                strlen(texts[_i].base64url)));
    ck_assert_uint_eq(len, texts[_i].len);
    ck_assert_int_eq(memcmp(out, texts[_i].plain, len), 0);
    if (texts[_i].len) {
        ck_assert(!kf_base64_read(out, &len, texts[_i].len - 1, texts[_i].base64,
                                  strlen(texts[_i].base64)));
    }
}
END_TEST

START_TEST(base64_is_strict)
{
    static const char *const bad[] = {"Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "====", "=Zg=",
                                      "Zg=a", "Zm9v\n", "Zm9v ", " Zm9v", "Zm9-", "Zm_v",
                                      "Zg==Zg=="};
    static const char *const bad_url[] = {"Z", "Zg==", "Zh", "Zm9", "Zm9v=", "Zm9+", "Zm/v",
                                          "Zm9v\n", "Zm9 ", "Zm9vY"};
    char out[16];
    size_t len;

    for (int i = 0; i < KF_COUNT(bad); i++) {
        ck_assert_msg(!kf_base64_read(out, &len, 16, bad[i], strlen(bad[i])), "%s", bad[i]);
    }
    for (int i = 0; i < KF_COUNT(bad_url); i++) {
        ck_assert_msg(!kf_base64url_read(out, &len, 16, bad_url[i], strlen(bad_url[i])), "%s",
                      bad_url[i]);
    }
}
END_TEST

Suite *kf_suite_crypto_hash(void)
{
    Suite *s = suite_create("crypto_hash");
    TCase *tc = kf_test_case(s, "hash");

    tcase_add_loop_test(tc, sha256_of_parts, 0, KF_COUNT(vectors));
    tcase_add_test(tc, hmac_of_rfc4231);
    tcase_add_test(tc, threads_share_the_algorithms);
    tcase_add_test(tc, equal_and_wipe);
    tcase_add_test(tc, random_differs);
    tcase_add_test(tc, hex);
    tcase_add_loop_test(tc, base64_both_ways, 0, KF_COUNT(texts));
    tcase_add_test(tc, base64_is_strict);
    return s;
}
