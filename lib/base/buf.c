#include "base/buf.h"

#include <stdio.h>

void kf_buf_init(kf_buf_t *buf, apr_pool_t *p, size_t initial, size_t max)
{
    buf->len = 0;
    buf->cap = initial < max ? initial : max;
    buf->max = max;
    buf->overflow = false;
    buf->pool = p;
    buf->data = apr_palloc(p, buf->cap + 1);
}

bool kf_buf_grow(kf_buf_t *buf, size_t more)
{
    size_t cap;
    char *data;

    if (buf->overflow || more > buf->max - buf->len) {
        buf->overflow = true;
        return false;
    }
    if (more <= buf->cap - buf->len) {
        return true;
    }
    cap = buf->cap > buf->max / 2 ? buf->max : buf->cap * 2;
    if (cap < buf->len + more) {
        cap = buf->len + more;
    }
    data = apr_palloc(buf->pool, cap + 1);
    memcpy(data, buf->data, buf->len);
    buf->data = data;
    buf->cap = cap;
    return true;
}

void kf_buf_printf(kf_buf_t *buf, const char *fmt, ...)
{
    va_list ap;
    int n;

    if (buf->overflow) {
        return;
    }
    va_start(ap, fmt);
    n = vsnprintf(buf->data + buf->len, buf->cap - buf->len + 1, fmt, ap);
    va_end(ap);
    if (n < 0) {
        buf->overflow = true;
        return;
    }
    if ((size_t)n > buf->cap - buf->len) {
        if (!kf_buf_grow(buf, (size_t)n)) {
            return;
        }
        va_start(ap, fmt);
        vsnprintf(buf->data + buf->len, (size_t)n + 1, fmt, ap);
        va_end(ap);
    }
    buf->len += (size_t)n;
}

void kf_buf_int(kf_buf_t *buf, int64_t value)
{
    char digits[20];
    char *at = digits + sizeof(digits);
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;

    do {
        *--at = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (value < 0) {
        *--at = '-';
    }
    kf_buf_bytes(buf, at, (size_t)(digits + sizeof(digits) - at));
}

/* False for bytes that need handling: JSON escapes, `<`, DEL and everything beyond ASCII. */
static bool plain(unsigned char c)
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '<';
}

/* Bytes of the UTF-8 sequence at `s`, 0 if it is none (overlong, surrogate, cut off). */
static size_t utf8_len(const unsigned char *s, size_t left)
{
    unsigned char low = 0x80, high = 0xbf;
    size_t n = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;

    if (s[0] < 0xc2 || s[0] > 0xf4 || left < n) {
        return 0;
    }
    switch (s[0]) {
    case 0xe0: low = 0xa0; break;
    case 0xed: high = 0x9f; break;
    case 0xf0: low = 0x90; break;
    case 0xf4: high = 0x8f; break;
    default: break;
    }
    if (s[1] < low || s[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < n; i++) {
        if ((s[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return n;
}

static void escape_ascii(kf_buf_t *buf, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    static const char short_from[] = "\"\\\n\r\t\b\f";
    static const char short_to[] = "\"\\nrtbf";
    const char *found = c ? strchr(short_from, c) : NULL;

    if (found) {
        kf_buf_char(buf, '\\');
        kf_buf_char(buf, short_to[found - short_from]);
    } else {
        kf_buf_bytes(buf, "\\u00", 4);
        kf_buf_char(buf, hex[c >> 4]);
        kf_buf_char(buf, hex[c & 15]);
    }
}

/* Writes the character at `s` which is not plain; returns the bytes it took. */
static size_t escape(kf_buf_t *buf, const unsigned char *s, size_t left)
{
    size_t n;

    if (s[0] < 0x80) {
        escape_ascii(buf, s[0]);
        return 1;
    }
    n = utf8_len(s, left);
    if (!n) {
        kf_buf_bytes(buf, "\xef\xbf\xbd", 3);
        return 1;
    }
    if (s[0] == 0xe2 && s[1] == 0x80 && (s[2] & 0xfe) == 0xa8) {
        /* U+2028 and U+2029 end a line in old JavaScript */
        kf_buf_str(buf, s[2] == 0xa8 ? "\\u2028" : "\\u2029");
    } else {
        kf_buf_bytes(buf, s, n);
    }
    return n;
}

void kf_buf_json(kf_buf_t *buf, const char *text, size_t len)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t at = 0;

    while (at < len && !buf->overflow) {
        size_t from = at;

        while (at < len && plain(s[at])) {
            at++;
        }
        kf_buf_bytes(buf, s + from, at - from);
        if (at < len) {
            at += escape(buf, s + at, len - at);
        }
    }
}

kf_err_t *kf_buf_check(const kf_buf_t *buf, const char *what, apr_pool_t *p)
{
    if (buf->overflow) {
        return kf_err(p, KF_E_TOO_LARGE, "The %s is larger than %lu bytes.", what,
                      (unsigned long)buf->max);
    }
    return NULL;
}
