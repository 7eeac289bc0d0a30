#ifndef KF_NET_DNS_H
#define KF_NET_DNS_H
/*
 * The TXT records of a name, asked of a resolving name server without blocking:
 * the caller polls for the answer.
 *
 * Over UDP, with an EDNS buffer of 4096 bytes. A truncated answer is used as far as
 * it goes. Port and id of a query are random, and only an answer to that query from
 * that server counts. Each name server is asked twice, for two seconds, in turn
 * with the others of the system.
 */
#include <apr_pools.h>
#include <stdbool.h>

typedef struct kf_dns_t kf_dns_t;

typedef enum {
    KF_DNS_WAITS,
    KF_DNS_TOLD,  /* kf_dns_texts() has the records, maybe none */
    KF_DNS_FAILED /* no server answered, or each one failed */
} kf_dns_state_t;

/** Whether the text is "address", "address:port" or "[address]:port", of IPv4 or IPv6. */
bool kf_dns_is_server(const char *text, apr_pool_t *p);

/** Asks for the texts of `name`. `server` NULL: those of /etc/resolv.conf. Lives in `p`, its socket too. */
kf_dns_t *kf_dns_ask(const char *server, const char *name, apr_pool_t *p);

/** The current state. Never blocks. */
kf_dns_state_t kf_dns_look(kf_dns_t *dns);

/** The texts, NULL-terminated; a record of several strings is one text. After KF_DNS_TOLD. */
const char *const *kf_dns_texts(const kf_dns_t *dns);

#endif
