#ifndef KF_REPO_MAIL_MAIL_TOKEN_H
#define KF_REPO_MAIL_MAIL_TOKEN_H
/* The links of customers, stored before the mail that contains them. Tokens come as hashes. */
#include "db/db.h"

/** `purpose`: "view", "move", "cancel", "reminders". KF_E_NOT_FOUND: there is no such booking. */
kf_err_t *kf_repo_visit_mint(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *booking,
                             const char *purpose, const uint8_t *hash, apr_pool_t *p);

/** `kind`: "leave", "offer". KF_E_NOT_FOUND. */
kf_err_t *kf_repo_waiting_mint(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *waiting,
                               const char *kind, const uint8_t *hash, apr_pool_t *p);

#endif
