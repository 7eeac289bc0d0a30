#ifndef KF_CRYPTO_HASH_H
#define KF_CRYPTO_HASH_H
/*
 * Digests, MACs, text forms of bytes, randomness. OpenSSL 3; the algorithms are
 * fetched once for the process, safely from any thread.
 */
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KF_SHA256_BYTES 32
#define KF_SHA256_HEX 64

/* One piece of a message: what is hashed is their concatenation. */
typedef struct {
    const void *data;
    size_t len;
} kf_bytes_t;

/** A piece from a NUL-terminated string. */
#define KF_BYTES_STR(s) ((kf_bytes_t){(s), strlen(s)})

/** SHA-256 of the concatenation of `n` parts. KF_E_INTERNAL if OpenSSL fails. */
kf_err_t *kf_sha256(uint8_t out[KF_SHA256_BYTES], const kf_bytes_t *parts, size_t n, apr_pool_t *p);

/** HMAC-SHA256 of the concatenation of `n` parts; `key` of 1 to 1024 bytes. */
kf_err_t *kf_hmac_sha256(uint8_t out[KF_SHA256_BYTES], kf_bytes_t key, const kf_bytes_t *parts,
                         size_t n, apr_pool_t *p);

/** True if equal, in time that does not depend on the content. Different lengths are not equal. */
bool kf_equal_secret(const void *a, size_t a_len, const void *b, size_t b_len);

/** Overwrites so that the compiler cannot leave it out. */
void kf_wipe(void *data, size_t len);

/** Wipes `data` when the pool goes. */
void kf_wipe_with_pool(void *data, size_t len, apr_pool_t *p);

/** Public randomness (ids, nonces). KF_E_INTERNAL if there is none. */
kf_err_t *kf_random(void *out, size_t len, apr_pool_t *p);
/** Randomness that stays secret (keys, tokens). */
kf_err_t *kf_random_secret(void *out, size_t len, apr_pool_t *p);

/* -- text forms; writers put a NUL and return the text's length -- */

/** Lower case hex; `out` holds 2 * len + 1. */
size_t kf_hex_write(char *out, const void *bytes, size_t len);
/** Exactly 2 * len hex digits of either case. */
bool kf_hex_read(void *out, size_t len, const char *text, size_t text_len);

/** Characters of the padded and of the unpadded form. */
#define KF_BASE64_CHARS(n) (((n) + 2) / 3 * 4)
#define KF_BASE64URL_CHARS(n) (((n) * 4 + 2) / 3)

/** RFC 4648 section 4 with padding; `out` holds KF_BASE64_CHARS(len) + 1. */
size_t kf_base64_write(char *out, const void *bytes, size_t len);
/** RFC 4648 section 5 without padding; `out` holds KF_BASE64URL_CHARS(len) + 1. */
size_t kf_base64url_write(char *out, const void *bytes, size_t len);
/**
 * Strict readers: the one alphabet, right padding (base64) or none (base64url),
 * no space or line end, unused bits zero. Writes at most `cap` bytes and sets
 * `*len`; false otherwise, with nothing to be read in `out`.
 */
bool kf_base64_read(void *out, size_t *len, size_t cap, const char *text, size_t text_len);
bool kf_base64url_read(void *out, size_t *len, size_t cap, const char *text, size_t text_len);

#endif
