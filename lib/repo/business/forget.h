#ifndef KF_REPO_BUSINESS_FORGET_H
#define KF_REPO_BUSINESS_FORGET_H
/*
 * Data whose retention time is over: sessions, links of mails, sent messages (mails,
 * messages to merchants, providers' events), past times, unconfirmed
 * registrations, old customers, pictures that nothing shows.
 */
#include "db/db.h"

/** How many kinds there are, without pictures. */
int kf_repo_forget_kinds(void);
/** Deletes at most `limit` rows of one kind; *n is how many. */
kf_err_t *kf_repo_forget(int *n, int kind, kf_db_t *db, int limit, apr_pool_t *p);

typedef struct {
    const char *name; /* of the URL */
    bool in_folder;   /* its bytes are a file in the operator's folder */
} kf_forgotten_upload_t;

/**
 * Deletes pictures, at most `limit`: `*out` is an array of `*n` in the pool. In a transaction:
 * remove the files from the folder before it is committed.
 */
kf_err_t *kf_repo_forget_uploads(kf_forgotten_upload_t **out, int *n, kf_db_t *db, int limit, apr_pool_t *p);

#endif
