#include "crypto/hash.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <pthread.h>

#define HMAC_KEY_MAX 1024

/* Fetching an algorithm costs more than hashing with it: once for the process, kept for ever. */
static pthread_once_t fetched = PTHREAD_ONCE_INIT;
static EVP_MD *sha256;
static EVP_MAC_CTX *hmac_template;   /* HMAC with SHA-256, without a key; only copied from */

static void fetch(void)
{
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0),
        OSSL_PARAM_construct_end(),
    };
    EVP_MAC_CTX *ctx = hmac ? EVP_MAC_CTX_new(hmac) : NULL;

    EVP_MAC_free(hmac);
    if (ctx && EVP_MAC_CTX_set_params(ctx, params) == 1) {
        hmac_template = ctx;
    } else {
        EVP_MAC_CTX_free(ctx);
    }
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
}

static bool digest(EVP_MD_CTX *ctx, uint8_t *out, const kf_bytes_t *parts, size_t n)
{
    if (!ctx || EVP_DigestInit_ex2(ctx, sha256, NULL) != 1) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (EVP_DigestUpdate(ctx, parts[i].data, parts[i].len) != 1) {
            return false;
        }
    }
    return EVP_DigestFinal_ex(ctx, out, NULL) == 1;
}

kf_err_t *kf_sha256(uint8_t out[KF_SHA256_BYTES], const kf_bytes_t *parts, size_t n, apr_pool_t *p)
{
    EVP_MD_CTX *ctx;
    bool ok;

    pthread_once(&fetched, fetch);
    ctx = EVP_MD_CTX_new();
    ok = sha256 && digest(ctx, out, parts, n);
    EVP_MD_CTX_free(ctx);
    return ok ? NULL : kf_err(p, KF_E_INTERNAL, "A hash could not be computed.");
}

static bool mac(EVP_MAC_CTX *ctx, uint8_t *out, kf_bytes_t key, const kf_bytes_t *parts, size_t n)
{
    size_t len;

    if (!ctx || EVP_MAC_init(ctx, key.data, key.len, NULL) != 1) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        if (EVP_MAC_update(ctx, parts[i].data, parts[i].len) != 1) {
            return false;
        }
    }
    return EVP_MAC_final(ctx, out, &len, KF_SHA256_BYTES) == 1 && len == KF_SHA256_BYTES;
}

kf_err_t *kf_hmac_sha256(uint8_t out[KF_SHA256_BYTES], kf_bytes_t key, const kf_bytes_t *parts,
                         size_t n, apr_pool_t *p)
{
    EVP_MAC_CTX *ctx;
    bool ok;

    if (key.len == 0 || key.len > HMAC_KEY_MAX) {
        return kf_err(p, KF_E_INTERNAL, "A signing key has the wrong length.");
    }
    pthread_once(&fetched, fetch);
    ctx = hmac_template ? EVP_MAC_CTX_dup(hmac_template) : NULL;
    ok = mac(ctx, out, key, parts, n);
    EVP_MAC_CTX_free(ctx);
    return ok ? NULL : kf_err(p, KF_E_INTERNAL, "A signature could not be computed.");
}

bool kf_equal_secret(const void *a, size_t a_len, const void *b, size_t b_len)
{
    return a_len == b_len && CRYPTO_memcmp(a, b, a_len) == 0;
}

void kf_wipe(void *data, size_t len)
{
    OPENSSL_cleanse(data, len);
}

typedef struct {
    void *data;
    size_t len;
} wipe_t;

static apr_status_t wipe_cleanup(void *baton)
{
    wipe_t *wipe = baton;

    kf_wipe(wipe->data, wipe->len);
    return APR_SUCCESS;
}

void kf_wipe_with_pool(void *data, size_t len, apr_pool_t *p)
{
    wipe_t *wipe = apr_palloc(p, sizeof(*wipe));

    wipe->data = data;
    wipe->len = len;
    apr_pool_cleanup_register(p, wipe, wipe_cleanup, apr_pool_cleanup_null);
}

static kf_err_t *no_randomness(apr_pool_t *p)
{
    return kf_err(p, KF_E_INTERNAL, "No random bytes are available.");
}

kf_err_t *kf_random(void *out, size_t len, apr_pool_t *p)
{
    return len <= INT32_MAX && RAND_bytes(out, (int)len) == 1 ? NULL : no_randomness(p);
}

kf_err_t *kf_random_secret(void *out, size_t len, apr_pool_t *p)
{
    return len <= INT32_MAX && RAND_priv_bytes(out, (int)len) == 1 ? NULL : no_randomness(p);
}
