#ifndef KF_NET_GUARD_H
#define KF_NET_GUARD_H
/*
 * The egress guard: which addresses a URL given by a tenant may reach.
 *
 * Such a URL is checked twice. When it is saved, kf_guard_check_url() checks
 * its text; at every connection, kf_guard_connect_denied() checks the real
 * address just before connect(), so changing a name's address in between
 * does not help. net/http.h does the second check itself for guarded requests.
 *
 * Without rules only public addresses on the guard's ports pass: https, port
 * 443. The operator widens or narrows that with rules:
 *
 *   host.example           this name, on the guard's ports, whatever it resolves to
 *   host.example:8443      this name, on this port too
 *   192.0.2.0/24           these addresses, on the guard's ports; literals too
 *   [2001:db8::/32]:8080   these addresses, on this port too
 *   10.1.2.3:*             this address, on any port
 *
 * A rule that denies wins over every rule that allows.
 * Address blocks: the IANA special-purpose registries (RFC 6890 and updates).
 */
#include <apr_pools.h>
#include <sys/socket.h>

#include "base/err.h"

typedef struct kf_guard_t kf_guard_t;

/** A guard in `p`: https to public addresses on port 443 and nothing else. */
kf_guard_t *kf_guard_create(apr_pool_t *p);

/** Adds a rule that allows (see above). KF_E_CONFIG if `rule` cannot be read. */
kf_err_t *kf_guard_allow(kf_guard_t *guard, const char *rule, apr_pool_t *p);

/** Adds a rule that denies: our own addresses, the database's name. KF_E_CONFIG. */
kf_err_t *kf_guard_deny(kf_guard_t *guard, const char *rule, apr_pool_t *p);

/** Adds a port (1 to 65535) that any public host may be called on. KF_E_CONFIG. */
kf_err_t *kf_guard_allow_port(kf_guard_t *guard, int port, apr_pool_t *p);

/** A guard with the current rules of `base` and other ports: for protocols other than HTTP. */
kf_guard_t *kf_guard_with_ports(const kf_guard_t *base, const int *ports, int n, apr_pool_t *p);

/** Lets http URLs pass too (their port 80 with them): for development only. */
void kf_guard_allow_http(kf_guard_t *guard, int on);
int kf_guard_allows_http(const kf_guard_t *guard);

/**
 * Checks the text of a URL. KF_E_EGRESS_DENIED with a detail that can be shown.
 * Resolves nothing. Strict: http(s) with a plain ASCII host, no user, no
 * fragment, no control character, blank, backslash or raw non-ASCII byte, at
 * most KF_MAX_URL bytes; an address in any notation only if a rule names it.
 */
kf_err_t *kf_guard_check_url(const kf_guard_t *guard, const char *url, apr_pool_t *p);

/** The host of a URL that kf_guard_check_url() let pass: lower case, no brackets. */
kf_err_t *kf_guard_url_host(const char **out, const char *url, apr_pool_t *p);

/**
 * The same for a separate host and port; an IPv6 address in brackets.
 * `*name` is the host in the form for kf_guard_connect_denied().
 */
kf_err_t *kf_guard_check_host(const char **name, const kf_guard_t *guard, const char *host, int port,
                              apr_pool_t *p);

/** 1 if the address is not public, regardless of the rules. Unknown families: 1. */
int kf_guard_address_denied(const struct sockaddr *sa);

/** 1 if a connection for `host` (of kf_guard_url_host) to this address is not allowed. */
int kf_guard_connect_denied(const kf_guard_t *guard, const char *host, const struct sockaddr *sa);

#endif
