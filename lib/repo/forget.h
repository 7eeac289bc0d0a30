#ifndef KF_REPO_FORGET_H
#define KF_REPO_FORGET_H
/*
 * What has had its time and is kept no longer: sign-ins, links of mails, what was told (mails,
 * messages to merchants, providers' events), times that are over,
 * registrations that nobody confirmed, customers of long ago, pictures that nothing shows.
 */
#include "db/db.h"

/** How many kinds there are, without pictures. */
int kf_repo_forget_kinds(void);
/** Forgets of one kind at most `limit`; *n is how many. */
kf_err_t *kf_repo_forget(int *n, int kind, kf_db_t *db, int limit, apr_pool_t *p);

typedef struct {
    const char *name; /* of the URL */
    bool in_folder;   /* its bytes are a file in the operator's folder */
} kf_forgotten_upload_t;

/**
 * Forgets pictures, at most `limit`: `*out` is an array of `*n` in the pool. In a transaction:
 * the files in the folder are to be removed before it is committed.
 */
kf_err_t *kf_repo_forget_uploads(kf_forgotten_upload_t **out, int *n, kf_db_t *db, int limit, apr_pool_t *p);

#endif
