#ifndef KF_CRYPTO_KEYRING_H
#define KF_CRYPTO_KEYRING_H
/*
 * The keys that seal secrets at rest. A key file has one key a line,
 *     kid base64(32 bytes)
 * with `#` comments and empty lines; kid is `[a-z0-9-]{1,16}`. The first key
 * seals, every key unseals: to rotate, put a new line first and keep the old.
 * Refused with KF_E_CONFIG: a file readable by group or others, no key, a key
 * that is too short, too long, a duplicate or patterned (all bytes equal, or counting),
 * a duplicate kid. Keys are wiped with the pool.
 */
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KF_KEY_BYTES 32
#define KF_KID_MAX 16
#define KF_KEYS_MAX 16
#define KF_KEY_LINE_MAX (KF_KID_MAX + 1 + 44)   /* kid, space, base64; without the line end */

typedef struct {
    char kid[KF_KID_MAX + 1];
    uint8_t key[KF_KEY_BYTES];
} kf_key_t;

typedef struct {
    kf_key_t keys[KF_KEYS_MAX];
    size_t n;          /* at least 1; keys[0] is the current one */
} kf_keyring_t;

/**
 * Reads a key file into the pool. With `check_mode` it must be a regular file
 * without any right for group and others. The details name the line, never its text.
 */
kf_err_t *kf_keyring_load(const kf_keyring_t **out, const char *path, bool check_mode,
                          apr_pool_t *p);

/** The same from text in memory (which stays the caller's to wipe). */
kf_err_t *kf_keyring_parse(const kf_keyring_t **out, const char *text, size_t len, apr_pool_t *p);

/** Whether the text is a key id. */
bool kf_kid_valid(const char *kid, size_t len);

/** The key of that id, or NULL. */
const kf_key_t *kf_keyring_find(const kf_keyring_t *ring, const char *kid, size_t kid_len);

/** A line for a key file with a new random key (NUL, no line end). KF_E_INVALID for a bad kid. */
kf_err_t *kf_keyring_line(char out[KF_KEY_LINE_MAX + 1], const char *kid, apr_pool_t *p);

#endif
