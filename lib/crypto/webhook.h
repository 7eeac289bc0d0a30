#ifndef KF_CRYPTO_WEBHOOK_H
#define KF_CRYPTO_WEBHOOK_H
/*
 * Signatures of what we send to merchants.
 *
 * 1. Standard Webhooks 1.0.0. Secret: `whsec_` + base64 of 24 to 64 bytes; the
 *    key is the decoded bytes. Signed: id "." timestamp "." body. The header is
 *    `v1,` + base64(HMAC-SHA256), one per live secret, newest first, separated
 *    by a space. The receiver refuses a timestamp more than its tolerance away.
 *
 * 2. firma_hmac inside the body: hex HMAC-SHA256, same key, of the exact body
 *    bytes with `"firma_hmac":""`. The receiver empties the value and computes.
 *
 * 3. The return URL, so that a page may trust what the browser brings:
 *        ?ref=<ref>&status=<status>&ts=<epoch seconds>&sig=<sig>
 *    sig = base64url without padding of HMAC-SHA256 over `ref.status.ts`, same
 *    key. ref and status are `[A-Za-z0-9_-]+`, so the points cannot be moved.
 *    A merchant refuses an old ts. It is for display: the callback is what counts.
 */
#include "base/err.h"
#include "crypto/hash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KF_WEBHOOK_KEY_MIN 24
#define KF_WEBHOOK_KEY_MAX 64
#define KF_WEBHOOK_KEYS_MAX 4          /* live secrets at once */
#define KF_WEBHOOK_TOLERANCE_S 300
#define KF_WEBHOOK_SECRET_CHARS 50     /* whsec_ + base64 of 32 bytes */
#define KF_WEBHOOK_ID_MAX 128

typedef struct {
    uint8_t bytes[KF_WEBHOOK_KEY_MAX];
    size_t len;
} kf_webhook_key_t;

typedef struct {
    const char *id;         /* [A-Za-z0-9_-]+, the same for all attempts */
    int64_t timestamp;      /* epoch seconds of this attempt */
    const char *body;       /* raw bytes */
    size_t body_len;
} kf_webhook_msg_t;

/** A new secret text with 32 random bytes, with its NUL. */
kf_err_t *kf_webhook_secret_make(char out[KF_WEBHOOK_SECRET_CHARS + 1], apr_pool_t *p);

/** Reads a secret's text; KF_E_INVALID if it is not one. The caller wipes the key. */
kf_err_t *kf_webhook_key_parse(kf_webhook_key_t *out, const char *secret, apr_pool_t *p);

/** The value of webhook-signature, newest key first. KF_E_INVALID for an id that is not one. */
kf_err_t *kf_webhook_sign(const char **out, const kf_webhook_key_t *keys, size_t n_keys,
                          const kf_webhook_msg_t *msg, apr_pool_t *p);

/**
 * Checks a header against the keys and |now - timestamp| <= KF_WEBHOOK_TOLERANCE_S.
 * NULL if one v1 signature fits one key; KF_E_UNAUTHORIZED otherwise.
 */
kf_err_t *kf_webhook_verify(const char *header, const kf_webhook_key_t *keys, size_t n_keys,
                            const kf_webhook_msg_t *msg, int64_t now, apr_pool_t *p);

/**
 * Puts firma_hmac into a body that holds `"firma_hmac":""` exactly once.
 * `*out` is `*out_len` bytes and a NUL in the pool; KF_E_INTERNAL if the place is
 * missing or there twice.
 */
kf_err_t *kf_webhook_firma(const char **out, size_t *out_len, const kf_webhook_key_t *key,
                           const char *body, size_t len, apr_pool_t *p);

/** True if the firma_hmac in a body is right for the key. */
bool kf_webhook_firma_valid(const kf_webhook_key_t *key, const char *body, size_t len,
                            apr_pool_t *p);

#define KF_RETURN_SIG_CHARS 43

/** The signature of a return URL, with its NUL. KF_E_INVALID for another ref or status. */
kf_err_t *kf_return_sign(char out[KF_RETURN_SIG_CHARS + 1], const kf_webhook_key_t *key,
                         const char *ref, const char *status, int64_t ts, apr_pool_t *p);

#endif
