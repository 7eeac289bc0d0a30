#ifndef KF_FLOW_BOOKING_ADDRESS_H
#define KF_FLOW_BOOKING_ADDRESS_H
/*
 * An address has one free booking; whoever reads its mails confirms it by one click for further ones.
 */
#include "flow/booking/booking.h"

/**
 * After a booking that was refused with KF_E_EMAIL_UNCONFIRMED, once its transaction is over: the customer's address
 * gets the mail with the link, unless it got one a moment ago. Any other outcome (`refused` may be NULL) needs nothing.
 */
kf_err_t *kf_flow_address_ask(const kf_flow_t *flow, const kf_uuid_t *tenant, const kf_customer_t *customer,
                              const kf_err_t *refused, apr_pool_t *p);

/** kf_repo_address_confirm. */
kf_err_t *kf_flow_address_confirm(const char **doc, const kf_flow_t *flow, const char *token, bool confirm,
                                  apr_pool_t *p);

#endif
