#include "flow/payment/account.h"

#include <apr_strings.h>
#include <string.h>

#include "crypto/sealed.h"
#include "flow/provider.h"

static const char *place_text(const kf_account_place_t *place, apr_pool_t *p)
{
    return apr_pstrcat(p, kf_uuid_text(place->tenant, p), "/payment_account/", place->column, "/", place->provider,
                       "-", place->mode, NULL);
}

static const char *callback_place(const kf_uuid_t *tenant, apr_pool_t *p)
{
    return apr_pstrcat(p, kf_uuid_text(tenant, p), "/callback_secret/sealed/-", NULL);
}

static kf_err_t *open_one(const char **out, const kf_flow_t *flow, const kf_account_place_t *place,
                          const char *sealed, apr_pool_t *p)
{
    size_t len;

    *out = NULL;
    return sealed ? kf_unseal(out, &len, flow->keys, place_text(place, p), sealed, p) : NULL;
}

kf_err_t *kf_flow_account_open(const kf_pay_provider_t **provider, kf_pay_account_t *out, const kf_flow_t *flow,
                               const kf_uuid_t *tenant, const kf_sealed_account_t *sealed, apr_pool_t *p)
{
    kf_account_place_t place = {tenant, sealed->provider, sealed->mode, NULL};

    memset(out, 0, sizeof(*out));
    *provider = sealed->provider ? kf_pay_provider_find(sealed->provider) : NULL;
    if (!*provider) {
        return kf_err(p, KF_E_CONFIG, "This payment provider is not known.");
    }
    out->provider = sealed->provider;
    out->mode = sealed->mode && !strcmp(sealed->mode, "production") ? KF_PAY_PROD : KF_PAY_TEST;
    out->public_key = sealed->public_key;
    out->settings = kf_flow_payer_settings(flow, *provider);
    place.column = "private_key";
    KF_TRY(open_one(&out->private_key, flow, &place, sealed->private_key_sealed, p));
    place.column = "integrity_secret";
    KF_TRY(open_one(&out->integrity_secret, flow, &place, sealed->integrity_secret_sealed, p));
    place.column = "events_secret";
    return open_one(&out->events_secret, flow, &place, sealed->events_secret_sealed, p);
}

kf_err_t *kf_flow_account_seal(const char **out, const kf_keyring_t *keys, const kf_account_place_t *place,
                               const char *secret, apr_pool_t *p)
{
    return kf_seal(out, keys, place_text(place, p), secret, strlen(secret), p);
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
