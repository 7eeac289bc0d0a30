#ifndef KF_REPO_BUSINESS_DOMAIN_H
#define KF_REPO_BUSINESS_DOMAIN_H
/* Businesses' own domains whose DNS proof is still to be found. */
#include "repo/work.h"

typedef struct {
    const char *domain;
} kf_domain_row_t;

extern const kf_lease_t kf_lease_domains; /* of kf_domain_row_t, each domain once */

/** The texts found at a domain: a JSON array; NULL: no answer came. */
kf_err_t *kf_repo_domain_told(kf_db_t *db, const char *domain, const char *texts, apr_pool_t *p);

#endif
