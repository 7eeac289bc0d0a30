#ifndef KF_FLOW_BUSINESS_CUSTOMERS_H
#define KF_FLOW_BUSINESS_CUSTOMERS_H
/*
 * What is kept about one customer of a business, who is known by an address:
 * all of it as a document, or none of it any more. Both stand in the audit log,
 * without the address. A suspended business may do both: it is the customer's right.
 *
 * The address itself must stand in no log and in no URL: callers take it from a body.
 *
 * Answers kept for repeated requests (flow/once.h) are sealed, so the database cannot look into them: they
 * are opened and looked through here.
 */
#include "flow/admin.h"

/**
 * *json: {"email", "exported_at", "business", "bookings": [as booking_doc], "messages", "mails",
 * "provider_events", "waiting"}; nothing known gives empty lists. KF_E_INVALID ("email").
 */
kf_err_t *kf_flow_customer_export(const char **json, const kf_flow_t *flow, const kf_uuid_t *tenant,
                                  const kf_actor_t *actor, const char *email, apr_pool_t *p);

/**
 * Forgets the customer for good; payments stay, and tell of nobody. *json: {"bookings", "mails",
 * "messages", "waiting", "events_left"}, counts; events_left are events in calendars that are not connected
 * any more, to be deleted there by hand. Twice does no harm. KF_E_INVALID ("email"), KF_E_CONFLICT with
 * the field "booking" (one lies ahead: cancel it first) or "refund" (money is still to go back).
 */
kf_err_t *kf_flow_customer_erase(const char **json, const kf_flow_t *flow, const kf_uuid_t *tenant,
                                 const kf_actor_t *actor, const char *email, apr_pool_t *p);

/** The same in the caller's transaction, whose actor is set. */
kf_err_t *kf_flow_customer_erase_in(const char **json, kf_db_t *db, const kf_keyring_t *keys, const kf_uuid_t *tenant,
                                    const char *email, apr_pool_t *p);

#endif
