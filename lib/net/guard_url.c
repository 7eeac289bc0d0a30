#include "net/guard_url.h"

#include "base/limits.h"
#include "base/num.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#define MAX_LABEL 63

static kf_err_t *denied(apr_pool_t *p, const char *why)
{
    return kf_err(p, KF_E_EGRESS_DENIED, "%s", why);
}

void kf_guard_unmap(int *family, unsigned char addr[16])
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};

    if (*family == AF_INET6 && memcmp(addr, mapped, sizeof(mapped)) == 0) {
        memmove(addr, addr + 12, 4);
        *family = AF_INET;
    }
}

/* Letters, digits and hyphens in labels of 1 to 63, no hyphen at either end of one. */
static int is_name(const char *host)
{
    size_t label = 0;

    for (const char *c = host; *c; c++) {
        if (*c == '.') {
            if (label == 0 || c[-1] == '-') {
                return 0;
            }
            label = 0;
            continue;
        }
        if (!apr_isalnum(*c) && (*c != '-' || label == 0)) {
            return 0;
        }
        if (++label > MAX_LABEL) {
            return 0;
        }
    }
    return label > 0 && host[strlen(host) - 1] != '-';
}

/*
 * Resolvers read a host whose last label is a number as an IPv4 address, in
 * decimal, octal or hex and with fewer than four parts; no domain ends that way.
 */
static int ends_in_number(const char *host)
{
    const char *last = strrchr(host, '.');

    last = last ? last + 1 : host;
    if (last[strspn(last, "0123456789")] == '\0') {
        return 1;
    }
    return last[0] == '0' && last[1] == 'x'
           && last[2 + strspn(last + 2, "0123456789abcdef")] == '\0';
}

static int is_localhost(const char *host)
{
    size_t len = strlen(host);

    return !strchr(host, '.') || (len > 10 && strcmp(host + len - 10, ".localhost") == 0);
}

void kf_guard_host_parse(kf_guard_url_t *out, const char *host, int v6, apr_pool_t *p)
{
    char *name = apr_pstrdup(p, host);
    size_t len = strlen(name);

    out->host = name;
    out->kind = KF_HOST_BAD;
    for (char *c = name; *c; c++) {
        *c = (char)apr_tolower(*c);
    }
    if (v6) {
        out->family = AF_INET6;
        out->kind = inet_pton(AF_INET6, name, out->addr) == 1 ? KF_HOST_ADDRESS : KF_HOST_ODD;
        kf_guard_unmap(&out->family, out->addr);
        return;
    }
    if (len > 1 && name[len - 1] == '.') {
        name[--len] = '\0';
    }
    if (len > KF_MAX_HOST || !is_name(name)) {
        return;
    }
    if (ends_in_number(name)) {
        out->family = AF_INET;
        out->kind = inet_pton(AF_INET, name, out->addr) == 1 ? KF_HOST_ADDRESS : KF_HOST_ODD;
        return;
    }
    out->kind = is_localhost(name) ? KF_HOST_LOCAL : KF_HOST_NAME;
}

static kf_err_t *check_bytes(const char *url, apr_pool_t *p)
{
    if (!url || !*url) {
        return denied(p, "A URL is needed.");
    }
    if (strlen(url) > KF_MAX_URL) {
        return kf_err_said(p, KF_E_EGRESS_DENIED, "The URL must not be longer than {1} bytes.", apr_itoa(p, KF_MAX_URL),
                           NULL);
    }
    for (const unsigned char *c = (const unsigned char *)url; *c; c++) {
        if (*c <= ' ' || *c >= 0x7f || *c == '\\') {
            return denied(p, "The URL must be plain ASCII without spaces, control characters or backslashes; "
                             "percent-encode other characters.");
        }
    }
    if (strchr(url, '#')) {
        return denied(p, "The URL must not have a fragment (#).");
    }
    return NULL;
}

/* `text` is what follows the host: nothing, or a colon and the port. */
static kf_err_t *read_port(kf_guard_url_t *out, const char *text, apr_pool_t *p)
{
    int64_t port;

    out->port = out->https ? 443 : 80;
    if (!*text) {
        return NULL;
    }
    if (*text != ':' || !kf_num_read(&port, text + 1, strlen(text + 1), 1, 65535)) {
        return denied(p, "The port of the URL is not valid.");
    }
    out->port = (int)port;
    return NULL;
}

static kf_err_t *read_authority(kf_guard_url_t *out, char *authority, apr_pool_t *p)
{
    char *end;
    int v6 = *authority == '[';
    char *host = authority + v6;

    if (strchr(authority, '@')) {
        return denied(p, "The URL must not have a user name or password.");
    }
    end = v6 ? strchr(authority, ']') : strchr(authority, ':');
    if (v6 && !end) {
        return denied(p, "The host of the URL is not valid.");
    }
    KF_TRY(read_port(out, end ? end + v6 : "", p));
    if (end) {
        *end = '\0';
    }
    kf_guard_host_parse(out, host, v6, p);
    if (out->kind == KF_HOST_BAD) {
        return denied(p, "The host of the URL is not valid; write international names in their xn-- form.");
    }
    return NULL;
}

kf_err_t *kf_guard_url_parse(kf_guard_url_t *out, const char *url, apr_pool_t *p)
{
    const char *rest;

    memset(out, 0, sizeof(*out));
    KF_TRY(check_bytes(url, p));
    if (strncasecmp(url, "https://", 8) == 0) {
        out->https = 1;
        rest = url + 8;
    } else if (strncasecmp(url, "http://", 7) == 0) {
        rest = url + 7;
    } else {
        return denied(p, "The URL must start with https://.");
    }
    return read_authority(out, apr_pstrmemdup(p, rest, strcspn(rest, "/?")), p);
}
