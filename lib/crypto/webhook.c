#include "crypto/webhook.h"

#include "base/buf.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SECRET_PREFIX "whsec_"
#define PREFIX_CHARS (sizeof(SECRET_PREFIX) - 1)
#define SECRET_BYTES 32
#define SIGNATURE_CHARS 44      /* base64 of an HMAC */
#define HEADER_MAX 1024
#define EPOCH_CHARS 21          /* int64 in decimal and a NUL */
#define FIRMA_KEY "\"firma_hmac\":\""
#define FIRMA_KEY_CHARS (sizeof(FIRMA_KEY) - 1)

kf_err_t *kf_webhook_secret_make(char out[KF_WEBHOOK_SECRET_CHARS + 1], apr_pool_t *p)
{
    uint8_t bytes[SECRET_BYTES];

    KF_TRY(kf_random_secret(bytes, sizeof(bytes), p));
    memcpy(out, SECRET_PREFIX, PREFIX_CHARS);
    kf_base64_write(out + PREFIX_CHARS, bytes, sizeof(bytes));
    kf_wipe(bytes, sizeof(bytes));
    return NULL;
}

kf_err_t *kf_webhook_key_parse(kf_webhook_key_t *out, const char *secret, apr_pool_t *p)
{
    size_t len = strnlen(secret, PREFIX_CHARS + KF_BASE64_CHARS(KF_WEBHOOK_KEY_MAX) + 1);

    if (len < PREFIX_CHARS || strncmp(secret, SECRET_PREFIX, PREFIX_CHARS) != 0
        || !kf_base64_read(out->bytes, &out->len, KF_WEBHOOK_KEY_MAX, secret + PREFIX_CHARS,
                           len - PREFIX_CHARS)
        || out->len < KF_WEBHOOK_KEY_MIN) {
        return kf_err(p, KF_E_INVALID, "A signing secret must be whsec_ and base64 of %d to %d bytes.",
                      KF_WEBHOOK_KEY_MIN, KF_WEBHOOK_KEY_MAX);
    }
    return NULL;
}

/* [A-Za-z0-9_-]+ of at most `max`: no point can hide in it. */
static bool word(const char *text, size_t max)
{
    size_t n = 0;

    for (; n <= max && text[n]; n++) {
        char c = text[n] | 0x20;

        if (!(c >= 'a' && c <= 'z') && !(text[n] >= '0' && text[n] <= '9') && text[n] != '_'
            && text[n] != '-') {
            return false;
        }
    }
    return n >= 1 && n <= max;
}

/* base64 of the HMAC, SIGNATURE_CHARS and a NUL. */
static kf_err_t *sign_one(char *out, const kf_webhook_key_t *key, const kf_webhook_msg_t *msg,
                          apr_pool_t *p)
{
    char epoch[EPOCH_CHARS];
    uint8_t mac[KF_SHA256_BYTES];

    if (!word(msg->id, KF_WEBHOOK_ID_MAX)) {
        return kf_err(p, KF_E_INVALID, "A message id must have 1 to %d characters: A-Z, a-z, 0-9, _ and -.",
                      KF_WEBHOOK_ID_MAX);
    }
    snprintf(epoch, sizeof(epoch), "%" PRId64, msg->timestamp);
    KF_TRY(kf_hmac_sha256(mac, (kf_bytes_t){key->bytes, key->len},
                          (kf_bytes_t[]){KF_BYTES_STR(msg->id), {".", 1}, KF_BYTES_STR(epoch),
                                         {".", 1}, {msg->body, msg->body_len}},
                          5, p));
    kf_base64_write(out, mac, sizeof(mac));
    return NULL;
}

kf_err_t *kf_webhook_sign(const char **out, const kf_webhook_key_t *keys, size_t n_keys,
                          const kf_webhook_msg_t *msg, apr_pool_t *p)
{
    kf_buf_t buf;

    if (n_keys < 1 || n_keys > KF_WEBHOOK_KEYS_MAX) {
        return kf_err(p, KF_E_INTERNAL, "A message must be signed with 1 to %d secrets.",
                      KF_WEBHOOK_KEYS_MAX);
    }
    kf_buf_init(&buf, p, n_keys * (SIGNATURE_CHARS + 4), HEADER_MAX);
    for (size_t i = 0; i < n_keys; i++) {
        char signature[SIGNATURE_CHARS + 1];

        KF_TRY(sign_one(signature, &keys[i], msg, p));
        kf_buf_str(&buf, i ? " v1," : "v1,");
        kf_buf_bytes(&buf, signature, SIGNATURE_CHARS);
    }
    KF_TRY(kf_buf_check(&buf, "signature header", p));
    *out = kf_buf_text(&buf);
    return NULL;
}

/* True if one entry of the header is this signature. Every entry is compared. */
static bool header_holds(const char *header, const char *signature)
{
    bool found = false;

    while (*header) {
        size_t len = strcspn(header, " ");

        if (len > 3 && !memcmp(header, "v1,", 3)
            && kf_equal_secret(header + 3, len - 3, signature, SIGNATURE_CHARS)) {
            found = true;
        }
        header += len;
        header += strspn(header, " ");
    }
    return found;
}

kf_err_t *kf_webhook_verify(const char *header, const kf_webhook_key_t *keys, size_t n_keys,
                            const kf_webhook_msg_t *msg, int64_t now, apr_pool_t *p)
{
    int64_t age;
    bool found = false;

    if (strnlen(header, HEADER_MAX + 1) > HEADER_MAX
        || __builtin_sub_overflow(now, msg->timestamp, &age) || age > KF_WEBHOOK_TOLERANCE_S
        || age < -KF_WEBHOOK_TOLERANCE_S) {
        return kf_err(p, KF_E_UNAUTHORIZED, "The message is too old or too new.");
    }
    for (size_t i = 0; i < n_keys; i++) {
        char signature[SIGNATURE_CHARS + 1];

        KF_TRY(sign_one(signature, &keys[i], msg, p));
        found |= header_holds(header, signature);
    }
    return found ? NULL : kf_err(p, KF_E_UNAUTHORIZED, "The signature is wrong.");
}

/* Where the value of firma_hmac starts; NULL unless the member is there exactly once. */
static const char *firma_place(const char *body, size_t len)
{
    const char *first = memmem(body, len, FIRMA_KEY, FIRMA_KEY_CHARS);
    const char *value;

    if (!first) {
        return NULL;
    }
    value = first + FIRMA_KEY_CHARS;
    if (memmem(value, len - (size_t)(value - body), FIRMA_KEY, FIRMA_KEY_CHARS)) {
        return NULL;
    }
    return value;
}

/* The HMAC of a body of which the value between `before` and `after` is left out, as hex. */
static kf_err_t *firma_hex(char out[KF_SHA256_HEX + 1], const kf_webhook_key_t *key,
                           kf_bytes_t before, kf_bytes_t after, apr_pool_t *p)
{
    uint8_t mac[KF_SHA256_BYTES];

    KF_TRY(kf_hmac_sha256(mac, (kf_bytes_t){key->bytes, key->len},
                          (kf_bytes_t[]){before, after}, 2, p));
    kf_hex_write(out, mac, sizeof(mac));
    return NULL;
}

kf_err_t *kf_webhook_firma(const char **out, size_t *out_len, const kf_webhook_key_t *key,
                           const char *body, size_t len, apr_pool_t *p)
{
    const char *value = firma_place(body, len);
    size_t before = value ? (size_t)(value - body) : 0;
    char hex[KF_SHA256_HEX + 1];
    char *signed_body;

    if (!value || before == len || *value != '"') {
        return kf_err(p, KF_E_INTERNAL, "A message has no single place for its signature.");
    }
    KF_TRY(firma_hex(hex, key, (kf_bytes_t){body, before}, (kf_bytes_t){value, len - before}, p));
    signed_body = apr_palloc(p, len + KF_SHA256_HEX + 1);
    memcpy(signed_body, body, before);
    memcpy(signed_body + before, hex, KF_SHA256_HEX);
    memcpy(signed_body + before + KF_SHA256_HEX, value, len - before);
    signed_body[len + KF_SHA256_HEX] = '\0';
    *out = signed_body;
    *out_len = len + KF_SHA256_HEX;
    return NULL;
}

bool kf_webhook_firma_valid(const kf_webhook_key_t *key, const char *body, size_t len,
                            apr_pool_t *p)
{
    const char *value = firma_place(body, len);
    size_t before = value ? (size_t)(value - body) : 0;
    char hex[KF_SHA256_HEX + 1];
    const char *rest;

    if (!value || len - before <= KF_SHA256_HEX || value[KF_SHA256_HEX] != '"') {
        return false;
    }
    rest = value + KF_SHA256_HEX;
    if (firma_hex(hex, key, (kf_bytes_t){body, before},
                  (kf_bytes_t){rest, len - before - KF_SHA256_HEX}, p)) {
        return false;
    }
    return kf_equal_secret(value, KF_SHA256_HEX, hex, KF_SHA256_HEX);
}

kf_err_t *kf_return_sign(char out[KF_RETURN_SIG_CHARS + 1], const kf_webhook_key_t *key,
                         const char *ref, const char *status, int64_t ts, apr_pool_t *p)
{
    char epoch[EPOCH_CHARS];
    uint8_t mac[KF_SHA256_BYTES];

    if (!word(ref, KF_WEBHOOK_ID_MAX) || !word(status, KF_WEBHOOK_ID_MAX)) {
        return kf_err(p, KF_E_INVALID, "A reference and a status may have only A-Z, a-z, 0-9, _ and -.");
    }
    snprintf(epoch, sizeof(epoch), "%" PRId64, ts);
    KF_TRY(kf_hmac_sha256(mac, (kf_bytes_t){key->bytes, key->len},
                          (kf_bytes_t[]){KF_BYTES_STR(ref), {".", 1}, KF_BYTES_STR(status),
                                         {".", 1}, KF_BYTES_STR(epoch)},
                          5, p));
    kf_base64url_write(out, mac, sizeof(mac));
    return NULL;
}
