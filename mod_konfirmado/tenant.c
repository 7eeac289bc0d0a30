#include "tenant.h"

#include "crypto/hash.h"
#include "flow_ctx.h"
#include "http/dispatch.h"

static void adopt(kfm_call_t *call, const kf_tenant_t *tenant)
{
    kfm_call_set_tenant(call, tenant, tenant->allowed_origins, tenant->frame_origins, tenant->language);
}

static kf_err_t *find_by_host(kfm_call_t *call)
{
    bool sub = call->where == KFM_ON_SUBDOMAIN;
    const kf_tenant_t *tenant;

    if (call->where == KFM_ON_PLATFORM) {
        return NULL;
    }
    KF_TRY(kf_flow_tenant(&tenant, kfm_flow(call), sub ? "subdomain" : "domain", sub ? call->subdomain : call->host,
                          call->pool));
    if (!tenant) {
        return sub ? kf_err(call->pool, KF_E_NOT_FOUND, "There is no business at this address.")
                   : kf_err(call->pool, KF_E_MISDIRECTED, "This host is not served here.");
    }
    adopt(call, tenant);
    return NULL;
}

void kfm_tenant_register(void)
{
    kfm_dispatch_set_tenant(find_by_host);
}

kf_err_t *kfm_tenant_of_link(kfm_call_t *call, const char *link)
{
    const kf_tenant_t *tenant;

    KF_TRY(kf_flow_link_tenant(&tenant, kfm_flow(call), call->tenant, link, call->pool));
    if (!call->tenant) {
        adopt(call, tenant);
    }
    return NULL;
}

static kf_err_t *of_owner(kfm_call_t *call, const char *kind, const char *value)
{
    const kf_tenant_t *tenant;

    KF_TRY(kf_flow_owner(&tenant, kfm_flow(call), call->tenant, kind, value, call->pool));
    if (!call->tenant) {
        adopt(call, tenant);
    }
    return NULL;
}

kf_err_t *kfm_tenant_of_booking(kfm_call_t *call, const char *booking)
{
    return of_owner(call, "booking", booking);
}

kf_err_t *kfm_tenant_of_token(kfm_call_t *call, const char *token)
{
    uint8_t hash[KF_TOKEN_HASH_BYTES];
    char hex[2 * KF_TOKEN_HASH_BYTES + 1];

    KF_TRY(kf_token_hash(hash, KF_TOKEN_BOOKING, token, call->pool));
    kf_hex_write(hex, hash, sizeof(hash));
    return of_owner(call, "token", hex);
}

const char *kfm_tenant_origin(kfm_call_t *call)
{
    return call->where == KFM_ON_PLATFORM ? call->cfg->base_url : kfm_call_origin(call);
}
