#include "flow/hold/offer.h"

#include <apr_strings.h>

#include "repo/hold/availability.h"

/* Cached until evicted: the version decides whether it is valid. */
#define NO_END INT64_MAX

static kf_err_t *read_tenant(const kf_tenant_t **out, const kf_flow_t *flow, const char *kind, const char *value,
                             const char *key, apr_pool_t *p)
{
    apr_pool_t *keep = kf_cache_pool();
    kf_db_t *db;
    kf_err_t *err = kf_flow_take(&db, flow, p);

    if (!err) {
        err = kf_flow_give(flow, db, kf_repo_tenant_find(out, db, kind, value, keep));
    }
    if (err || !*out) { /* an unknown tenant is not cached: it may be created at any time */
        err = err ? kf_err_because(p, kf_err(p, err->code, "%s", err->detail), "%s", err->cause ? err->cause : "")
                  : NULL;
        apr_pool_destroy(keep);
        return err;
    }
    kf_cache_put(flow->cache, &(kf_cache_item_t){key, 0, kf_instant_now() + flow->cache_ttl, *out, keep}, p);
    return NULL;
}

static const char *tenant_key(const char *kind, const char *value, apr_pool_t *p)
{
    return apr_pstrcat(p, "t:", kind, ":", value, NULL);
}

kf_err_t *kf_flow_tenant_now(const kf_tenant_t **out, const kf_flow_t *flow, const char *kind, const char *value,
                             apr_pool_t *p)
{
    return read_tenant(out, flow, kind, value, tenant_key(kind, value, p), p);
}

kf_err_t *kf_flow_tenant(const kf_tenant_t **out, const kf_flow_t *flow, const char *kind, const char *value,
                         apr_pool_t *p)
{
    const char *key = tenant_key(kind, value, p);

    *out = kf_cache_get(flow->cache, key, kf_instant_now(), NULL, p);
    return *out ? NULL : read_tenant(out, flow, kind, value, key, p);
}

kf_err_t *kf_flow_link_tenant(const kf_tenant_t **out, const kf_flow_t *flow, const kf_tenant_t *host_tenant,
                              const char *link, apr_pool_t *p)
{
    KF_TRY(kf_flow_tenant(out, flow, "link", link, p));
    if (!*out || (host_tenant && !kf_uuid_equal(&(*out)->id, &host_tenant->id))) {
        return kf_err_field(p, KF_E_LINK_INVALID, "link", "This booking link is not valid.");
    }
    return NULL;
}

typedef struct {
    const kf_uuid_t *tenant;
    const char *link;
    int64_t version;
} link_t;

static const char *offer_key(const kf_uuid_t *tenant, const char *link, apr_pool_t *p)
{
    return apr_pstrcat(p, "o:", kf_uuid_text(tenant, p), ":", link, NULL);
}

static kf_err_t *read_offer(kf_offer_t **out, kf_db_t *db, const kf_uuid_t *tenant, const char *link, apr_pool_t *p)
{
    const kf_tenant_t *owner;

    KF_TRY(kf_repo_offer_read(out, db, tenant, link, p));
    KF_TRY(kf_repo_tenant_find(&owner, db, "id", kf_uuid_text(tenant, p), p));
    if (!owner) {
        return kf_err_field(p, KF_E_LINK_INVALID, "link", "This booking link is not valid.");
    }
    (*out)->tenant = owner;
    return NULL;
}

kf_err_t *kf_flow_offer_reload(const kf_offer_t **out, const kf_flow_t *flow, kf_db_t *db, const kf_uuid_t *tenant,
                               const char *link, apr_pool_t *p)
{
    apr_pool_t *keep = kf_cache_pool();
    kf_offer_t *offer;
    kf_err_t *err = read_offer(&offer, db, tenant, link, keep);

    if (err) {
        err = kf_err_because(p, kf_err_field(p, err->code, err->field ? apr_pstrdup(p, err->field) : NULL, "%s",
                                             err->detail),
                             "%s", err->cause ? err->cause : "");
        apr_pool_destroy(keep);
        return err;
    }
    *out = kf_cache_put(flow->cache, &(kf_cache_item_t){offer_key(tenant, link, p), offer->version, NO_END, offer, keep}, p);
    return NULL;
}

kf_err_t *kf_flow_offer_cached(const kf_offer_t **out, const kf_flow_t *flow, kf_db_t *db, const kf_uuid_t *tenant,
                               const char *link, apr_pool_t *p)
{
    *out = kf_cache_get(flow->cache, offer_key(tenant, link, p), 0, NULL, p);
    return *out ? NULL : kf_flow_offer_reload(out, flow, db, tenant, link, p);
}

/* The offer at a version of the catalogue that was just read. */
static kf_err_t *offer_at(const kf_offer_t **out, const kf_flow_t *flow, kf_db_t *db, const link_t *at, apr_pool_t *p)
{
    KF_TRY(kf_flow_offer_cached(out, flow, db, at->tenant, at->link, p));
    return (*out)->version == at->version ? NULL : kf_flow_offer_reload(out, flow, db, at->tenant, at->link, p);
}

kf_err_t *kf_flow_offer(const kf_offer_t **out, kf_instant_t *now, const kf_flow_t *flow, const kf_tenant_t *tenant,
                        const char *link, apr_pool_t *p)
{
    static const kf_uuid_t nobody[1];
    const kf_tenant_t *owner;
    kf_busy_t busy;
    kf_db_t *db;
    kf_err_t *err;

    KF_TRY(kf_flow_link_tenant(&owner, flow, tenant, link, p));
    KF_TRY(kf_flow_take(&db, flow, p));
    err = kf_repo_busy(&busy, db, &(kf_people_t){&owner->id, nobody, 0}, (kf_interval_t){0, 0}, p);
    if (!err) {
        *now = busy.now;
        err = offer_at(out, flow, db, &(link_t){&owner->id, link, busy.version}, p);
    }
    return kf_flow_give(flow, db, err);
}

kf_err_t *kf_offer_usable(const kf_offer_t *offer, kf_instant_t now, apr_pool_t *p)
{
    if (offer->tenant->suspended) {
        return kf_err(p, KF_E_TENANT_SUSPENDED, "This business is not taking bookings at the moment.");
    }
    if (offer->expires_at && offer->expires_at <= now) {
        return kf_err_field(p, KF_E_LINK_EXPIRED, "link", "This booking link has expired.");
    }
    if (!offer->active || offer->exhausted) {
        return kf_err_field(p, KF_E_LINK_INVALID, "link", "This booking link is not valid.");
    }
    return NULL;
}

kf_err_t *kf_flow_owner(const kf_tenant_t **out, const kf_flow_t *flow, const kf_tenant_t *host_tenant,
                        const char *kind, const char *value, apr_pool_t *p)
{
    if (host_tenant) { /* row security hides another tenant's rows */
        *out = host_tenant;
        return NULL;
    }
    KF_TRY(kf_flow_tenant(out, flow, kind, value, p));
    if (!*out) {
        return kf_err(p, KF_E_NOT_FOUND, "There is nothing with this id.");
    }
    return NULL;
}
