#ifndef KF_REPO_OPERATOR_ADMIN_H
#define KF_REPO_OPERATOR_ADMIN_H
/*
 * What an operator sets up: tenants and their catalogues. Documents go to the
 * database as JSON text and are checked there; a refusal (KF_E_INVALID) names
 * the bad member. Lists come back as documents too, one for each row.
 */
#include <apr_tables.h>
#include <stdbool.h>

#include "db/db.h"

/** A tenant's documents of one kind: const char * of JSON. */
typedef apr_array_header_t kf_docs_t;

/** Runs a list whose first column is jsonb. For the files of this family. */
kf_err_t *kf_repo_docs(kf_docs_t **out, kf_db_t *db, const kf_stmt_t *stmt, const kf_arg_t *args,
                       apr_pool_t *p);

kf_err_t *kf_repo_tenant_create(kf_db_t *db, const kf_uuid_t *tenant, const char *doc,
                                apr_pool_t *p);
/** Changes the members that the document names. */
kf_err_t *kf_repo_tenant_update(kf_db_t *db, const kf_uuid_t *tenant, const char *doc,
                                apr_pool_t *p);
/** The operator's decision on a business (kf.tenant_standing); *out: its standing. KF_E_NOT_FOUND, KF_E_INVALID. */
kf_err_t *kf_repo_tenant_standing(const char **out, kf_db_t *db, const kf_uuid_t *tenant, const char *doc, apr_pool_t *p);
kf_err_t *kf_repo_tenant_suspend(kf_db_t *db, const kf_uuid_t *tenant, bool on, apr_pool_t *p);
kf_err_t *kf_repo_tenant_list(kf_docs_t **out, kf_db_t *db, apr_pool_t *p);
/** A page of tenants with the problems of each; `ask` says which (kf.tenant_page). */
kf_err_t *kf_repo_tenant_page(kf_docs_t **out, kf_db_t *db, const char *ask, apr_pool_t *p);

kf_err_t *kf_repo_service_create(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *id,
                                 const char *doc, apr_pool_t *p);
kf_err_t *kf_repo_service_list(kf_docs_t **out, kf_db_t *db, const kf_uuid_t *tenant,
                               apr_pool_t *p);

kf_err_t *kf_repo_professional_create(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *id,
                                      const char *doc, apr_pool_t *p);
/** Replaces hours, overrides, or both: {hours: [...], overrides: [...]}. */
kf_err_t *kf_repo_professional_hours(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *id,
                                     const char *doc, apr_pool_t *p);
kf_err_t *kf_repo_professional_list(kf_docs_t **out, kf_db_t *db, const kf_uuid_t *tenant,
                                    apr_pool_t *p);

kf_err_t *kf_repo_link_create(kf_db_t *db, const kf_uuid_t *tenant, const kf_uuid_t *id,
                              const char *public_id, const char *doc, apr_pool_t *p);
kf_err_t *kf_repo_link_list(kf_docs_t **out, kf_db_t *db, const kf_uuid_t *tenant, apr_pool_t *p);

/** `day` is YYYY-MM-DD; a day that is already closed gets the new reason. */
kf_err_t *kf_repo_closed_day_add(kf_db_t *db, const kf_uuid_t *tenant, const char *day,
                                 const char *reason, apr_pool_t *p);
kf_err_t *kf_repo_closed_day_list(kf_docs_t **out, kf_db_t *db, const kf_uuid_t *tenant,
                                  apr_pool_t *p);

#endif
