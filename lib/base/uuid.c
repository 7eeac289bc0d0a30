#include "base/uuid.h"

#include <openssl/rand.h>

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

/* A dash stands before these bytes. */
static bool dash_before(int i)
{
    return i == 4 || i == 6 || i == 8 || i == 10;
}

bool kf_uuid_read(kf_uuid_t *out, const char *text, size_t len)
{
    kf_uuid_t uuid;

    if (len != KF_UUID_CHARS) {
        return false;
    }
    for (int i = 0; i < 16; i++) {
        int high, low;

        if (dash_before(i) && *text++ != '-') {
            return false;
        }
        high = hex_digit(text[0]);
        low = hex_digit(text[1]);
        if (high < 0 || low < 0) {
            return false;
        }
        uuid.bytes[i] = (uint8_t)(high << 4 | low);
        text += 2;
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
    static const char hex[] = "0123456789abcdef";

    for (int i = 0; i < 16; i++) {
        if (dash_before(i)) {
            *out++ = '-';
        }
        *out++ = hex[uuid->bytes[i] >> 4];
        *out++ = hex[uuid->bytes[i] & 15];
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
