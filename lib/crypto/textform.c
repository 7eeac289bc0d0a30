/* Hex, base64 and base64url: the contract is crypto/hash.h. */
#include "crypto/hash.h"

#include <string.h>

size_t kf_hex_write(char *out, const void *bytes, size_t len)
{
    static const char hex[] = "0123456789abcdef";
    const uint8_t *in = bytes;

    for (size_t i = 0; i < len; i++) {
        out[2 * i] = hex[in[i] >> 4];
        out[2 * i + 1] = hex[in[i] & 15];
    }
    out[2 * len] = '\0';
    return 2 * len;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool kf_hex_read(void *out, size_t len, const char *text, size_t text_len)
{
    uint8_t *to = out;

    if (text_len / 2 != len || text_len % 2) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        int high = hex_digit(text[2 * i]), low = hex_digit(text[2 * i + 1]);

        if (high < 0 || low < 0) {
            return false;
        }
        to[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/* The two alphabets differ in the last two digits only. */
static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base64url_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* Without padding and NUL. */
static size_t write64(char *out, const uint8_t *in, size_t len, const char *digits)
{
    char *to = out;
    uint32_t bits = 0;
    int held = 0;

    for (size_t i = 0; i < len; i++) {
        bits = bits << 8 | in[i];
        for (held += 8; held >= 6; held -= 6) {
            *to++ = digits[bits >> (held - 6) & 63];
        }
    }
    if (held) {
        *to++ = digits[bits << (6 - held) & 63];
    }
    return (size_t)(to - out);
}

size_t kf_base64_write(char *out, const void *bytes, size_t len)
{
    size_t n = write64(out, bytes, len, base64_digits);

    while (n % 4) {
        out[n++] = '=';
    }
    out[n] = '\0';
    return n;
}

size_t kf_base64url_write(char *out, const void *bytes, size_t len)
{
    size_t n = write64(out, bytes, len, base64url_digits);

    out[n] = '\0';
    return n;
}

static int digit64(char c, char digit62, char digit63)
{
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    return c == digit62 ? 62 : c == digit63 ? 63 : -1;
}

/* Text without padding; the bits that are left over must be zero, so that a text has one form. */
static bool read64(uint8_t *out, const char *text, size_t len, const char *last_two)
{
    uint32_t bits = 0;
    int held = 0;

    for (size_t i = 0; i < len; i++) {
        int digit = digit64(text[i], last_two[0], last_two[1]);

        if (digit < 0) {
            return false;
        }
        bits = bits << 6 | (uint32_t)digit;
        held += 6;
        if (held >= 8) {
            held -= 8;
            *out++ = (uint8_t)(bits >> held);
        }
    }
    return (bits & ((1U << held) - 1)) == 0;
}

static bool read_checked(void *out, size_t *len, size_t cap, const kf_bytes_t *text,
                         const char *last_two)
{
    size_t bytes = text->len / 4 * 3 + (text->len % 4 ? text->len % 4 - 1 : 0);

    if (text->len % 4 == 1 || bytes > cap) {
        return false;
    }
    if (!read64(out, text->data, text->len, last_two)) {
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
    return read_checked(out, len, cap, &digits, "+/");
}

bool kf_base64url_read(void *out, size_t *len, size_t cap, const char *text, size_t text_len)
{
    kf_bytes_t digits = {text, text_len};

    return read_checked(out, len, cap, &digits, "-_");
}
