#include "net/guard.h"

#include "base/limits.h"
#include "base/num.h"
#include "net/guard_url.h"

#include <apr_strings.h>
#include <apr_tables.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>

#define PORT_OF_GUARD 0
#define PORT_ANY (-1)

typedef struct {
    int deny;
    int port;               /* PORT_OF_GUARD (for a denial: any), PORT_ANY or a port */
    const char *host;       /* NULL: addresses */
    int family;
    unsigned char addr[16];
    int bits;
} rule_t;

struct kf_guard_t {
    apr_array_header_t *rules; /* rule_t */
    apr_array_header_t *ports; /* int */
    int http;
};

/* What to check: a host, an address or both, on a port. */
typedef struct {
    const char *host;          /* may be NULL */
    int family;                /* 0: no address */
    unsigned char addr[16];
    int port;
} target_t;

kf_guard_t *kf_guard_create(apr_pool_t *p)
{
    kf_guard_t *guard = apr_pcalloc(p, sizeof(*guard));

    guard->rules = apr_array_make(p, 4, sizeof(rule_t));
    guard->ports = apr_array_make(p, 2, sizeof(int));
    APR_ARRAY_PUSH(guard->ports, int) = 443;
    return guard;
}

void kf_guard_allow_http(kf_guard_t *guard, int on)
{
    guard->http = on != 0;
}

int kf_guard_allows_http(const kf_guard_t *guard)
{
    return guard->http;
}

kf_err_t *kf_guard_allow_port(kf_guard_t *guard, int port, apr_pool_t *p)
{
    if (port < 1 || port > 65535) {
        return kf_err(p, KF_E_CONFIG, "A port is a number from 1 to 65535, not %d.", port);
    }
    APR_ARRAY_PUSH(guard->ports, int) = port;
    return NULL;
}

kf_guard_t *kf_guard_with_ports(const kf_guard_t *base, const int *ports, int n, apr_pool_t *p)
{
    kf_guard_t *guard = apr_pcalloc(p, sizeof(*guard));

    guard->rules = apr_array_copy(p, base->rules);
    guard->ports = apr_array_make(p, n, sizeof(int));
    for (int i = 0; i < n; i++) {
        APR_ARRAY_PUSH(guard->ports, int) = ports[i];
    }
    return guard;
}

/* -- reading rules -- */

static int read_rule_port(rule_t *rule, const char *text)
{
    int64_t port;

    if (strcmp(text, "*") == 0) {
        rule->port = PORT_ANY;
        return 1;
    }
    if (!kf_num_read(&port, text, strlen(text), 1, 65535)) {
        return 0;
    }
    rule->port = (int)port;
    return 1;
}

static int read_rule_host(rule_t *rule, char *text, int v6, apr_pool_t *p)
{
    kf_guard_url_t host = {0};
    char *slash = strchr(text, '/');
    int64_t bits;
    int most;

    if (slash) {
        *slash++ = '\0';
    }
    kf_guard_host_parse(&host, text, v6, p);
    if (host.kind == KF_HOST_BAD || host.kind == KF_HOST_ODD) {
        return 0;
    }
    if (host.kind != KF_HOST_ADDRESS) {
        rule->host = host.host;
        return slash == NULL;
    }
    rule->family = host.family;
    memcpy(rule->addr, host.addr, sizeof(rule->addr));
    most = host.family == AF_INET ? 32 : 128;
    rule->bits = most;
    if (!slash) {
        return 1;
    }
    /* a prefix length of a mapped address would mean other bits */
    if ((v6 && host.family == AF_INET) || !kf_num_read(&bits, slash, strlen(slash), 0, most)) {
        return 0;
    }
    rule->bits = (int)bits;
    return 1;
}

static int read_rule(rule_t *rule, char *text, apr_pool_t *p)
{
    char *colon = strchr(text, ':');

    if (*text == '[') {
        char *end = strchr(text, ']');

        if (!end || (end[1] && end[1] != ':')) {
            return 0;
        }
        if (end[1] && !read_rule_port(rule, end + 2)) {
            return 0;
        }
        *end = '\0';
        return read_rule_host(rule, text + 1, 1, p);
    }
    if (colon && strchr(colon + 1, ':')) {
        return read_rule_host(rule, text, 1, p);
    }
    if (colon) {
        *colon = '\0';
        if (!read_rule_port(rule, colon + 1)) {
            return 0;
        }
    }
    return read_rule_host(rule, text, 0, p);
}

static kf_err_t *add_rule(kf_guard_t *guard, const char *text, int deny, apr_pool_t *p)
{
    rule_t rule = {.deny = deny};

    if (!read_rule(&rule, apr_pstrdup(guard->rules->pool, text), guard->rules->pool)) {
        return kf_err(p, KF_E_CONFIG,
                      "\"%s\" is not a host or address block; write host, host:port, 10.0.0.0/8, "
                      "[fd00::/8]:8443, or * for any port.", text);
    }
    APR_ARRAY_PUSH(guard->rules, rule_t) = rule;
    return NULL;
}

kf_err_t *kf_guard_allow(kf_guard_t *guard, const char *rule, apr_pool_t *p)
{
    return add_rule(guard, rule, 0, p);
}

kf_err_t *kf_guard_deny(kf_guard_t *guard, const char *rule, apr_pool_t *p)
{
    return add_rule(guard, rule, 1, p);
}

/* -- matching -- */

static int port_of_guard(const kf_guard_t *guard, int port)
{
    for (int i = 0; i < guard->ports->nelts; i++) {
        if (APR_ARRAY_IDX(guard->ports, i, int) == port) {
            return 1;
        }
    }
    return guard->http && port == 80;
}

static int rule_has_port(const kf_guard_t *guard, const rule_t *rule, int port)
{
    if (rule->port == PORT_OF_GUARD) {
        return rule->deny || port_of_guard(guard, port);
    }
    return rule->port == PORT_ANY || rule->port == port;
}

static int rule_has_address(const rule_t *rule, const target_t *target)
{
    int whole = rule->bits / 8;
    int rest = rule->bits % 8;
    unsigned mask = rest ? (0xffU << (8 - rest)) & 0xffU : 0;

    if (rule->host || rule->family != target->family
        || memcmp(rule->addr, target->addr, (size_t)whole) != 0) {
        return 0;
    }
    return rest == 0 || ((rule->addr[whole] ^ target->addr[whole]) & mask) == 0;
}

static int rule_has_host(const rule_t *rule, const target_t *target)
{
    return rule->host && target->host && strcmp(rule->host, target->host) == 0;
}

static int matches(const kf_guard_t *guard, int deny, const target_t *target)
{
    for (int i = 0; i < guard->rules->nelts; i++) {
        const rule_t *rule = &APR_ARRAY_IDX(guard->rules, i, rule_t);

        if (rule->deny == deny && rule_has_port(guard, rule, target->port)
            && (rule_has_host(rule, target) || rule_has_address(rule, target))) {
            return 1;
        }
    }
    return 0;
}

/* A name may resolve to an allowed address block with a port of its own; that is known only at connect time. */
static int port_of_a_block(const kf_guard_t *guard, int port)
{
    for (int i = 0; i < guard->rules->nelts; i++) {
        const rule_t *rule = &APR_ARRAY_IDX(guard->rules, i, rule_t);

        if (!rule->deny && !rule->host && rule->port != PORT_OF_GUARD
            && rule_has_port(guard, rule, port)) {
            return 1;
        }
    }
    return 0;
}

static kf_err_t *check_host(const kf_guard_t *guard, const kf_guard_url_t *url, apr_pool_t *p)
{
    target_t target = {.port = url->port};

    if (url->kind == KF_HOST_ADDRESS) {
        target.family = url->family;
        memcpy(target.addr, url->addr, sizeof(target.addr));
    } else {
        target.host = url->host;
    }
    if (url->kind == KF_HOST_ODD || matches(guard, 1, &target)) {
        return kf_err(p, KF_E_EGRESS_DENIED, "This host may not be called.");
    }
    if (matches(guard, 0, &target)) {
        return NULL;
    }
    if (url->kind == KF_HOST_ADDRESS || url->kind == KF_HOST_LOCAL) {
        return kf_err(p, KF_E_EGRESS_DENIED,
                      "The host must be a public domain name, not an address.");
    }
    if (!port_of_guard(guard, url->port) && !port_of_a_block(guard, url->port)) {
        return kf_err_said(p, KF_E_EGRESS_DENIED, "Port {1} may not be called.", apr_itoa(p, url->port), NULL);
    }
    return NULL;
}

kf_err_t *kf_guard_check_url(const kf_guard_t *guard, const char *text, apr_pool_t *p)
{
    kf_guard_url_t url;

    KF_TRY(kf_guard_url_parse(&url, text, p));
    if (!url.https && !guard->http) {
        return kf_err(p, KF_E_EGRESS_DENIED, "The URL must start with https://.");
    }
    return check_host(guard, &url, p);
}

kf_err_t *kf_guard_check_host(const char **name, const kf_guard_t *guard, const char *host, int port,
                              apr_pool_t *p)
{
    size_t len = host ? strlen(host) : 0;
    bool v6 = len > 2 && host[0] == '[' && host[len - 1] == ']';
    kf_guard_url_t url = {.port = port};

    if (len && len <= KF_MAX_HOST && port > 0 && port <= 65535) {
        kf_guard_host_parse(&url, v6 ? apr_pstrmemdup(p, host + 1, len - 2) : host, v6, p);
    } else {
        url.kind = KF_HOST_BAD;
    }
    if (url.kind == KF_HOST_BAD) {
        return kf_err(p, KF_E_EGRESS_DENIED, "This is not a host and a port.");
    }
    KF_TRY(check_host(guard, &url, p));
    *name = url.host;
    return NULL;
}

kf_err_t *kf_guard_url_host(const char **out, const char *text, apr_pool_t *p)
{
    kf_guard_url_t url;

    KF_TRY(kf_guard_url_parse(&url, text, p));
    *out = url.host;
    return NULL;
}

static int read_sockaddr(target_t *target, const struct sockaddr *sa)
{
    /* copied: a caller's sockaddr need not be aligned for its real type */
    if (sa->sa_family == AF_INET) {
        struct sockaddr_in in;

        memcpy(&in, sa, sizeof(in));
        memcpy(target->addr, &in.sin_addr, 4);
        target->port = ntohs(in.sin_port);
    } else if (sa->sa_family == AF_INET6) {
        struct sockaddr_in6 in6;

        memcpy(&in6, sa, sizeof(in6));
        memcpy(target->addr, &in6.sin6_addr, 16);
        target->port = ntohs(in6.sin6_port);
    } else {
        return 0;
    }
    target->family = sa->sa_family;
    kf_guard_unmap(&target->family, target->addr);
    return 1;
}

int kf_guard_connect_denied(const kf_guard_t *guard, const char *host, const struct sockaddr *sa)
{
    target_t target = {.host = host};

    if (!read_sockaddr(&target, sa) || matches(guard, 1, &target)) {
        return 1;
    }
    if (matches(guard, 0, &target)) {
        return 0;
    }
    return kf_guard_address_denied(sa) || !port_of_guard(guard, target.port);
}
