#ifndef KF_CRYPTO_TOTP_H
#define KF_CRYPTO_TOTP_H
/*
 * Codes of an authenticator app (RFC 6238 over RFC 4226: HMAC-SHA-1, six digits,
 * steps of 30 seconds), and recovery codes.
 *
 * A code of the step before or after is accepted too, because clocks differ. A step is used
 * once: the caller stores the last one used and refuses it and earlier ones.
 */
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KF_TOTP_SECRET_BYTES 20
#define KF_TOTP_TEXT_CHARS 32      /* base32 of the secret, no padding */
#define KF_TOTP_STEP_S 30
#define KF_TOTP_DIGITS 6

#define KF_RECOVERY_CODES 10
#define KF_RECOVERY_CHARS 19       /* "abcd-efgh-jkmn-pqrs": 80 bits */
#define KF_RECOVERY_HASH_BYTES 32

/** A new secret. The caller wipes it. KF_E_INTERNAL if there is no randomness. */
kf_err_t *kf_totp_make(uint8_t out[KF_TOTP_SECRET_BYTES], apr_pool_t *p);

/** Base32 (RFC 4648 section 6) without padding, with its NUL. */
void kf_totp_text(char out[KF_TOTP_TEXT_CHARS + 1], const uint8_t secret[KF_TOTP_SECRET_BYTES]);

/** "otpauth://totp/<issuer>:<account>?secret=...&issuer=..."; it holds the secret and is wiped with the pool. */
kf_err_t *kf_totp_url(const char **out, const uint8_t secret[KF_TOTP_SECRET_BYTES], const char *issuer,
                      const char *account, apr_pool_t *p);

/** The code of a counter (RFC 4226), as digits with their NUL. `key` of 1 to 1024 bytes. */
kf_err_t *kf_hotp_code(char out[KF_TOTP_DIGITS + 1], const void *key, size_t len, uint64_t counter, apr_pool_t *p);

/**
 * *step is the step whose code this is, of those later than `last_step`; 0 if it is none. Spaces in
 * the text do not count.
 */
kf_err_t *kf_totp_check(int64_t *step, const uint8_t secret[KF_TOTP_SECRET_BYTES], const char *code,
                        int64_t epoch_s, int64_t last_step, apr_pool_t *p);

/** A new recovery code: four groups of four characters that are not mistaken for one another. */
kf_err_t *kf_recovery_make(char out[KF_RECOVERY_CHARS + 1], apr_pool_t *p);

/** The hash to store or look up; `ok` false if the text is not the shape of one. Case, spaces and dashes do
 *  not count. */
kf_err_t *kf_recovery_hash(uint8_t out[KF_RECOVERY_HASH_BYTES], bool *ok, const char *code, apr_pool_t *p);

#endif
