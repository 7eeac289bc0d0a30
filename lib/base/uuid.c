#include "base/uuid.h"

#include <apr_encode.h>
#include <openssl/rand.h>

#define DASHES "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"

bool kf_uuid_read(kf_uuid_t *out, const char *text, size_t len)
{
    char digits[2 * sizeof(out->bytes)], *to = digits;
    kf_uuid_t uuid;

    if (len != KF_UUID_CHARS) {
        return false;
    }
    for (int i = 0; i < KF_UUID_CHARS; i++) {
        if (DASHES[i] != '-') {
            *to++ = text[i];
        } else if (text[i] != '-') {
            return false;
        }
    }
    if (apr_decode_base16_binary(uuid.bytes, digits, sizeof(digits), APR_ENCODE_NONE, NULL) != APR_SUCCESS) {
        return false;
    }
    *out = uuid;
    return true;
}

kf_err_t *kf_uuid_parse(kf_uuid_t *out, const char *text, apr_pool_t *p)
{
    if (!text || !kf_uuid_read(out, text, strnlen(text, KF_UUID_CHARS + 1))) {
        return kf_err(p, KF_E_INVALID, "This must be a UUID of 36 characters.");
    }
    return NULL;
}

char *kf_uuid_write(char out[KF_UUID_CHARS], const kf_uuid_t *uuid)
{
    char digits[2 * sizeof(uuid->bytes) + 1];
    const char *from = digits;

    apr_encode_base16_binary(digits, uuid->bytes, sizeof(uuid->bytes), APR_ENCODE_LOWER, NULL);
    for (int i = 0; i < KF_UUID_CHARS; i++) {
        *out++ = DASHES[i] == '-' ? '-' : *from++;
    }
    return out;
}

const char *kf_uuid_text(const kf_uuid_t *uuid, apr_pool_t *p)
{
    char *text = apr_palloc(p, KF_UUID_CHARS + 1);

    *kf_uuid_write(text, uuid) = '\0';
    return text;
}

static void stamp(kf_uuid_t *uuid, int version)
{
    uuid->bytes[6] = (uint8_t)((uuid->bytes[6] & 0x0f) | version << 4);
    uuid->bytes[8] = (uint8_t)((uuid->bytes[8] & 0x3f) | 0x80);
}

kf_err_t *kf_uuid_random(kf_uuid_t *out, apr_pool_t *p)
{
    if (RAND_bytes(out->bytes, sizeof(out->bytes)) != 1) {
        return kf_err(p, KF_E_INTERNAL, "No random bytes are available.");
    }
    stamp(out, 4);
    return NULL;
}

kf_err_t *kf_uuid_timed(kf_uuid_t *out, int64_t epoch_ms, apr_pool_t *p)
{
    if (epoch_ms < 0 || epoch_ms >> 48) {
        return kf_err(p, KF_E_INTERNAL, "The time of an id is out of range.");
    }
    KF_TRY(kf_uuid_random(out, p));
    for (int i = 0; i < 6; i++) {
        out->bytes[i] = (uint8_t)(epoch_ms >> (40 - 8 * i));
    }
    stamp(out, 7);
    return NULL;
}
