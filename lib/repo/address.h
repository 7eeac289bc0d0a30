#ifndef KF_REPO_ADDRESS_H
#define KF_REPO_ADDRESS_H
/* Addresses that further free bookings are made with: confirmed by the reader of a mail. */
#include "db/db.h"

/** Writes the mail with the link to an address that had its free booking; one in five minutes at most. */
kf_err_t *kf_repo_address_ask(kf_db_t *db, const kf_uuid_t *tenant, const char *address, const char *name,
                              const char *language, apr_pool_t *p);

/**
 * What the link of such a mail is about: a JSON document {business, language, address, confirmed}; NULL if the link is
 * none of ours or older than a day. `confirm`: its reader confirms the address.
 */
kf_err_t *kf_repo_address_confirm(const char **doc, kf_db_t *db, const char *token, bool confirm, apr_pool_t *p);

#endif
