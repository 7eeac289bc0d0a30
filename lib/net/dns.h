#ifndef KF_NET_DNS_H
#define KF_NET_DNS_H
/*
 * Texts (TXT records) of a name, asked of a resolving name server without ever
 * waiting: who asks looks again and again whether the answer has come.
 *
 * Over UDP, with room for 4096 bytes by EDNS. An answer that was cut off counts with
 * what it has. Port and number of a question are random, and only an answer to that
 * question from that server counts. A name server is asked twice for two seconds, in
 * turn with the others of the system.
 */
#include <apr_pools.h>
#include <stdbool.h>

typedef struct kf_dns_t kf_dns_t;

typedef enum {
    KF_DNS_WAITS,
    KF_DNS_TOLD,  /* kf_dns_texts() has what there is, maybe nothing */
    KF_DNS_FAILED /* no server answered, or each said that it cannot tell */
} kf_dns_state_t;

/** Whether it is "address", "address:port" or "[address]:port", of IPv4 or IPv6. */
bool kf_dns_is_server(const char *text, apr_pool_t *p);

/** Asks for the texts of `name`. `server` NULL: those of /etc/resolv.conf. Lives in `p`, its socket too. */
kf_dns_t *kf_dns_ask(const char *server, const char *name, apr_pool_t *p);

/** How it is by now. Never waits. */
kf_dns_state_t kf_dns_look(kf_dns_t *dns);

/** The texts, NULL-terminated; a record of several strings is one text. After KF_DNS_TOLD. */
const char *const *kf_dns_texts(const kf_dns_t *dns);

#endif
