#ifndef KF_NET_GUARD_URL_H
#define KF_NET_GUARD_URL_H
/*
 * The strict parser of URLs and hosts for the guard. It accepts much less than
 * libcurl, so that both always read a URL in the same way.
 */
#include <apr_pools.h>

#include "base/err.h"

typedef enum {
    KF_HOST_NAME,    /* a domain name of two labels or more, not under localhost */
    KF_HOST_LOCAL,   /* a name without a dot, or localhost: never public */
    KF_HOST_ADDRESS, /* an address in canonical notation */
    KF_HOST_ODD,     /* an address in any other notation: 127.1, 0x7f000001, 2130706433 */
    KF_HOST_BAD      /* not a host */
} kf_host_kind_t;

typedef struct {
    int https;
    int port;               /* of the URL, or 443 or 80 */
    kf_host_kind_t kind;
    const char *host;       /* lower case, no brackets, no dot at the end */
    int family;             /* of KF_HOST_ADDRESS: AF_INET (also for ::ffff:a.b.c.d), AF_INET6 */
    unsigned char addr[16]; /* 4 or 16 bytes in network order */
} kf_guard_url_t;

/** Reads a URL; KF_E_EGRESS_DENIED with a detail that can be shown. */
kf_err_t *kf_guard_url_parse(kf_guard_url_t *out, const char *url, apr_pool_t *p);

/** Classifies a host; fills kind, host, family and addr. `host` has no brackets; `v6`: it had them. */
void kf_guard_host_parse(kf_guard_url_t *out, const char *host, int v6, apr_pool_t *p);

/** An IPv4-mapped IPv6 address becomes an IPv4 one; everything else stays. */
void kf_guard_unmap(int *family, unsigned char addr[16]);

#endif
