#include "base/uri.h"

#include <stdbool.h>
#include <string.h>

static bool unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
           || (c && strchr("-._~", c));
}

const char *kf_uri_encode(const char *text, apr_pool_t *p)
{
    static const char digits[] = "0123456789ABCDEF";
    char *encoded = apr_palloc(p, strlen(text) * 3 + 1), *out = encoded;

    for (; *text; text++) {
        if (unreserved(*text)) {
            *out++ = *text;
        } else {
            *out++ = '%';
            *out++ = digits[(unsigned char)*text >> 4];
            *out++ = digits[(unsigned char)*text & 0x0f];
        }
    }
    *out = '\0';
    return encoded;
}
