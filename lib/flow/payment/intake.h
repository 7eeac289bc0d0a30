#ifndef KF_FLOW_PAYMENT_INTAKE_H
#define KF_FLOW_PAYMENT_INTAKE_H
/*
 * Receives events of payment providers: verified, stored once, acknowledged. Their
 * contents are not trusted; a job reads the transaction afresh (flow/payment/events.c).
 *
 * The account behind a hook is cached for a short while, so that a normal delivery
 * costs one statement. An event that does not verify is checked once more against a
 * freshly read row, because the keys may just have been changed.
 */
#include "flow/flow.h"
#include "pay/provider.h"

typedef struct {
    const char *provider; /* of the address */
    const char *hook;     /* of the address, unguessable */
    const char *body;     /* as received */
    size_t body_len;
    kf_pay_header_fn *header;
    void *header_baton;
} kf_hook_call_t;

/** NULL: the hook exists; the body of the call is not used. Else the errors of kf_flow_hook(). */
kf_err_t *kf_flow_hook_known(const kf_flow_t *flow, const kf_hook_call_t *call, apr_pool_t *p);

/**
 * NULL means: acknowledge, the event is stored (now or before) or of no interest.
 * KF_E_NOT_FOUND: no such hook; KF_E_UNAUTHORIZED, KF_E_MALFORMED, KF_E_TOO_LARGE
 * as event_verify returns them; KF_E_UNAVAILABLE, KF_E_TIMEOUT: not stored, so the
 * provider must send it again.
 */
kf_err_t *kf_flow_hook(const kf_flow_t *flow, const kf_hook_call_t *call, apr_pool_t *p);

#endif
