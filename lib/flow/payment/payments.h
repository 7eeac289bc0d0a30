#ifndef KF_FLOW_PAYMENT_PAYMENTS_H
#define KF_FLOW_PAYMENT_PAYMENTS_H
/*
 * A merchant's own account at a payment provider: set and tested.
 *
 * Keys come in as plain text and are stored sealed; no function here returns one.
 */
#include "flow/admin.h"
#include "flow/payment/account.h"
#include "repo/payment/account.h"

typedef struct {
    const kf_uuid_t *tenant;
    const kf_actor_t *actor;
    kf_pay_account_t account; /* provider and its keys; `mode` is found from them */
    const int64_t *min_cents; /* the smallest payment it takes; NULL: as it is */
} kf_account_wish_t;

/** Finds the keys' mode. KF_E_INVALID names each key that is malformed or of another mode than the rest. */
kf_err_t *kf_flow_account_check(kf_pay_account_t *account, apr_pool_t *p);

/** The row of a new account, whose keys are checked and sealed. As kf_flow_account_check(). */
kf_err_t *kf_flow_account_row(kf_account_row_t *out, const kf_keyring_t *keys, const kf_uuid_t *tenant,
                              kf_pay_account_t *account, apr_pool_t *p);

/** Sets the account and makes it the active one; `*json`: all accounts, masked. As kf_flow_account_check(). */
kf_err_t *kf_flow_account_set(const char **json, const kf_flow_t *flow, kf_account_wish_t *wish, apr_pool_t *p);

/**
 * Asks the provider with the account's keys; blocks for the provider's answers, without a database
 * connection. `*out` has the provider's verdict, or that it did not answer (out->retry).
 */
kf_err_t *kf_flow_account_ask(kf_pay_test_t *out, const kf_flow_t *flow, kf_pay_account_t *account, apr_pool_t *p);

/**
 * The same with the keys that are stored and active, whose outcome is kept. `*account`: of these.
 * KF_E_CONFLICT without an account.
 */
kf_err_t *kf_flow_account_test(kf_pay_test_t *out, kf_pay_account_t *account, const kf_flow_t *flow, const kf_uuid_t *tenant,
                               apr_pool_t *p);

/** "test" or "production": as in rows and documents. */
const char *kf_flow_mode_word(kf_pay_mode_t mode);

#endif
