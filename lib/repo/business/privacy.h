#ifndef KF_REPO_BUSINESS_PRIVACY_H
#define KF_REPO_BUSINESS_PRIVACY_H
/*
 * A whole business, for the operator: export it as lines, or delete it.
 * All inside the caller's transaction.
 */
#include <stdbool.h>

#include "db/db.h"

/** Lifts the role's time limits for the rest of the transaction. */
kf_err_t *kf_repo_take_time(kf_db_t *db, apr_pool_t *p);

/** Begins an export: rows that others refer to come first. KF_E_NOT_FOUND. */
kf_err_t *kf_repo_tenant_export_open(kf_db_t *db, const kf_uuid_t *tenant, apr_pool_t *p);
/** The next rows, one line of JSON each in column 0 (kf_db_text); none: the end. */
kf_err_t *kf_repo_tenant_export_fetch(kf_db_res_t **out, kf_db_t *db, apr_pool_t *p);

/**
 * Deletes every row of a business. *json: {"tables": {name: rows}, "uploads": [names of files in the
 * operator's folder]}. KF_E_CONFLICT with a field: something must be done first, unless `force`;
 * KF_E_FORBIDDEN unless connected as the owner of the schema.
 */
kf_err_t *kf_repo_tenant_delete(const char **json, kf_db_t *db, const kf_uuid_t *tenant, bool force, apr_pool_t *p);

#endif
