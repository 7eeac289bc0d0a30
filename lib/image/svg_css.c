/*
 * Styles of pictures, a small subset. A stylesheet is rules of plain selectors
 * with the properties of our list. Escapes, at-rules and references to other
 * files reject the picture; anything else unknown is dropped.
 */
#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>
#include <strings.h>

#include "image/svg_int.h"

static kf_err_t *outside(apr_pool_t *p)
{
    return kf_svg_bad(p, "The picture refers to something outside itself: url() may only name a part of it "
                         "(url(#name)).");
}

/* In bytes without spaces, so that none can hide in the middle of a word. */
static char *squeezed(const char *value, apr_pool_t *p)
{
    char *copy = apr_palloc(p, strlen(value) + 1), *out = copy;

    for (; *value; value++) {
        if ((unsigned char)*value > ' ') {
            *out++ = (char)apr_tolower(*value);
        }
    }
    *out = '\0';
    return copy;
}

/* `at` is behind "url(". */
static bool inside(const char *at)
{
    at += *at == '"' || *at == '\'';
    return *at == '#';
}

kf_err_t *kf_svg_value_check(const char *value, apr_pool_t *p)
{
    static const char *const words[] = {"javascript:", "vbscript:", "data:", "expression(", "-moz-binding", "behavior:",
                                        "image(", "image-set(", "cross-fade(", "element(", "src(", NULL};
    const char *plain, *at;

    if (!strpbrk(value, "(:\\@")) {
        return NULL;
    }
    plain = squeezed(value, p);
    if (strchr(plain, '\\') || strchr(plain, '@') || strstr(plain, "//")) {
        return outside(p);
    }
    for (int i = 0; words[i]; i++) {
        if (strstr(plain, words[i])) {
            return outside(p);
        }
    }
    for (at = strstr(plain, "url("); at; at = strstr(at, "url(")) {
        at += 4;
        if (!inside(at)) {
            return outside(p);
        }
    }
    return NULL;
}

const char *kf_svg_next_ref(const char **at, apr_pool_t *p)
{
    const char *from = strcasestr(*at, "url(");
    size_t len;

    if (!from) {
        return NULL;
    }
    from += 4;
    from += strspn(from, " \t\r\n\"'#");
    len = strcspn(from, " \t\r\n\"')");
    *at = from + len;
    return apr_pstrmemdup(p, from, len);
}

/* Values are words, numbers, colours and functions of them. */
static bool plain_value(const char *value, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (!apr_isalnum(value[i]) && !strchr(" \t\r\n#%(),.+-_'\"/!", value[i])) {
            return false;
        }
    }
    return len > 0;
}

static void trim(const char **from, const char **to)
{
    while (*from < *to && apr_isspace(**from)) {
        (*from)++;
    }
    while (*to > *from && apr_isspace((*to)[-1])) {
        (*to)--;
    }
}

static kf_err_t *declaration(kf_buf_t *buf, const char *from, const char *to, apr_pool_t *p)
{
    const char *colon = memchr(from, ':', (size_t)(to - from)), *name_end = colon, *value;

    if (!colon) {
        return NULL;
    }
    value = colon + 1;
    trim(&from, &name_end);
    trim(&value, &to);
    KF_TRY(kf_svg_value_check(apr_pstrmemdup(p, value, (size_t)(to - value)), p));
    if (kf_svg_property(from, (size_t)(name_end - from)) && plain_value(value, (size_t)(to - value))) {
        kf_buf_bytes(buf, from, (size_t)(name_end - from));
        kf_buf_char(buf, ':');
        kf_buf_bytes(buf, value, (size_t)(to - value));
        kf_buf_char(buf, ';');
    }
    return NULL;
}

static const char *to_char(const char *at, const char *end, char c)
{
    const char *found = memchr(at, c, (size_t)(end - at));

    return found ? found : end;
}

kf_err_t *kf_svg_declarations(kf_buf_t *buf, const char *css, size_t len, apr_pool_t *p)
{
    const char *end = css + len;

    while (css < end) {
        const char *stop = to_char(css, end, ';');

        KF_TRY(declaration(buf, css, stop, p));
        css = stop + 1;
    }
    return NULL;
}

static bool plain_selector(const char *from, const char *to)
{
    for (const char *c = from; c < to; c++) {
        if (!apr_isalnum(*c) && !strchr(" \t\r\n.#,_-*>", *c)) {
            return false;
        }
    }
    return to > from;
}

static const char *without_comments(const char *css, apr_pool_t *p)
{
    char *copy = apr_palloc(p, strlen(css) + 1), *out = copy;

    while (*css) {
        if (css[0] == '/' && css[1] == '*') {
            const char *stop = strstr(css + 2, "*/");

            *out++ = ' ';
            css = stop ? stop + 2 : css + strlen(css);
        } else {
            *out++ = *css++;
        }
    }
    *out = '\0';
    return copy;
}

kf_err_t *kf_svg_rules(kf_buf_t *buf, const char *css, apr_pool_t *p)
{
    const char *end;

    css = without_comments(css, p);
    end = css + strlen(css);
    if (strpbrk(css, "@\\<")) {
        return kf_svg_bad(p, "The picture's stylesheet has @ rules or escapes, which are not accepted.");
    }
    while (css < end) {
        const char *open = to_char(css, end, '{'), *close = to_char(open, end, '}');
        const char *from = css, *to = open;

        trim(&from, &to);
        if (close == end) {
            return NULL;
        }
        if (plain_selector(from, to)) {
            kf_buf_bytes(buf, from, (size_t)(to - from));
            kf_buf_char(buf, '{');
            KF_TRY(kf_svg_declarations(buf, open + 1, (size_t)(close - open - 1), p));
            kf_buf_char(buf, '}');
        } else {
            KF_TRY(kf_svg_value_check(apr_pstrmemdup(p, open, (size_t)(close - open)), p));
        }
        css = close + 1;
    }
    return NULL;
}
