#ifndef KF_FLOW_BOOKING_ADDRESS_H
#define KF_FLOW_BOOKING_ADDRESS_H
/*
 * An address may make one free booking. Its owner confirms it with a link in a mail to make further ones.
 */
#include "flow/booking/booking.h"

/**
 * Call it after a booking, when its transaction has ended. If the booking was refused with KF_E_EMAIL_UNCONFIRMED,
 * it mails the confirmation link to the customer's address, unless one was sent a moment ago. With any other
 * outcome (`refused` may be NULL) it does nothing.
 */
kf_err_t *kf_flow_address_ask(const kf_flow_t *flow, const kf_uuid_t *tenant, const kf_customer_t *customer,
                              const kf_err_t *refused, apr_pool_t *p);

/** kf_repo_address_confirm. */
kf_err_t *kf_flow_address_confirm(const char **doc, const kf_flow_t *flow, const char *token, bool confirm,
                                  apr_pool_t *p);

#endif
