#include "crypto/password.h"

#include <apr_file_io.h>
#include <apr_hash.h>
#include <apr_lib.h>
#include <apr_md5.h>
#include <apr_strings.h>
#include <openssl/evp.h>
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/num.h"
#include "base/utf8.h"
#include "crypto/hash.h"

#define SHA384_BYTES 48
#define PRE_CHARS KF_BASE64_CHARS(SHA384_BYTES)
#define SALT_BYTES 16
#define COST_MIN 4
#define COST_MAX 16
#define UTF8_MAX 4       /* bytes of a code point */
#define HASH_ROOM 128    /* apr_bcrypt_encode() wants more room than it fills */

struct kf_passwords_t {
    apr_hash_t *common;  /* of lower case text */
    int cost;
    char nobody[KF_PASSWORD_HASH_CHARS + 1];
};

/* The input of bcrypt: 64 characters that hold every bit of the digest. */
static kf_err_t *pre_hash(char out[PRE_CHARS + 1], const char *password, size_t len, apr_pool_t *p)
{
    uint8_t digest[SHA384_BYTES];
    size_t written;

    if (!EVP_Q_digest(NULL, "SHA384", NULL, password, len, digest, &written)) {
        return kf_err_because(p, kf_err(p, KF_E_INTERNAL, "A password could not be hashed."), "SHA-384");
    }
    kf_base64_write(out, digest, sizeof(digest));
    kf_wipe(digest, sizeof(digest));
    return NULL;
}

kf_err_t *kf_password_hash(char out[KF_PASSWORD_HASH_CHARS + 1], const kf_passwords_t *rules, const char *password,
                           apr_pool_t *p)
{
    char pre[PRE_CHARS + 1], text[HASH_ROOM];
    uint8_t salt[SALT_BYTES];
    apr_status_t status;

    KF_TRY(kf_random_secret(salt, sizeof(salt), p));
    KF_TRY(pre_hash(pre, password, strlen(password), p));
    status = apr_bcrypt_encode(pre, (unsigned)rules->cost, salt, sizeof(salt), text, sizeof(text));
    kf_wipe(pre, sizeof(pre));
    kf_wipe(salt, sizeof(salt));
    if (status != APR_SUCCESS || strlen(text) != KF_PASSWORD_HASH_CHARS) {
        return kf_err_because(p, kf_err(p, KF_E_INTERNAL, "A password could not be hashed."), "bcrypt: %d", status);
    }
    memcpy(out, text, KF_PASSWORD_HASH_CHARS + 1);
    kf_wipe(text, sizeof(text));
    return NULL;
}

kf_err_t *kf_password_verify(bool *match, const kf_passwords_t *rules, const char *password, const char *hash,
                             apr_pool_t *p)
{
    size_t len = strnlen(password, KF_PASSWORD_MAX * UTF8_MAX + 1);
    bool possible = hash && len <= KF_PASSWORD_MAX * UTF8_MAX;
    char pre[PRE_CHARS + 1];

    *match = false;
    KF_TRY(pre_hash(pre, password, len, p));
    *match = apr_password_validate(pre, possible ? hash : rules->nobody) == APR_SUCCESS && possible;
    kf_wipe(pre, sizeof(pre));
    return NULL;
}

bool kf_password_needs_rehash(const kf_passwords_t *rules, const char *hash)
{
    int64_t cost = 0;
    bool ours = strlen(hash) == KF_PASSWORD_HASH_CHARS && !strncmp(hash, "$2y$", 4) && hash[6] == '$';
    int zero = ours && hash[4] == '0'; /* "04": kf_num_read() takes no zero in front */

    return !ours || !kf_num_read(&cost, hash + 4 + zero, (size_t)(2 - zero), 0, COST_MAX) || cost != rules->cost;
}

bool kf_password_is_common(const kf_passwords_t *rules, const char *password)
{
    char lower[KF_PASSWORD_MAX * UTF8_MAX + 1];
    size_t len = strnlen(password, sizeof(lower));
    bool found;

    if (len == sizeof(lower)) {
        return false;
    }
    for (size_t i = 0; i <= len; i++) {
        lower[i] = (char)apr_tolower(password[i]);
    }
    found = apr_hash_get(rules->common, lower, (apr_ssize_t)len) != NULL;
    kf_wipe(lower, sizeof(lower));
    return found;
}

kf_err_t *kf_password_check(const kf_passwords_t *rules, const char *field, const char *password,
                            const char *const *own, apr_pool_t *p)
{
    size_t len = password ? strnlen(password, KF_PASSWORD_MAX * UTF8_MAX + 1) : 0, n;

    if (!password || !kf_utf8_valid(password, len)) {
        return kf_err_limits(kf_err_field(p, KF_E_INVALID, field, "A password is needed: %d characters or more.",
                                          KF_PASSWORD_MIN),
                             KF_WRONG_REQUIRED, KF_PASSWORD_MIN, KF_PASSWORD_MAX);
    }
    n = kf_utf8_count(password, len);
    if (n < KF_PASSWORD_MIN || n > KF_PASSWORD_MAX) {
        return kf_err_limits(kf_err_field(p, KF_E_INVALID, field, "A password must have %d to %d characters.",
                                          KF_PASSWORD_MIN, KF_PASSWORD_MAX),
                             n > KF_PASSWORD_MAX ? KF_WRONG_TOO_LONG : KF_WRONG_TOO_SHORT, KF_PASSWORD_MIN,
                             KF_PASSWORD_MAX);
    }
    if (kf_password_is_common(rules, password)) {
        return kf_err_wrong(p, field, KF_WRONG_EASY_TO_GUESS, "Many people use this password: choose another one.");
    }
    for (; own && *own; own++) {
        if (!strcasecmp(*own, password)) {
            return kf_err_wrong(p, field, KF_WRONG_EASY_TO_GUESS, "Others know this: choose another password.");
        }
    }
    return NULL;
}

/* -- the list -- */

static kf_err_t *read_file(char **out, size_t *len, const char *path, apr_pool_t *p)
{
    apr_file_t *file;
    apr_status_t status = apr_file_open(&file, path, APR_FOPEN_READ, 0, p);
    char why[120];

    *out = apr_palloc(p, KF_MAX_PASSWORD_LIST + 1);
    *len = KF_MAX_PASSWORD_LIST + 1;
    if (status == APR_SUCCESS) {
        status = apr_file_read_full(file, *out, KF_MAX_PASSWORD_LIST + 1, len);
        apr_file_close(file);
    }
    if (status != APR_EOF) {
        return kf_err(p, KF_E_CONFIG, "%s cannot be read: %s", path,
                      status ? apr_strerror(status, why, sizeof(why)) : "it is too large");
    }
    (*out)[*len] = '\0';
    if (strlen(*out) != *len || !kf_utf8_valid(*out, *len)) {
        return kf_err(p, KF_E_CONFIG, "%s is not text in UTF-8", path);
    }
    return NULL;
}

static int add_words(apr_hash_t *common, char *text)
{
    int long_enough = 0;
    char *rest = text;

    for (char *line = apr_strtok(text, "\r\n", &rest); line; line = apr_strtok(NULL, "\r\n", &rest)) {
        size_t len = strlen(line);

        if (*line == '#') {
            continue;
        }
        for (char *c = line; *c; c++) {
            *c = (char)apr_tolower(*c);
        }
        long_enough += kf_utf8_count(line, len) >= KF_PASSWORD_MIN && !apr_hash_get(common, line, (apr_ssize_t)len);
        apr_hash_set(common, line, (apr_ssize_t)len, line);
    }
    return long_enough;
}

kf_err_t *kf_password_list_load(const kf_passwords_t **out, const char *path, int cost, apr_pool_t *p)
{
    kf_passwords_t *rules = apr_pcalloc(p, sizeof(*rules));
    char *text;
    size_t len;
    int n;

    if (cost < COST_MIN || cost > COST_MAX) {
        return kf_err(p, KF_E_CONFIG, "bcrypt's cost must be from %d to %d", COST_MIN, COST_MAX);
    }
    KF_TRY(read_file(&text, &len, path, p));
    rules->common = apr_hash_make(p);
    rules->cost = cost;
    n = add_words(rules->common, text);
    if (n < KF_PASSWORD_LIST_MIN) {
        return kf_err(p, KF_E_CONFIG, "%s has %d passwords of %d or more characters: %d are needed", path, n,
                      KF_PASSWORD_MIN, KF_PASSWORD_LIST_MIN);
    }
    KF_TRY(kf_password_hash(rules->nobody, rules, "nobody's password", p));
    *out = rules;
    return NULL;
}
