#ifndef KF_FLOW_PAYMENT_ACCOUNT_H
#define KF_FLOW_PAYMENT_ACCOUNT_H
/*
 * Opens a tenant's secrets for use. The additional data of a sealed secret names its
 * place: "<tenant>/<table>/<column>/<row>".
 */
#include "crypto/webhook.h"
#include "flow/flow.h"
#include "pay/provider.h"

/* An account as a row has it. `mode`: "test" or "production". */
typedef struct {
    const char *provider, *mode, *public_key;
    const char *private_key_sealed, *integrity_secret_sealed, *events_secret_sealed;
} kf_sealed_account_t;

/** The provider and the opened account, with the settings of the operator. KF_E_CONFIG, KF_E_INTERNAL. */
kf_err_t *kf_flow_account_open(const kf_pay_provider_t **provider, kf_pay_account_t *out, const kf_flow_t *flow,
                               const kf_uuid_t *tenant, const kf_sealed_account_t *sealed, apr_pool_t *p);

/* Where a secret of an account is stored. */
typedef struct {
    const kf_uuid_t *tenant;
    const char *provider, *mode; /* mode: "test" or "production" */
    const char *column;          /* "private_key", "integrity_secret" or "events_secret" */
} kf_account_place_t;

kf_err_t *kf_flow_account_seal(const char **out, const kf_keyring_t *keys, const kf_account_place_t *place,
                               const char *secret, apr_pool_t *p);

/** Opens a callback secret ("whsec_..."). */
kf_err_t *kf_flow_callback_key(kf_webhook_key_t *out, const kf_keyring_t *keys, const kf_uuid_t *tenant,
                               const char *sealed, apr_pool_t *p);
kf_err_t *kf_flow_callback_seal(const char **out, const kf_keyring_t *keys, const kf_uuid_t *tenant,
                                const char *secret, apr_pool_t *p);

#endif
