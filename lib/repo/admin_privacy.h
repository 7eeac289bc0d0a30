#ifndef KF_REPO_ADMIN_PRIVACY_H
#define KF_REPO_ADMIN_PRIVACY_H
/*
 * A whole business, for the operator: all of it as lines, or none of it any more.
 * All inside the caller's transaction.
 */
#include <stdbool.h>

#include "db/db.h"

/** The rest of the transaction takes as long as it takes: limits of the role do not count. */
kf_err_t *kf_repo_take_time(kf_db_t *db, apr_pool_t *p);

/** Begins an export: rows of what others refer to come first. KF_E_NOT_FOUND. */
kf_err_t *kf_repo_tenant_export_open(kf_db_t *db, const kf_uuid_t *tenant, apr_pool_t *p);
/** The next rows, one line of JSON each in column 0 (kf_db_text); none: that was all. */
kf_err_t *kf_repo_tenant_export_fetch(kf_db_res_t **out, kf_db_t *db, apr_pool_t *p);

/**
 * Deletes every row of a business. *json: {"tables": {name: rows}, "uploads": [names of files in the
 * operator's folder]}. KF_E_CONFLICT with a field: something has to be done first, unless `force`;
 * KF_E_FORBIDDEN unless connected as the owner of the schema.
 */
kf_err_t *kf_repo_tenant_delete(const char **json, kf_db_t *db, const kf_uuid_t *tenant, bool force, apr_pool_t *p);

#endif
