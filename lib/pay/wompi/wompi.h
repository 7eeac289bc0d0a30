#ifndef KF_PAY_WOMPI_H
#define KF_PAY_WOMPI_H
/*
 * Wompi (Colombia): hosted Web Checkout, events, transactions, void.
 *
 * Amounts are centavos of COP. An account has four values per environment, recognized
 * by their prefixes: pub_test_, prv_test_, test_events_, test_integrity_ and the
 * same with prod. Transactions are read with the private key. Only approved card
 * payments can be voided, and only whole; everything else is refunded by hand.
 *
 * Protocol: docs.wompi.co (Web Checkout, eventos, transacciones), as of 2026-10.
 */
#include <apr_pools.h>

#include "pay/provider.h"

extern const kf_pay_provider_t kf_pay_wompi;

#define KF_WOMPI_API_TEST "https://sandbox.wompi.co/v1"
#define KF_WOMPI_API_PROD "https://production.wompi.co/v1"
#define KF_WOMPI_CHECKOUT "https://checkout.wompi.co/p/"
#define KF_WOMPI_AMOUNT_MIN INT64_C(150000)         /* COP 1,500 */
#define KF_WOMPI_AMOUNT_MAX INT64_C(1000000000000)  /* COP 10,000 million */

/* What the operator sets; NULL = Wompi's own. */
typedef struct {
    const char *api, *sandbox_api, *checkout;
} kf_wompi_settings_t;

/**
 * The integrity signature of a checkout: 64 lower-case hex digits.
 * `expiration` is exactly the text that is sent, or NULL.
 */
const char *kf_wompi_integrity(const char *reference, kf_money_t amount, const char *expiration,
                               const char *secret, apr_pool_t *p);

#endif
