#ifndef KF_CRYPTO_PASSWORD_H
#define KF_CRYPTO_PASSWORD_H
/*
 * Passwords: 8 to 128 code points, any of them, never truncated. What is stored is
 *     bcrypt(base64(SHA-384(password)))        "$2y$<cost>$..."
 * because bcrypt itself reads only 72 bytes and stops at a NUL; the 64 characters
 * of the encoded digest fit. A list of common passwords is refused.
 */
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

#define KF_PASSWORD_MIN 8
#define KF_PASSWORD_MAX 128
#define KF_PASSWORD_COST 12      /* of bcrypt: 2^12 rounds */
#define KF_PASSWORD_HASH_CHARS 60
#define KF_PASSWORD_LIST_MIN 3000

typedef struct kf_passwords_t kf_passwords_t;

/**
 * The rules: a list of common passwords (one a line, `#` comments) and bcrypt's cost, 4 to 16. Also makes
 * the hash that unknown accounts are compared with. Read-only afterwards. KF_E_CONFIG for a file that cannot
 * be read, is not UTF-8 or has less than KF_PASSWORD_LIST_MIN lines of 8 characters and more.
 */
kf_err_t *kf_password_list_load(const kf_passwords_t **out, const char *path, int cost, apr_pool_t *p);

/** True if the list has it; the case of ASCII letters does not count. */
bool kf_password_is_common(const kf_passwords_t *rules, const char *password);

/**
 * Checks a new password: KF_E_INVALID of `field` if it is too short, too long, not
 * UTF-8, common, or one of `own` (NULL-terminated, may be NULL: the person's address, the business's name).
 */
kf_err_t *kf_password_check(const kf_passwords_t *rules, const char *field, const char *password,
                            const char *const *own, apr_pool_t *p);

/** The text to store, with its NUL, at the rules' cost. Takes as long as it should: a quarter of a second. */
kf_err_t *kf_password_hash(char out[KF_PASSWORD_HASH_CHARS + 1], const kf_passwords_t *rules, const char *password,
                           apr_pool_t *p);

/**
 * *match: whether it is the password of this hash. With `hash` NULL (no such account) it takes the same
 * time and is never true. A password over KF_PASSWORD_MAX is none.
 */
kf_err_t *kf_password_verify(bool *match, const kf_passwords_t *rules, const char *password, const char *hash,
                             apr_pool_t *p);

/** True if a hash was made at another cost than the rules': hash the password again. */
bool kf_password_needs_rehash(const kf_passwords_t *rules, const char *hash);

#endif
