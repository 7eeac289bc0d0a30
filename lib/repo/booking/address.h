#ifndef KF_REPO_BOOKING_ADDRESS_H
#define KF_REPO_BOOKING_ADDRESS_H
/* Addresses that may make further free bookings: confirmed through a link in a mail. */
#include "db/db.h"

/** Queues the mail with the link to an address that had its free booking; at most one in five minutes. */
kf_err_t *kf_repo_address_ask(kf_db_t *db, const kf_uuid_t *tenant, const char *address, const char *name,
                              const char *language, apr_pool_t *p);

/**
 * The document of such a link: JSON {business, language, address, confirmed}; NULL if the link is unknown or older
 * than a day. `confirm`: confirms the address.
 */
kf_err_t *kf_repo_address_confirm(const char **doc, kf_db_t *db, const char *token, bool confirm, apr_pool_t *p);

#endif
