#include "crypto/sealed.h"

#include "crypto/hash.h"

#include <apr_strings.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <string.h>

#define IV_BYTES 12
#define TAG_BYTES 16
#define IV_CHARS 16    /* base64url of them */
#define TAG_CHARS 22
#define SEALED_MAX (3 + KF_KID_MAX + 1 + IV_CHARS + 1 + TAG_CHARS + 1 \
                    + KF_BASE64URL_CHARS(KF_SEALED_PLAIN_MAX))

/* What a sealed text consists of; `ct` may be empty. */
typedef struct {
    uint8_t iv[IV_BYTES];
    uint8_t tag[TAG_BYTES];
    uint8_t *ct;
    size_t len;
} box_t;

static pthread_once_t fetched = PTHREAD_ONCE_INIT;
static EVP_CIPHER *aes;

static void fetch(void)
{
    aes = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
}

/* Sets up a context with the additional data fed; NULL if OpenSSL fails. */
static EVP_CIPHER_CTX *start(const kf_key_t *key, const box_t *box, const char *aad, int sealing)
{
    EVP_CIPHER_CTX *ctx;
    int n;

    pthread_once(&fetched, fetch);
    ctx = aes ? EVP_CIPHER_CTX_new() : NULL;
    if (!ctx || EVP_CipherInit_ex2(ctx, aes, key->key, box->iv, sealing, NULL) != 1
        || EVP_CipherUpdate(ctx, NULL, &n, (const uint8_t *)aad, (int)strlen(aad)) != 1
        || EVP_CipherUpdate(ctx, NULL, &n, (const uint8_t *)"/", 1) != 1
        || EVP_CipherUpdate(ctx, NULL, &n, (const uint8_t *)key->kid, (int)strlen(key->kid)) != 1) {
        EVP_CIPHER_CTX_free(ctx);
        return NULL;
    }
    return ctx;
}

static bool encrypt(box_t *box, const kf_key_t *key, const char *aad, const void *plain)
{
    EVP_CIPHER_CTX *ctx = start(key, box, aad, 1);
    int n = 0;
    bool ok = ctx && EVP_CipherUpdate(ctx, box->ct, &n, plain, (int)box->len) == 1
              && EVP_CipherFinal_ex(ctx, box->ct + n, &n) == 1
              && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG_BYTES, box->tag) == 1;

    EVP_CIPHER_CTX_free(ctx);
    return ok;
}

static bool decrypt(uint8_t *plain, box_t *box, const kf_key_t *key, const char *aad)
{
    EVP_CIPHER_CTX *ctx = start(key, box, aad, 0);
    int n = 0;
    bool ok = ctx && EVP_CipherUpdate(ctx, plain, &n, box->ct, (int)box->len) == 1
              && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG_BYTES, box->tag) == 1
              && EVP_CipherFinal_ex(ctx, plain + n, &n) == 1;

    EVP_CIPHER_CTX_free(ctx);
    return ok;
}

static char *write_text(const box_t *box, const char *kid, apr_pool_t *p)
{
    char iv[IV_CHARS + 1], tag[TAG_CHARS + 1];
    char *ct = apr_palloc(p, KF_BASE64URL_CHARS(box->len) + 1);

    kf_base64url_write(iv, box->iv, IV_BYTES);
    kf_base64url_write(tag, box->tag, TAG_BYTES);
    kf_base64url_write(ct, box->ct, box->len);
    return apr_pstrcat(p, "v1.", kid, ".", iv, ".", tag, ".", ct, NULL);
}

kf_err_t *kf_seal(const char **out, const kf_keyring_t *ring, const char *aad, const void *plain,
                  size_t len, apr_pool_t *p)
{
    box_t box = {.len = len};

    if (len > KF_SEALED_PLAIN_MAX || strnlen(aad, KF_SEALED_AAD_MAX + 1) > KF_SEALED_AAD_MAX) {
        return kf_err(p, KF_E_TOO_LARGE, "This is larger than %d bytes.", KF_SEALED_PLAIN_MAX);
    }
    box.ct = apr_palloc(p, len + 1);
    KF_TRY(kf_random(box.iv, IV_BYTES, p));
    if (!encrypt(&box, &ring->keys[0], aad, plain)) {
        return kf_err(p, KF_E_INTERNAL, "A secret could not be sealed.");
    }
    *out = write_text(&box, ring->keys[0].kid, p);
    return NULL;
}

static kf_err_t *forged(apr_pool_t *p)
{
    return kf_err_because(p, kf_err(p, KF_E_INTERNAL, "A stored secret cannot be opened."),
                          "forged");
}

/* Length of the key id at sealed + 3, 0 if this is not a sealed text. */
static size_t kid_len_of(const char *sealed)
{
    const char *dot;

    if (strnlen(sealed, SEALED_MAX + 1) > SEALED_MAX || strncmp(sealed, "v1.", 3) != 0) {
        return 0;
    }
    dot = strchr(sealed + 3, '.');
    return dot ? (size_t)(dot - sealed - 3) : 0;
}

/* A server knows only the keys of its start, so a key added to the file later is unknown to it. */
static kf_err_t *unknown_key(const char *kid, size_t kid_len, apr_pool_t *p)
{
    kf_err_t *err = kf_err(p, KF_E_CONFIG, "A stored secret needs a key that is not in the key file.");

    return kf_err_because(p, err, "it is sealed with the key %s: a server that was started before that key was in the "
                                  "file needs a restart (graceful); otherwise put the key back into the file",
                          apr_pstrmemdup(p, kid, kid_len));
}

static bool read_box(box_t *box, const char *text, apr_pool_t *p)
{
    size_t len = strlen(text), n;

    if (len < IV_CHARS + 1 + TAG_CHARS + 1 || text[IV_CHARS] != '.'
        || text[IV_CHARS + 1 + TAG_CHARS] != '.'
        || !kf_base64url_read(box->iv, &n, IV_BYTES, text, IV_CHARS)
        || !kf_base64url_read(box->tag, &n, TAG_BYTES, text + IV_CHARS + 1, TAG_CHARS)) {
        return false;
    }
    len -= IV_CHARS + 1 + TAG_CHARS + 1;
    text += IV_CHARS + 1 + TAG_CHARS + 1;
    box->ct = apr_palloc(p, len + 1);
    return kf_base64url_read(box->ct, &box->len, KF_SEALED_PLAIN_MAX, text, len);
}

kf_err_t *kf_unseal(const char **out, size_t *len, const kf_keyring_t *ring, const char *aad,
                    const char *sealed, apr_pool_t *p)
{
    size_t kid_len = kid_len_of(sealed);
    const kf_key_t *key;
    box_t box;
    uint8_t *plain;

    if (!kid_len || !kf_kid_valid(sealed + 3, kid_len) || !read_box(&box, sealed + 3 + kid_len + 1, p)) {
        return forged(p);
    }
    key = kf_keyring_find(ring, sealed + 3, kid_len);
    if (!key) {
        return unknown_key(sealed + 3, kid_len, p);
    }
    plain = apr_palloc(p, box.len + 1);
    kf_wipe_with_pool(plain, box.len, p);
    if (!decrypt(plain, &box, key, aad)) {
        kf_wipe(plain, box.len);
        return forged(p);
    }
    plain[box.len] = '\0';
    *out = (const char *)plain;
    *len = box.len;
    return NULL;
}

bool kf_sealed_current(const kf_keyring_t *ring, const char *sealed)
{
    size_t kid_len = kid_len_of(sealed);

    return kid_len && kf_keyring_find(ring, sealed + 3, kid_len) == &ring->keys[0];
}
