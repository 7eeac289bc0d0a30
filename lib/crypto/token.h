#ifndef KF_CRYPTO_TOKEN_H
#define KF_CRYPTO_TOKEN_H
/*
 * Tokens: 256 random bits as 43 characters of base64url. The text goes to its
 * holder once; the database keeps only
 *     SHA-256("kf:" audience ":" token)
 * so a token made for one purpose is worth nothing for another. No salt and no
 * slow hash: the input has 256 bits of entropy.
 */
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

#define KF_TOKEN_BYTES 32
#define KF_TOKEN_CHARS 43
#define KF_TOKEN_HASH_BYTES 32

/** A new token with its NUL. KF_E_INTERNAL if there is no randomness. */
kf_err_t *kf_token_make(char out[KF_TOKEN_CHARS + 1], apr_pool_t *p);

/** True if the text has the shape of a token: do not ask the database otherwise. */
bool kf_token_shaped(const char *token);

/**
 * The hash to store or look up. `audience` is a constant of ours (`[a-z0-9_-]`,
 * "booking", "verify-email"); a token without the shape is KF_E_TOKEN_WRONG.
 */
kf_err_t *kf_token_hash(uint8_t out[KF_TOKEN_HASH_BYTES], const char *audience, const char *token,
                        apr_pool_t *p);

#endif
