#ifndef KF_FLOW_PAYMENT_CHECKOUT_H
#define KF_FLOW_PAYMENT_CHECKOUT_H
/*
 * Checkouts that a provider makes by a call.
 *
 * The act that starts a payment commits an attempt first; its reference is the key by which the provider knows a
 * repeated request. Then the provider is called, with no database connection held, and the checkout's id and URL are
 * stored. Each call of an attempt is equal, so whoever repeats it (a second click, the way back, another server, the
 * next try after a crash) gets the same checkout. If no answer came, the booking and its time stand.
 * What was paid is found by the reference, whatever was lost on the way (flow/payment/polls.c).
 */
#include "flow/flow.h"

#define KF_CHECKOUT_MS 6500      /* for all calls of a request; with 3 s for a calendar read before, it ends within 10 s */
#define KF_CHECKOUT_WAIT_MS 1000 /* of which at most so long for a place in flow->checkout_gate */
#define KF_CHECKOUT_THREADS 8    /* places: the threads of a process that may call at once */

/**
 * The checkout of a booking's newest attempt, made now if none is stored. `return_url`: where the payer comes back to.
 * *url is NULL if nothing is to be paid any more. Call it after the commit of the act that started the payment.
 * KF_E_PROVIDER: the provider gave none; the booking stands, and the same call may be made again.
 */
kf_err_t *kf_flow_checkout_call(const char **url, const kf_flow_t *flow, const kf_uuid_t *tenant, const kf_uuid_t *booking,
                                const char *return_url, apr_pool_t *p);

#endif
