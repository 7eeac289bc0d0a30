#include "http/hide.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>
#include <strings.h>

#include "crypto/hash.h"

#define HIDDEN "-"
#define CONNECT "/connect-calendar/" /* not a bearer path: the OAuth flow is also bound to the browser */
#define WAY_BACK "/api/auth/" /* OAuth redirect URIs: they receive code and state, or an error */

/* A path below one of these begins with a token, even if no row matches: a link that was
 * copied with a trailing dot still holds its token. */
static const char *const secret_paths[] = {CONNECT, "/booking/", "/waiting/", "/report/", "/confirm-email/", "/feed/"};

/* A query with one of these names is hidden as a whole. */
static const char *const secret_names[] = {"token", "code", "frame"};

static bool is_secret_name(const char *at, size_t len)
{
    for (size_t i = 0; i < sizeof(secret_names) / sizeof(*secret_names); i++) {
        if (strlen(secret_names[i]) == len && !strncasecmp(secret_names[i], at, len)) {
            return true;
        }
    }
    return false;
}

/* Percent-decodes in place, twice for double encoding. Invalid sequences stay as they are. */
static void decode(char *text)
{
    for (int round = 0; round < 2; round++) {
        char *out = text;

        for (const char *at = text; *at; at++) {
            char byte = *at;
            bool coded = byte == '%' && kf_hex_read(&byte, 1, at + 1, strnlen(at + 1, 2));

            at += coded ? 2 : 0;
            *out++ = byte ? byte : '/';
        }
        *out = '\0';
    }
}

static bool holds_secret(const char *args, apr_pool_t *p)
{
    char *at = apr_pstrdup(p, args);

    decode(at);
    while (*at) {
        size_t len = strcspn(at, "=&;");

        if (at[len] == '=' && is_secret_name(at, len)) {
            return true;
        }
        at += len + (at[len] != '\0');
    }
    return false;
}

/* The end of the path without its last segment. */
static char *parent(char *start, char *end)
{
    while (end > start && *--end != '/') {
    }
    return end;
}

/*
 * The normalised path: decoded, lower case, repeated slashes merged, dot segments removed. httpd rejects some of
 * these spellings before it parses them, and others match no row, but each may hold a valid token.
 */
static const char *meant(const request_rec *r)
{
    const char *raw = r->unparsed_uri ? r->unparsed_uri : "";
    const char *host = strstr(raw, "://");
    char *path, *out;

    raw = *raw != '/' && host ? host + 3 + strcspn(host + 3, "/") : raw;
    path = apr_psprintf(r->pool, "/%.*s", (int)strcspn(raw, "?#"), raw);
    decode(path);
    out = path;
    for (char *at = path; *at;) {
        size_t len;

        at += strspn(at, "/\\");
        len = strcspn(at, "/\\");
        if (len == 2 && !strncmp(at, "..", 2)) {
            out = parent(path, out);
        } else if (len > 0 && !(len == 1 && *at == '.')) {
            *out++ = '/';
            memmove(out, at, len);
            out += len;
        }
        at += len;
    }
    *out = '\0';
    ap_str_tolower(path);
    return path;
}

/* For an unusual spelling: the prefix, with everything after it hidden. NULL: no such prefix. */
static const char *odd_path(const request_rec *r)
{
    const char *path = meant(r);

    for (size_t i = 0; i < sizeof(secret_paths) / sizeof(*secret_paths); i++) {
        size_t head = strlen(secret_paths[i]);

        if (!strncmp(path, secret_paths[i], head) && path[head]) {
            return apr_pstrcat(r->pool, secret_paths[i], HIDDEN, NULL);
        }
    }
    return NULL;
}

/* The path with its token replaced; NULL: it holds none. */
static const char *path_without(const request_rec *r)
{
    for (size_t i = 0; r->uri && i < sizeof(secret_paths) / sizeof(*secret_paths); i++) {
        size_t head = strlen(secret_paths[i]);

        if (!strncmp(r->uri, secret_paths[i], head) && r->uri[head] && r->uri[head] != '/') {
            return apr_pstrcat(r->pool, secret_paths[i], HIDDEN, r->uri + head + strcspn(r->uri + head, "/"), NULL);
        }
    }
    return NULL;
}

static bool is_way_back(const request_rec *r)
{
    return r->uri && !strncmp(r->uri, WAY_BACK, strlen(WAY_BACK));
}

bool kfm_hide_bearer(const request_rec *r)
{
    return path_without(r) && strncmp(r->uri, CONNECT, strlen(CONNECT)) != 0;
}

bool kfm_hide_path(const request_rec *r)
{
    return is_way_back(r) || path_without(r);
}

/* Whether httpd may reject the path or normalise it to another one. */
static bool is_odd(const char *raw)
{
    return strpbrk(raw, "%\\") || strstr(raw, "..");
}

/* Whether the spelling is plain, so that only one segment is the token. `odd`: the result of odd_path(). */
static bool is_plain(const request_rec *r, const char *odd)
{
    return r->unparsed_uri && !is_odd(r->unparsed_uri) && !(odd && !strcmp(r->unparsed_uri, odd));
}

void kfm_hide(request_rec *r)
{
    const char *odd = odd_path(r), *ours = is_plain(r, odd) ? path_without(r) : NULL, *path = ours ? ours : odd;
    bool query = r->args && (holds_secret(r->args, r->pool) || is_way_back(r) || (path && !ours));

    if (!path && !query) {
        return;
    }
    if (path) {
        r->uri = (char *)path;
    }
    if (query) {
        r->args = apr_pstrdup(r->pool, HIDDEN);
    }
    r->unparsed_uri = apr_pstrcat(r->pool, r->uri ? r->uri : "/", r->args ? "?" : "", r->args ? r->args : "", NULL);
    r->the_request = apr_pstrcat(r->pool, r->method, " ", r->unparsed_uri, " ", r->protocol, NULL);
}

bool kfm_hide_odd(const request_rec *r)
{
    return odd_path(r) != NULL;
}

void kfm_hide_early(request_rec *r)
{
    const char *path = r->unparsed_uri && is_odd(r->unparsed_uri) ? odd_path(r) : NULL;

    if (path) {
        r->unparsed_uri = (char *)path;
    }
}
