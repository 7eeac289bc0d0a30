#include "base/utf8.h"

#include <string.h>

/* RFC 3629: how many bytes follow a first byte, and the least character so written. */
static size_t follow(uint32_t *c, uint32_t *least, unsigned char first)
{
    if (first >= 0xc2 && first <= 0xdf) {
        *c = first & 0x1fu;
        *least = 0x80;
        return 1;
    }
    if (first >= 0xe0 && first <= 0xef) {
        *c = first & 0x0fu;
        *least = 0x800;
        return 2;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        *c = first & 0x07u;
        *least = 0x10000;
        return 3;
    }
    return 0;
}

size_t kf_utf8_next(uint32_t *c, const char *s, size_t len)
{
    uint32_t least;
    size_t more;

    if (!len) {
        return 0;
    }
    if ((unsigned char)s[0] < 0x80) {
        *c = (unsigned char)s[0];
        return 1;
    }
    more = follow(c, &least, (unsigned char)s[0]);
    if (!more || more >= len) {
        return 0;
    }
    for (size_t i = 1; i <= more; i++) {
        if (((unsigned char)s[i] & 0xc0) != 0x80) {
            return 0;
        }
        *c = *c << 6 | ((unsigned char)s[i] & 0x3fu);
    }
    if (*c < least || *c > 0x10ffff || (*c >= 0xd800 && *c <= 0xdfff)) {
        return 0;
    }
    return more + 1;
}

bool kf_utf8_valid(const char *s, size_t len)
{
    uint32_t c;

    while (len) {
        size_t n = kf_utf8_next(&c, s, len);

        if (!n) {
            return false;
        }
        s += n;
        len -= n;
    }
    return true;
}

size_t kf_utf8_count(const char *s, size_t len)
{
    size_t count = 0;

    for (size_t i = 0; i < len; i++) {
        count += ((unsigned char)s[i] & 0xc0) != 0x80;
    }
    return count;
}

static bool hidden(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029 || c == 0x200e ||
           c == 0x200f || c == 0x61c || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

bool kf_utf8_has_control(const char *s, size_t len, const char *allowed)
{
    uint32_t c;
    size_t n;

    for (; len && (n = kf_utf8_next(&c, s, len)); s += n, len -= n) {
        if (hidden(c) && !(allowed && c && c < 0x80 && strchr(allowed, (int)c))) {
            return true;
        }
    }
    return false;
}
