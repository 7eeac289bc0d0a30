#ifndef KF_FLOW_HOLD_OFFER_H
#define KF_FLOW_HOLD_OFFER_H
/*
 * Who is asked, and what a link offers, as this process remembers it.
 *
 * Which tenant a host or link belongs to hardly ever changes and is remembered
 * for flow->cache_ttl. What a link offers is remembered together with the
 * version of the tenant's catalogue and compared with the database's at every
 * request, so a change is seen at once.
 */
#include "flow/flow.h"
#include "repo/offer.h"

/** `kind`: "subdomain", "domain" or "link". *out is NULL if there is none. Valid as long as `p`. */
kf_err_t *kf_flow_tenant(const kf_tenant_t **out, const kf_flow_t *flow, const char *kind, const char *value,
                         apr_pool_t *p);
/** The same, read anew: for whoever may have changed it a moment ago, at another process. */
kf_err_t *kf_flow_tenant_now(const kf_tenant_t **out, const kf_flow_t *flow, const char *kind, const char *value,
                             apr_pool_t *p);

/**
 * The offer of a link, fresh, with the database's clock in `*now`. `tenant` is
 * the host's; NULL on the platform's host, where the link alone tells. The link
 * may be expired or inactive: kf_offer_usable() says. KF_E_LINK_INVALID if it
 * does not exist there. Valid as long as `p`.
 */
kf_err_t *kf_flow_offer(const kf_offer_t **out, kf_instant_t *now, const kf_flow_t *flow, const kf_tenant_t *tenant,
                        const char *link, apr_pool_t *p);

/** The offer as remembered, however old, or read; with a connection that the caller holds. */
kf_err_t *kf_flow_offer_cached(const kf_offer_t **out, const kf_flow_t *flow, kf_db_t *db, const kf_uuid_t *tenant,
                               const char *link, apr_pool_t *p);
/** The offer read anew and remembered. */
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
