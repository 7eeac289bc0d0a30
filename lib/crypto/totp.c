#include "crypto/totp.h"

#include <apr_encode.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <openssl/evp.h>
#include <string.h>

#include "base/uri.h"
#include "crypto/hash.h"

#define SHA1_BYTES 20
#define MODULUS 1000000 /* 10 to the number of digits */
#define RECOVERY_SYMBOLS 16
#define GROUP 4

kf_err_t *kf_totp_make(uint8_t out[KF_TOTP_SECRET_BYTES], apr_pool_t *p)
{
    return kf_random_secret(out, KF_TOTP_SECRET_BYTES, p);
}

void kf_totp_text(char out[KF_TOTP_TEXT_CHARS + 1], const uint8_t secret[KF_TOTP_SECRET_BYTES])
{
    apr_encode_base32_binary(out, secret, KF_TOTP_SECRET_BYTES, APR_ENCODE_NOPADDING, NULL);
}

kf_err_t *kf_totp_url(const char **out, const uint8_t secret[KF_TOTP_SECRET_BYTES], const char *issuer,
                      const char *account, apr_pool_t *p)
{
    const char *name = kf_uri_encode(issuer, p);
    char text[KF_TOTP_TEXT_CHARS + 1];
    char *url;

    kf_totp_text(text, secret);
    url = apr_pstrcat(p, "otpauth://totp/", name, ":", kf_uri_encode(account, p), "?secret=", text, "&issuer=", name,
                      "&algorithm=SHA1&digits=6&period=30", NULL);
    kf_wipe(text, sizeof(text));
    kf_wipe_with_pool(url, strlen(url), p);
    *out = url;
    return NULL;
}

kf_err_t *kf_hotp_code(char out[KF_TOTP_DIGITS + 1], const void *key, size_t len, uint64_t counter, apr_pool_t *p)
{
    uint8_t message[8], mac[SHA1_BYTES];
    size_t written;
    uint32_t number;
    int at;

    for (int i = 7; i >= 0; i--) {
        message[i] = (uint8_t)counter;
        counter >>= 8;
    }
    if (!EVP_Q_mac(NULL, "HMAC", NULL, "SHA1", NULL, key, len, message, sizeof(message), mac, sizeof(mac), &written)) {
        return kf_err_because(p, kf_err(p, KF_E_INTERNAL, "A code could not be made."), "HMAC-SHA-1");
    }
    at = mac[SHA1_BYTES - 1] & 15;
    number = ((uint32_t)(mac[at] & 127) << 24 | (uint32_t)mac[at + 1] << 16 | (uint32_t)mac[at + 2] << 8 | mac[at + 3])
             % MODULUS;
    for (int i = KF_TOTP_DIGITS - 1; i >= 0; i--) {
        out[i] = (char)('0' + number % 10);
        number /= 10;
    }
    out[KF_TOTP_DIGITS] = '\0';
    kf_wipe(mac, sizeof(mac));
    return NULL;
}

/* Six digits, spaces left out; false if it is anything else. */
static bool read_code(char out[KF_TOTP_DIGITS + 1], const char *code)
{
    int n = 0;

    for (; *code; code++) {
        if (*code == ' ') {
            continue;
        }
        if (n == KF_TOTP_DIGITS || !apr_isdigit(*code)) {
            return false;
        }
        out[n++] = *code;
    }
    out[n] = '\0';
    return n == KF_TOTP_DIGITS;
}

kf_err_t *kf_totp_check(int64_t *step, const uint8_t secret[KF_TOTP_SECRET_BYTES], const char *code,
                        int64_t epoch_s, int64_t last_step, apr_pool_t *p)
{
    int64_t now = epoch_s / KF_TOTP_STEP_S;
    char given[KF_TOTP_DIGITS + 1], right[KF_TOTP_DIGITS + 1];

    *step = 0;
    if (!read_code(given, code)) {
        return NULL;
    }
    for (int64_t s = now - 1; s <= now + 1; s++) {
        KF_TRY(kf_hotp_code(right, secret, KF_TOTP_SECRET_BYTES, (uint64_t)s, p));
        if (kf_equal_secret(given, KF_TOTP_DIGITS, right, KF_TOTP_DIGITS) && s > last_step && !*step) {
            *step = s;
        }
    }
    kf_wipe(right, sizeof(right));
    return NULL;
}

/* -- recovery codes: no i, l, o, u -- */

static const char symbols[] = "0123456789abcdefghjkmnpqrstvwxyz";

kf_err_t *kf_recovery_make(char out[KF_RECOVERY_CHARS + 1], apr_pool_t *p)
{
    uint8_t bytes[RECOVERY_SYMBOLS];
    char *to = out;

    KF_TRY(kf_random_secret(bytes, sizeof(bytes), p));
    for (int i = 0; i < RECOVERY_SYMBOLS; i++) {
        if (i && i % GROUP == 0) {
            *to++ = '-';
        }
        *to++ = symbols[bytes[i] % 32];
    }
    *to = '\0';
    kf_wipe(bytes, sizeof(bytes));
    return NULL;
}

/* The symbol that a typed character means; 0: none. */
static char symbol_of(char c)
{
    char lower = (char)apr_tolower(c);

    if (lower == 'o') {
        return '0';
    }
    if (lower == 'i' || lower == 'l') {
        return '1';
    }
    return lower && strchr(symbols, lower) ? lower : '\0';
}

kf_err_t *kf_recovery_hash(uint8_t out[KF_RECOVERY_HASH_BYTES], bool *ok, const char *code, apr_pool_t *p)
{
    char plain[RECOVERY_SYMBOLS + 1];
    kf_err_t *err;
    int n = 0;

    *ok = false;
    for (; *code; code++) {
        char symbol = symbol_of(*code);

        if (*code == '-' || *code == ' ') {
            continue;
        }
        if (!symbol || n == RECOVERY_SYMBOLS) {
            return NULL;
        }
        plain[n++] = symbol;
    }
    if (n != RECOVERY_SYMBOLS) {
        return NULL;
    }
    err = kf_sha256(out, (kf_bytes_t[]){{"kf:recovery:", 12}, {plain, RECOVERY_SYMBOLS}}, 2, p);
    kf_wipe(plain, sizeof(plain));
    *ok = !err;
    return err;
}
