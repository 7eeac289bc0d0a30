#ifndef KFM_TENANT_H
#define KFM_TENANT_H
/*
 * Finds the tenant of a request: by the host, or on the platform's host by the
 * link, the token or the booking that the request names.
 */
#include "flow/booking/booking.h"
#include "http/call.h"

/** Tells the dispatcher how to find the tenant of a host. */
void kfm_tenant_register(void);

/** Sets the call's tenant to that of a link. KF_E_LINK_INVALID, also if it is not the host's tenant. */
kf_err_t *kfm_tenant_of_link(kfm_call_t *call, const char *link);

/** The same for a booking (its id) or a token; KF_E_NOT_FOUND. */
kf_err_t *kfm_tenant_of_booking(kfm_call_t *call, const char *booking);
kf_err_t *kfm_tenant_of_token(kfm_call_t *call, const char *token);

/** "https://host" for links back to the host that the customer uses. */
const char *kfm_tenant_origin(kfm_call_t *call);

#endif
