#ifndef KF_FLOW_BUSINESS_CUSTOMERS_H
#define KF_FLOW_BUSINESS_CUSTOMERS_H
/*
 * The data kept about one customer of a business, identified by an email address:
 * export it as one document, or erase it. Both are recorded in the audit log, without
 * the address. A suspended business may do both: it is the customer's right.
 *
 * The address itself must not appear in a log or a URL: callers take it from a request body.
 *
 * Answers kept for repeated requests (flow/once.h) are sealed, so the database cannot search them: they
 * are opened and searched here.
 */
#include "flow/admin.h"

/**
 * *json: {"email", "exported_at", "business", "bookings": [as booking_doc], "messages", "mails",
 * "provider_events", "waiting"}. An unknown address gives empty lists. KF_E_INVALID ("email").
 */
kf_err_t *kf_flow_customer_export(const char **json, const kf_flow_t *flow, const kf_uuid_t *tenant,
                                  const kf_actor_t *actor, const char *email, apr_pool_t *p);

/**
 * Erases the customer for good; payments stay, without personal data. *json: counts {"bookings", "mails",
 * "messages", "waiting", "events_left"}. events_left counts events in calendars that are no longer connected;
 * they must be deleted there by hand. Repeating it is harmless. KF_E_INVALID ("email"), KF_E_CONFLICT with
 * the field "booking" (one is still to come: cancel it first) or "refund" (a refund is still due).
 */
kf_err_t *kf_flow_customer_erase(const char **json, const kf_flow_t *flow, const kf_uuid_t *tenant,
                                 const kf_actor_t *actor, const char *email, apr_pool_t *p);

/** The same in the caller's transaction, whose actor is set. */
kf_err_t *kf_flow_customer_erase_in(const char **json, kf_db_t *db, const kf_keyring_t *keys, const kf_uuid_t *tenant,
                                    const char *email, apr_pool_t *p);

#endif
