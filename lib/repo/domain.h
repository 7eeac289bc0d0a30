#ifndef KF_REPO_DOMAIN_H
#define KF_REPO_DOMAIN_H
/* Domains of businesses' own, whose proofs are to be looked for. */
#include "repo/work.h"

typedef struct {
    const char *domain;
} kf_domain_row_t;

extern const kf_lease_t kf_lease_domains; /* of kf_domain_row_t, each domain once */

/** What stands at a domain: a JSON array of texts; NULL: no answer came. */
kf_err_t *kf_repo_domain_told(kf_db_t *db, const char *domain, const char *texts, apr_pool_t *p);

#endif
