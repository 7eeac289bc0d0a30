#include "crypto/hash.h"
#include "crypto/keyring.h"
#include "crypto/sealed.h"
#include "test.h"

#include <apr_strings.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Two keys that are neither random nor patterned: for tests only. */
#define KEY_A "S29uZmlybWFkby10ZXN0LWtleS1BLTMyLWJ5dGVzISE="
#define KEY_B "S29uZmlybWFkby10ZXN0LWtleS1CLTMyLWJ5dGVzISE="
#define RING "# keys\n\nk2 " KEY_B "\nk1 " KEY_A "\n"
#define PLACE "tenant/payment/secret/1"

static const kf_keyring_t *ring_of(const char *text)
{
    const kf_keyring_t *ring = NULL;

    ck_ok(kf_keyring_parse(&ring, text, strlen(text), kf_test_pool));
    return ring;
}

START_TEST(ring_is_read)
{
    const kf_keyring_t *ring = ring_of(RING);

    ck_assert_uint_eq(ring->n, 2);
    ck_assert_str_eq(ring->keys[0].kid, "k2");
    ck_assert_mem_eq(ring->keys[1].key, "Konfirmado-test-key-A-32-bytes!!", 32);
    ck_assert_ptr_eq(kf_keyring_find(ring, "k1xyz", 2), &ring->keys[1]);
    ck_assert_ptr_null(kf_keyring_find(ring, "k", 1));
    ck_assert_ptr_null(kf_keyring_find(ring, "k11", 3));
    ck_assert_uint_eq(ring_of("a " KEY_A)->n, 1);
}
END_TEST

static const char *const bad_rings[] = {
    "", "\n", "# only a comment\n", "k1\n", "k1 \n", " " KEY_A "\n", "k1  " KEY_A "\n",
    "k1 " KEY_A " \n", "k1 " KEY_A "\r\n", "K1 " KEY_A "\n", "k_1 " KEY_A "\n",
    "k1234567890123456 " KEY_A "\n", "k1 Zm9v\n", "k1 " KEY_A "AAAA\n",
    "k1 S29uZmlybWFkby10ZXN0LWtleS1BLTMyLWJ5dGVzISE\n",
    "k1 " KEY_A "\nk1 " KEY_B "\n", "k1 " KEY_A "\nk2 " KEY_A "\n",
    "k1 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",   /* zeros */
    "k1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",   /* 0, 1, 2, ... */
    "k1 " KEY_A "\njunk\n",
};

START_TEST(ring_refuses)
{
    const kf_keyring_t *ring;

    ck_fails(kf_keyring_parse(&ring, bad_rings[_i], strlen(bad_rings[_i]), kf_test_pool),
             KF_E_CONFIG);
}
END_TEST

START_TEST(ring_has_a_cap)
{
    char line[KF_KEY_LINE_MAX + 1];
    const char *text = "";
    const kf_keyring_t *ring;

    for (int i = 0; i < KF_KEYS_MAX; i++) {
        ck_ok(kf_keyring_line(line, apr_psprintf(kf_test_pool, "k%d", i), kf_test_pool));
        text = apr_pstrcat(kf_test_pool, text, line, "\n", NULL);
    }
    ck_assert_uint_eq(ring_of(text)->n, KF_KEYS_MAX);
    text = apr_pstrcat(kf_test_pool, text, "more " KEY_A "\n", NULL);
    ck_fails(kf_keyring_parse(&ring, text, strlen(text), kf_test_pool), KF_E_CONFIG);
}
END_TEST

START_TEST(lines_are_new_and_readable)
{
    char a[KF_KEY_LINE_MAX + 1], b[KF_KEY_LINE_MAX + 1];

    ck_ok(kf_keyring_line(a, "2026-12-abcdefgh", kf_test_pool));
    ck_ok(kf_keyring_line(b, "2026-12-abcdefgh", kf_test_pool));
    ck_assert_uint_eq(strlen(a), KF_KEY_LINE_MAX);
    ck_assert_str_ne(a, b);
    ck_assert_str_eq(ring_of(a)->keys[0].kid, "2026-12-abcdefgh");
    ck_fails(kf_keyring_line(a, "", kf_test_pool), KF_E_INVALID);
    ck_fails(kf_keyring_line(a, "A", kf_test_pool), KF_E_INVALID);
    ck_fails(kf_keyring_line(a, "12345678901234567", kf_test_pool), KF_E_INVALID);
}
END_TEST

START_TEST(files_are_checked)
{
    char path[] = "/tmp/kf-keyring-XXXXXX";
    const kf_keyring_t *ring;
    int fd = mkstemp(path);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, RING, sizeof(RING) - 1), (int)sizeof(RING) - 1);
    ck_ok(kf_keyring_load(&ring, path, true, kf_test_pool));
    ck_assert_uint_eq(ring->n, 2);
    ck_assert_int_eq(fchmod(fd, 0640), 0);
    ck_fails(kf_keyring_load(&ring, path, true, kf_test_pool), KF_E_CONFIG);
    ck_ok(kf_keyring_load(&ring, path, false, kf_test_pool));
    ck_assert_int_eq(fchmod(fd, 0604), 0);
    ck_fails(kf_keyring_load(&ring, path, true, kf_test_pool), KF_E_CONFIG);
    ck_assert_int_eq(fchmod(fd, 0600), 0);
    ck_assert_int_eq(ftruncate(fd, 20000), 0);
    ck_fails(kf_keyring_load(&ring, path, true, kf_test_pool), KF_E_CONFIG);
    close(fd);
    unlink(path);
    ck_fails(kf_keyring_load(&ring, path, true, kf_test_pool), KF_E_CONFIG);
    ck_fails(kf_keyring_load(&ring, "/tmp", false, kf_test_pool), KF_E_CONFIG);
}
END_TEST

static const size_t sizes[] = {0, 1, 15, 16, 17, 100, KF_SEALED_PLAIN_MAX};

START_TEST(opens_what_it_sealed)
{
    const kf_keyring_t *ring = ring_of(RING);
    char *plain = apr_palloc(kf_test_pool, KF_SEALED_PLAIN_MAX);
    const char *a, *b, *opened;
    size_t len = 99;

    memset(plain, 'x', KF_SEALED_PLAIN_MAX);
    ck_ok(kf_seal(&a, ring, PLACE, plain, sizes[_i], kf_test_pool));
    ck_ok(kf_seal(&b, ring, PLACE, plain, sizes[_i], kf_test_pool));
    ck_assert_str_ne(a, b);
    ck_assert_int_eq(strncmp(a, "v1.k2.", 6), 0);
    ck_ok(kf_unseal(&opened, &len, ring, PLACE, a, kf_test_pool));
    ck_assert_uint_eq(len, sizes[_i]);
    ck_assert_int_eq(memcmp(opened, plain, len), 0);
    ck_assert_int_eq(opened[len], '\0');
}
END_TEST

START_TEST(seal_has_caps)
{
    char *big = apr_pcalloc(kf_test_pool, KF_SEALED_PLAIN_MAX + 1);
    char place[KF_SEALED_AAD_MAX + 2];
    const char *sealed;

    ck_fails(kf_seal(&sealed, ring_of(RING), PLACE, big, KF_SEALED_PLAIN_MAX + 1, kf_test_pool),
             KF_E_TOO_LARGE);
    memset(place, 'a', sizeof(place) - 1);
    place[sizeof(place) - 1] = '\0';
    ck_fails(kf_seal(&sealed, ring_of(RING), place, big, 1, kf_test_pool), KF_E_TOO_LARGE);
}
END_TEST

START_TEST(rotation)
{
    const kf_keyring_t *old_ring = ring_of("k1 " KEY_A), *ring = ring_of(RING);
    const char *sealed, *opened;
    size_t len;
    kf_err_t *err;

    ck_ok(kf_seal(&sealed, old_ring, PLACE, "secret", 6, kf_test_pool));
    ck_assert(kf_sealed_current(old_ring, sealed));
    ck_assert(!kf_sealed_current(ring, sealed));
    ck_ok(kf_unseal(&opened, &len, ring, PLACE, sealed, kf_test_pool));
    ck_assert_str_eq(opened, "secret");
    ck_ok(kf_seal(&sealed, ring, PLACE, "secret", 6, kf_test_pool));
    ck_assert(kf_sealed_current(ring, sealed));
    err = kf_unseal(&opened, &len, old_ring, PLACE, sealed, kf_test_pool);
    ck_assert(err != NULL && err->code == KF_E_CONFIG);
    ck_assert_ptr_eq(strstr(err->detail, "k2"), NULL); /* only the log names the key */
    ck_assert_ptr_ne(strstr(err->cause, "the key k2: "), NULL);
    ck_assert_ptr_ne(strstr(err->cause, "restart"), NULL);
    ck_assert(!kf_sealed_current(ring, "nothing"));
}
END_TEST

static void is_forged(const kf_keyring_t *ring, const char *place, const char *sealed)
{
    const char *opened;
    size_t len;
    kf_err_t *err = kf_unseal(&opened, &len, ring, place, sealed, kf_test_pool);

    ck_assert_msg(err != NULL, "%s was opened", sealed);
    ck_assert(err->code == KF_E_CONFIG || !strcmp(err->cause, "forged"));
}

START_TEST(forgeries_do_not_open)
{
    const kf_keyring_t *ring = ring_of(RING);
    /* the same key under another id: the id is authenticated too */
    const kf_keyring_t *renamed = ring_of("k9 " KEY_B);
    const char *sealed;
    char *changed;

    ck_ok(kf_seal(&sealed, ring, PLACE, "secret", 6, kf_test_pool));
    is_forged(ring, "tenant/payment/secret/2", sealed);
    is_forged(ring, "", sealed);
    changed = apr_pstrcat(kf_test_pool, "v1.k9.", sealed + 6, NULL);
    is_forged(renamed, PLACE, changed);
    for (size_t i = 0; i < strlen(sealed); i++) {
        changed = apr_pstrdup(kf_test_pool, sealed);
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        is_forged(ring, PLACE, changed);
        is_forged(ring, PLACE, apr_pstrmemdup(kf_test_pool, sealed, i));
    }
    is_forged(ring, PLACE, apr_pstrcat(kf_test_pool, sealed, "AA", NULL));
}
END_TEST

/* Seals independently, as the header describes, so that the format cannot drift. */
START_TEST(format_is_as_documented)
{
    static const uint8_t iv[12] = "twelve-bytes";
    static const char aad[] = PLACE "/k1";
    char text_iv[17], text_tag[23], text_ct[9];
    uint8_t ct[6], tag[16];
    const char *opened;
    size_t len;
    int n;
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();

    EVP_EncryptInit_ex(ctx, EVP_aes_256_gcm(), NULL,
                       (const uint8_t *)"Konfirmado-test-key-A-32-bytes!!", iv);
    EVP_EncryptUpdate(ctx, NULL, &n, (const uint8_t *)aad, sizeof(aad) - 1);
    EVP_EncryptUpdate(ctx, ct, &n, (const uint8_t *)"secret", 6);
    EVP_EncryptFinal_ex(ctx, ct + n, &n);
    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, 16, tag);
    EVP_CIPHER_CTX_free(ctx);
    kf_base64url_write(text_iv, iv, 12);
    kf_base64url_write(text_tag, tag, 16);
    kf_base64url_write(text_ct, ct, 6);
    ck_ok(kf_unseal(&opened, &len, ring_of(RING), PLACE,
                    apr_pstrcat(kf_test_pool, "v1.k1.", text_iv, ".", text_tag, ".", text_ct, NULL),
                    kf_test_pool));
    ck_assert_str_eq(opened, "secret");
}
END_TEST

Suite *kf_suite_crypto_sealed(void)
{
    Suite *s = suite_create("crypto_sealed");
    TCase *tc = kf_test_case(s, "sealed");

    tcase_add_test(tc, ring_is_read);
    tcase_add_loop_test(tc, ring_refuses, 0, KF_COUNT(bad_rings));
    tcase_add_test(tc, ring_has_a_cap);
    tcase_add_test(tc, lines_are_new_and_readable);
    tcase_add_test(tc, files_are_checked);
    tcase_add_loop_test(tc, opens_what_it_sealed, 0, KF_COUNT(sizes));
    tcase_add_test(tc, seal_has_caps);
    tcase_add_test(tc, rotation);
    tcase_add_test(tc, forgeries_do_not_open);
    tcase_add_test(tc, format_is_as_documented);
    return s;
}
