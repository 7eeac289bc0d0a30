#ifndef KF_FLOW_HOLD_OFFER_H
#define KF_FLOW_HOLD_OFFER_H
/*
 * The tenant of a request and the offer of a link, as this process caches them.
 *
 * The tenant of a host or link hardly ever changes and is cached for
 * flow->cache_ttl. A link's offer is cached with the version of the tenant's catalogue,
 * which is compared with the database's at every request, so a change is seen at once.
 */
#include "flow/flow.h"
#include "repo/hold/offer.h"

/** `kind`: "subdomain", "domain" or "link". *out is NULL if there is none. Valid as long as `p`. */
kf_err_t *kf_flow_tenant(const kf_tenant_t **out, const kf_flow_t *flow, const char *kind, const char *value,
                         apr_pool_t *p);
/** The same, read again: for a caller after which another process may have changed it a moment ago. */
kf_err_t *kf_flow_tenant_now(const kf_tenant_t **out, const kf_flow_t *flow, const char *kind, const char *value,
                             apr_pool_t *p);

/**
 * The offer of a link, fresh, with the database's clock in `*now`. `tenant` is
 * the host's; NULL on the platform's host, where the link alone decides. The link
 * may be expired or inactive: see kf_offer_usable(). KF_E_LINK_INVALID if it
 * does not exist there. Valid as long as `p`.
 */
kf_err_t *kf_flow_offer(const kf_offer_t **out, kf_instant_t *now, const kf_flow_t *flow, const kf_tenant_t *tenant,
                        const char *link, apr_pool_t *p);

/** The offer from the cache, at any age, else read; on a connection that the caller holds. */
kf_err_t *kf_flow_offer_cached(const kf_offer_t **out, const kf_flow_t *flow, kf_db_t *db, const kf_uuid_t *tenant,
                               const char *link, apr_pool_t *p);
/** The offer, read again and cached. */
kf_err_t *kf_flow_offer_reload(const kf_offer_t **out, const kf_flow_t *flow, kf_db_t *db, const kf_uuid_t *tenant,
                               const char *link, apr_pool_t *p);

/** NULL, or why the link cannot be used now: suspended, invalid, expired, used up. */
kf_err_t *kf_offer_usable(const kf_offer_t *offer, kf_instant_t now, apr_pool_t *p);

/** The tenant a link belongs to, which must be the host's if that is known. KF_E_LINK_INVALID. */
kf_err_t *kf_flow_link_tenant(const kf_tenant_t **out, const kf_flow_t *flow, const kf_tenant_t *host_tenant,
                              const char *link, apr_pool_t *p);

/** The tenant that a token or booking id belongs to: `kind` is "token" or "booking". It must be the
 *  host's, if that is known. KF_E_NOT_FOUND. */
kf_err_t *kf_flow_owner(const kf_tenant_t **out, const kf_flow_t *flow, const kf_tenant_t *host_tenant,
                        const char *kind, const char *value, apr_pool_t *p);

#endif
