#include "http/cookie.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

static bool value_char(char c)
{
    return apr_isalnum(c) || (c && strchr("._~-", c));
}

static bool all_of(const char *text, size_t len, size_t max)
{
    for (size_t i = 0; i < len; i++) {
        if (!value_char(text[i])) {
            return false;
        }
    }
    return len <= max;
}

/* The next "name=value" of a Cookie header; NULL at the end. */
static const char *next_pair(const char **at, size_t *len)
{
    const char *start = *at + strspn(*at, " \t;");

    *len = strcspn(start, ";");
    *at = start + *len;
    while (*len > 0 && (start[*len - 1] == ' ' || start[*len - 1] == '\t')) {
        (*len)--;
    }
    return *start ? start : NULL;
}

const char *kfm_cookie_get(kfm_call_t *call, const char *name)
{
    const char *at = apr_table_get(call->r->headers_in, "Cookie");
    const char *pair, *found = NULL;
    size_t name_len = strlen(name), len, found_len = 0;

    while (at && (pair = next_pair(&at, &len))) {
        const char *value = pair + name_len + 1;

        if (len <= name_len || pair[name_len] != '=' || memcmp(pair, name, name_len) != 0) {
            continue;
        }
        len -= name_len + 1;
        /* two of one name with different values: another host has set one of them */
        if (found && (len != found_len || memcmp(found, value, len) != 0)) {
            return NULL;
        }
        found = value;
        found_len = len;
    }
    if (!found || found_len == 0 || !all_of(found, found_len, KFM_COOKIE_MAX)) {
        return NULL;
    }
    return apr_pstrmemdup(call->pool, found, found_len);
}

/*
 * A partitioned cookie is stored per embedding site. It is sent only in frames on that site, and that site is
 * allowed to frame us. Browsers send Sec-Fetch-Dest only to origins from which they accept Secure cookies.
 */
static const char *reach(kfm_call_t *call)
{
    if (kfm_call_framed(call)) {
        return "; HttpOnly; SameSite=None; Secure; Partitioned";
    }
    return call->https ? "; HttpOnly; SameSite=Lax; Secure" : "; HttpOnly; SameSite=Lax";
}

static void add_cookie(kfm_call_t *call, const char *name, const char *value, const char *path,
                       const char *max_age)
{
    apr_table_addn(call->r->err_headers_out, "Set-Cookie",
                   apr_pstrcat(call->pool, name, "=", value, "; Path=", path, max_age, reach(call), NULL));
}

kf_err_t *kfm_cookie_set(kfm_call_t *call, const char *name, const char *value, const char *path,
                         long max_age_s)
{
    const char *max_age = max_age_s > 0 ? apr_psprintf(call->pool, "; Max-Age=%ld", max_age_s) : "";

    if (!all_of(name, strlen(name), 64) || !all_of(value, strlen(value), KFM_COOKIE_MAX)
        || path[0] != '/' || path[strcspn(path, "; \t\r\n,\"")] != '\0') {
        return kf_err_because(call->pool, kf_err(call->pool, KF_E_INTERNAL, "A cookie cannot be set."),
                              "invalid characters in the cookie %s", name);
    }
    add_cookie(call, name, value, path, max_age);
    return NULL;
}

void kfm_cookie_clear(kfm_call_t *call, const char *name, const char *path)
{
    add_cookie(call, name, "", path, "; Max-Age=0");
}
