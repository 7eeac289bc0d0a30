/* Secrets at rest. First line: a sealed text; second: its place; the rest: a key file. Only sealed texts open. Our
 * sealed text opens, but not with any byte changed. Also the text encodings of bytes. */
#include "fuzz.h"

#include "crypto/hash.h"
#include "crypto/sealed.h"

/* SHA-256 of "konfirmado fuzz 2" and of "konfirmado fuzz 1"; the seeds have the same two. */
#define KEYS "k2 brMX1rVztwVQbbMa13qrQoN1UqwIAFskj112ppuwehU=\n" \
             "k1 thrqpFtNdG8N1HmxLV0H07PjZWGmveTiuBiAYtvUdug=\n"

static void seals(const kf_keyring_t *ring, const char *aad, const char *plain, size_t len,
                  apr_pool_t *p)
{
    const char *sealed, *back;
    char *other;
    size_t back_len, where;

    if (kf_seal(&sealed, ring, aad, plain, len, p)) {
        FUZZ_CHECK(len > KF_SEALED_PLAIN_MAX || strlen(aad) > KF_SEALED_AAD_MAX, "it was refused");
        return;
    }
    FUZZ_CHECK(kf_sealed_current(ring, sealed), "not of the current key");
    FUZZ_CHECK(!kf_unseal(&back, &back_len, ring, aad, sealed, p), "it does not open");
    FUZZ_CHECK(back_len == len && memcmp(back, plain, len) == 0 && back[len] == '\0', "the secret");
    FUZZ_CHECK(kf_unseal(&back, &back_len, ring, apr_pstrcat(p, aad, "1", NULL), sealed, p),
               "it opens in another place");
    other = apr_pstrdup(p, sealed);
    where = (len * 7 + strlen(aad)) % strlen(other);
    other[where] = other[where] == 'A' ? 'B' : 'A';
    FUZZ_CHECK(kf_unseal(&back, &back_len, ring, aad, other, p), "it opens when changed");
}

static void text_forms(const char *text, size_t len, apr_pool_t *p)
{
    uint8_t *bytes = apr_palloc(p, len + 1);
    char *back = apr_palloc(p, 2 * len + 8);
    size_t n;

    if (kf_base64_read(bytes, &n, len, text, len)) {
        FUZZ_CHECK(kf_base64_write(back, bytes, n) == len && memcmp(back, text, len) == 0,
                   "two forms of base64");
    }
    if (kf_base64url_read(bytes, &n, len, text, len)) {
        FUZZ_CHECK(kf_base64url_write(back, bytes, n) == len && memcmp(back, text, len) == 0,
                   "two forms of base64url");
    }
    if (len % 2 == 0 && kf_hex_read(bytes, len / 2, text, len)) {
        FUZZ_CHECK(kf_hex_write(back, bytes, len / 2) == len && strncasecmp(back, text, len) == 0,
                   "two forms of hex");
    }
    if (kf_base64_read(bytes, &n, 3, text, len)) {
        FUZZ_CHECK(n <= 3, "more than there is room for");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *p = fuzz_pool();
    fuzz_in_t in = {data, size};
    const char *sealed = fuzz_line(&in, p), *aad = fuzz_line(&in, p), *back;
    const kf_keyring_t *ring;
    size_t len, back_len;
    char *keys = fuzz_rest(&in, &len, p);

    if (kf_keyring_parse(&ring, keys, len, p)) {
        FUZZ_CHECK(!kf_keyring_parse(&ring, KEYS, strlen(KEYS), p), "a good key file");
    }
    FUZZ_CHECK(ring->n >= 1 && ring->n <= KF_KEYS_MAX, "the number of keys");
    for (size_t i = 0; i < ring->n; i++) {
        const char *kid = ring->keys[i].kid;

        FUZZ_CHECK(kf_keyring_find(ring, kid, strlen(kid)) == &ring->keys[i], "a key by its id");
    }
    if (!kf_unseal(&back, &back_len, ring, aad, sealed, p)) {
        FUZZ_CHECK(back_len <= KF_SEALED_PLAIN_MAX && back[back_len] == '\0', "the secret's length");
    }
    seals(ring, aad, keys, len, p);
    text_forms(sealed, strlen(sealed), p);
    apr_pool_destroy(p);
    return 0;
}
