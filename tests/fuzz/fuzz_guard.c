/* The egress guard against libcurl's URL parser: libcurl must accept every URL that the guard accepts, and see the
 * same scheme, host and port in it and no user. Anything that the C library parses as an address, in any notation,
 * is never a name for the guard. The first byte selects the rules, the rest is the URL. */
#include "fuzz.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>

#include "base/limits.h"
#include "net/guard.h"
#include "net/guard_url.h"

/* The part as libcurl reads it, "" if there is none. */
static const char *part_of(CURLU *parsed, CURLUPart what, unsigned flags, apr_pool_t *p)
{
    char *text = NULL;
    const char *copy;

    (void)curl_url_get(parsed, what, &text, flags);
    copy = apr_pstrdup(p, text ? text : "");
    curl_free(text);
    return copy;
}

/* libcurl keeps brackets and shortens addresses; converts both forms to bytes. */
static void same_host(const kf_guard_url_t *ours, const char *theirs, apr_pool_t *p)
{
    size_t len = strlen(theirs);
    unsigned char addr[16] = {0};
    int family = AF_INET6;

    if (theirs[0] == '[') {
        const char *inside = apr_pstrndup(p, theirs + 1, len - 2);

        if (ours->kind == KF_HOST_ADDRESS) {
            FUZZ_CHECK(inet_pton(AF_INET6, inside, addr) == 1, "not an address for libcurl");
            kf_guard_unmap(&family, addr);
            FUZZ_CHECK(family == ours->family, "another family");
            FUZZ_CHECK(memcmp(addr, ours->addr, family == AF_INET ? 4 : 16) == 0, "another address");
        } else {
            FUZZ_CHECK(ours->kind == KF_HOST_ODD, "brackets around a name");
        }
        return;
    }
    if (ours->kind == KF_HOST_ODD) { /* libcurl converts 127.1 to 127.0.0.1 */
        return;
    }
    if (len > 1 && theirs[len - 1] == '.') {
        len--;
    }
    FUZZ_CHECK(strlen(ours->host) == len && strncasecmp(ours->host, theirs, len) == 0,
               "another host");
}

static void differ(const char *url, apr_pool_t *p)
{
    kf_guard_url_t ours;
    CURLU *parsed = curl_url();

    FUZZ_CHECK(parsed, "libcurl");
    FUZZ_CHECK(!kf_guard_url_parse(&ours, url, p), "passed, but cannot be read");
    FUZZ_CHECK(strlen(url) <= KF_MAX_URL, "the cap");
    if (curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK) {
        const char *port = part_of(parsed, CURLUPART_PORT, CURLU_DEFAULT_PORT, p);

        FUZZ_CHECK(strcmp(part_of(parsed, CURLUPART_SCHEME, 0, p), ours.https ? "https" : "http")
                       == 0,
                   "another scheme");
        FUZZ_CHECK(atoi(port) == ours.port, "another port");
        FUZZ_CHECK(!*part_of(parsed, CURLUPART_USER, 0, p), "a user");
        FUZZ_CHECK(!*part_of(parsed, CURLUPART_PASSWORD, 0, p), "a password");
        FUZZ_CHECK(!*part_of(parsed, CURLUPART_ZONEID, 0, p), "a zone");
        FUZZ_CHECK(!*part_of(parsed, CURLUPART_FRAGMENT, 0, p), "a fragment");
        same_host(&ours, part_of(parsed, CURLUPART_HOST, 0, p), p);
    }
    curl_url_cleanup(parsed);
}

static void host_kind(const char *host, apr_pool_t *p)
{
    kf_guard_url_t out = {0};
    struct in_addr any;

    kf_guard_host_parse(&out, host, 0, p);
    if (inet_aton(out.host, &any) && out.kind != KF_HOST_BAD) {
        FUZZ_CHECK(out.kind == KF_HOST_ADDRESS || out.kind == KF_HOST_ODD, "an address as a name");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    apr_pool_t *p = fuzz_pool();
    fuzz_in_t in = {data, size};
    unsigned choice = fuzz_byte(&in);
    const char *url = fuzz_text(&in, p), *host;
    kf_guard_t *strict = kf_guard_create(p), *loose = kf_guard_create(p);

    kf_guard_allow_http(loose, choice & 1);
    if (choice & 2) {
        FUZZ_CHECK(!kf_guard_allow(loose, "127.0.0.0/8:*", p), "a rule");
        FUZZ_CHECK(!kf_guard_allow(loose, "[::1]:*", p), "a rule");
        FUZZ_CHECK(!kf_guard_allow(loose, "localhost:*", p), "a rule");
    }
    if (choice & 4) {
        FUZZ_CHECK(!kf_guard_deny(loose, "shop.example", p), "a rule");
        FUZZ_CHECK(!kf_guard_allow_port(loose, 8443, p), "a port");
    }
    if (!kf_guard_check_url(loose, url, p)) {
        differ(url, p);
        FUZZ_CHECK(!kf_guard_url_host(&host, url, p) && *host, "no host");
    }
    if (!kf_guard_check_url(strict, url, p)) {
        kf_guard_url_t read;

        FUZZ_CHECK(!kf_guard_url_parse(&read, url, p), "it cannot be read");
        FUZZ_CHECK(read.https && read.port == 443, "more than https on 443");
        FUZZ_CHECK(read.kind == KF_HOST_NAME, "more than a name");
    }
    host_kind(url, p);
    apr_pool_destroy(p);
    return 0;
}
