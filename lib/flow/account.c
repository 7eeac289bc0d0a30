#include "flow/account.h"

#include <apr_strings.h>
#include <string.h>

#include "crypto/sealed.h"

static const char *place(const kf_uuid_t *tenant, const char *column, const char *provider, const char *mode,
                         apr_pool_t *p)
{
    return apr_pstrcat(p, kf_uuid_text(tenant, p), "/payment_account/", column, "/", provider, "-", mode, NULL);
}

static const char *callback_place(const kf_uuid_t *tenant, apr_pool_t *p)
{
    return apr_pstrcat(p, kf_uuid_text(tenant, p), "/callback_secret/sealed/-", NULL);
}

static kf_err_t *open_one(const char **out, const kf_flow_t *flow, const kf_uuid_t *tenant, const char *column,
                          const kf_sealed_account_t *from, const char *sealed, apr_pool_t *p)
{
    size_t len;

    *out = NULL;
    if (!sealed) {
        return NULL;
    }
    return kf_unseal(out, &len, flow->keys, place(tenant, column, from->provider, from->mode, p), sealed, p);
}

kf_err_t *kf_flow_account_open(const kf_pay_provider_t **provider, kf_pay_account_t *out, const kf_flow_t *flow,
                               const kf_uuid_t *tenant, const kf_sealed_account_t *sealed, apr_pool_t *p)
{
    memset(out, 0, sizeof(*out));
    *provider = sealed->provider ? kf_pay_provider_find(sealed->provider) : NULL;
    if (!*provider) {
        return kf_err(p, KF_E_CONFIG, "This payment provider is not known.");
    }
    out->provider = sealed->provider;
    out->mode = sealed->mode && !strcmp(sealed->mode, "production") ? KF_PAY_PROD : KF_PAY_TEST;
    out->public_key = sealed->public_key;
    out->api_base = out->mode == KF_PAY_PROD ? flow->wompi_api : flow->wompi_sandbox_api;
    out->checkout_base = flow->wompi_checkout;
    KF_TRY(open_one(&out->private_key, flow, tenant, "private_key", sealed, sealed->private_key_sealed, p));
    KF_TRY(open_one(&out->integrity_secret, flow, tenant, "integrity_secret", sealed,
                    sealed->integrity_secret_sealed, p));
    return open_one(&out->events_secret, flow, tenant, "events_secret", sealed, sealed->events_secret_sealed, p);
}

kf_err_t *kf_flow_account_seal(const char **out, const kf_keyring_t *keys, const kf_uuid_t *tenant,
                               const char *column, const char *provider, const char *mode, const char *secret,
                               apr_pool_t *p)
{
    return kf_seal(out, keys, place(tenant, column, provider, mode, p), secret, strlen(secret), p);
}

kf_err_t *kf_flow_callback_key(kf_webhook_key_t *out, const kf_keyring_t *keys, const kf_uuid_t *tenant,
                               const char *sealed, apr_pool_t *p)
{
    const char *secret;
    size_t len;

    KF_TRY(kf_unseal(&secret, &len, keys, callback_place(tenant, p), sealed, p));
    return kf_webhook_key_parse(out, secret, p);
}

kf_err_t *kf_flow_callback_seal(const char **out, const kf_keyring_t *keys, const kf_uuid_t *tenant,
                                const char *secret, apr_pool_t *p)
{
    return kf_seal(out, keys, callback_place(tenant, p), secret, strlen(secret), p);
}
