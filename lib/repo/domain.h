#ifndef KF_REPO_DOMAIN_H
#define KF_REPO_DOMAIN_H
/* Domains of businesses' own, whose proofs are to be looked for. */
#include <apr_tables.h>

#include "db/db.h"

/** Leases at most `limit` domains that are due; *out: const char *, each once. */
kf_err_t *kf_repo_domains_due(apr_array_header_t **out, kf_db_t *db, int limit, apr_pool_t *p);

/** What stands at a domain: a JSON array of texts; NULL: no answer came. */
kf_err_t *kf_repo_domain_told(kf_db_t *db, const char *domain, const char *texts, apr_pool_t *p);

#endif
