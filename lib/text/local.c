#include "text/local.h"

#include <apr_lib.h>
#include <string.h>

static bool segment_char(char c)
{
    return apr_isalnum(c) || (c && strchr("._~-", c));
}

/* The length of a run of segments, each with its slash before; 0 if one of them is not allowed. */
static size_t segments(const char *at)
{
    const char *start = at;

    while (*at == '/') {
        const char *first = ++at;

        while (segment_char(*at)) {
            at++;
        }
        if (at == first || strspn(first, ".") >= (size_t)(at - first)) {
            return 0;
        }
    }
    return (size_t)(at - start);
}

static bool query(const char *at)
{
    for (; *at; at++) {
        if (*at != '%') {
            if (!segment_char(*at) && !strchr("=&+:,@/", *at)) {
                return false;
            }
            continue;
        }
        if (!apr_isxdigit(at[1]) || !apr_isxdigit(at[2]) || at[1] < '2'
            || (at[1] == '7' && (at[2] == 'f' || at[2] == 'F'))) {
            return false;
        }
        at += 2;
    }
    return true;
}

bool kf_local_path(const char *text, const char *root)
{
    size_t len = strlen(root);

    if (!text || strlen(text) > KF_MAX_LOCAL || strncmp(text, root, len) != 0) {
        return false;
    }
    text += len;
    if (*text == '/') {
        size_t run = segments(text);

        if (run == 0) {
            return false;
        }
        text += run;
    }
    return *text == '\0' || (*text == '?' && query(text + 1));
}
