#ifndef KF_PAY_STRIPE_H
#define KF_PAY_STRIPE_H
/*
 * Stripe: hosted Checkout Sessions, events, refunds.
 *
 * An account has two keys: the secret or a restricted key (sk_, rk_), whose prefix tells the mode, and the signing
 * secret of the endpoint for events (whsec_), the same for both modes. A transaction of ours is a PaymentIntent; a
 * session has at most one. Our reference is the session's client_reference_id and in the metadata of both.
 *
 * A session is made by a call under an Idempotency-Key of the reference. It lives longer than our hold, because Stripe
 * takes at least 30 minutes: money that comes later is late money.
 * Refunds are read together with their transaction and are requested under a key too.
 *
 * Protocol: docs.stripe.com (Checkout Sessions, PaymentIntents, refunds, webhooks), version KF_STRIPE_VERSION.
 */
#include "pay/provider.h"

extern const kf_pay_provider_t kf_pay_stripe;

#define KF_STRIPE_API "https://api.stripe.com/v1"
#define KF_STRIPE_CHECKOUT "https://checkout.stripe.com/"
#define KF_STRIPE_VERSION "2026-10-28.endive"
#define KF_STRIPE_AMOUNT_MIN INT64_C(50) /* about USD 0.50; Stripe's own smallest amount depends on the currency */

/* What the operator sets. `checkout` only allows forms to lead there; each session has its own URL. */
typedef struct {
    const char *api, *checkout;
} kf_stripe_settings_t;

#endif
