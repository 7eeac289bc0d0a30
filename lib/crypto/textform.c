/* Hex, base64 and base64url: the contract is crypto/hash.h. */
#include "crypto/hash.h"

#include <apr_encode.h>
#include <string.h>

size_t kf_hex_write(char *out, const void *bytes, size_t len)
{
    apr_size_t n = 0;

    apr_encode_base16_binary(out, bytes, (apr_ssize_t)len, APR_ENCODE_LOWER, &n);
    return n;
}

bool kf_hex_read(void *out, size_t len, const char *text, size_t text_len)
{
    return text_len == 2 * len
           && apr_decode_base16_binary(out, text, (apr_ssize_t)text_len, APR_ENCODE_NONE, NULL) == APR_SUCCESS;
}

size_t kf_base64_write(char *out, const void *bytes, size_t len)
{
    apr_size_t n = 0;

    apr_encode_base64_binary(out, bytes, (apr_ssize_t)len, APR_ENCODE_NONE, &n);
    return n;
}

size_t kf_base64url_write(char *out, const void *bytes, size_t len)
{
    apr_size_t n = 0;

    apr_encode_base64_binary(out, bytes, (apr_ssize_t)len, APR_ENCODE_BASE64URL, &n);
    return n;
}

/* The unused bits of the last character are zero, so that bytes have one text only. */
static bool ends_clean(const uint8_t *bytes, size_t len, const kf_bytes_t *text, int flags)
{
    size_t tail = len % 3;
    char last[5];

    if (!tail) {
        return true;
    }
    apr_encode_base64_binary(last, bytes + len - tail, (apr_ssize_t)tail, flags | APR_ENCODE_NOPADDING, NULL);
    return ((const char *)text->data)[text->len - 1] == last[tail];
}

/* Reads text without padding. APR accepts both alphabets mixed, so `foreign` lists what does not belong to this one. */
static bool read_checked(void *out, size_t *len, size_t cap, const kf_bytes_t *text, const char *foreign, int flags)
{
    size_t bytes = text->len / 4 * 3 + (text->len % 4 ? text->len % 4 - 1 : 0);

    if (text->len % 4 == 1 || bytes > cap) {
        return false;
    }
    for (const char *c = foreign; *c; c++) {
        if (memchr(text->data, *c, text->len)) {
            return false;
        }
    }
    if (apr_decode_base64_binary(out, text->data, (apr_ssize_t)text->len, APR_ENCODE_NONE, NULL) != APR_SUCCESS
        || !ends_clean(out, bytes, text, flags)) {
        kf_wipe(out, bytes);
        return false;
    }
    *len = bytes;
    return true;
}

bool kf_base64_read(void *out, size_t *len, size_t cap, const char *text, size_t text_len)
{
    kf_bytes_t digits = {text, text_len};

    if (text_len % 4) {
        return false;
    }
    for (int i = 0; i < 2 && digits.len && text[digits.len - 1] == '='; i++) {
        digits.len--;
    }
    return read_checked(out, len, cap, &digits, "-_=", APR_ENCODE_NONE);
}

bool kf_base64url_read(void *out, size_t *len, size_t cap, const char *text, size_t text_len)
{
    kf_bytes_t digits = {text, text_len};

    return read_checked(out, len, cap, &digits, "+/=", APR_ENCODE_URL);
}
