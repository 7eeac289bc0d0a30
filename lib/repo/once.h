#ifndef KF_REPO_ONCE_H
#define KF_REPO_ONCE_H
/* Rows of idempotency keys; inside the caller's transaction. */
#include <stdbool.h>

#include "db/db.h"

typedef struct {
    const char *route;
    const char *key;     /* as stored: a digest of what the client sent */
    const char *sent;    /* what the client sent: older releases stored rows under it */
    const uint8_t *hash; /* SHA-256 of the request */
} kf_once_row_t;

/* A stored answer: what the first request got. */
typedef struct {
    int status; /* HTTP */
    const char *key; /* of the row found */
    const char *body;
} kf_once_stored_t;

/** *stored: the answer is already there, in *out. KF_E_KEY_REUSED, KF_E_KEY_RUNNING. */
kf_err_t *kf_repo_once_begin(bool *stored, kf_once_stored_t *out, kf_db_t *db, const kf_uuid_t *tenant,
                             const kf_once_row_t *row, apr_pool_t *p);

kf_err_t *kf_repo_once_finish(kf_db_t *db, const kf_uuid_t *tenant, const kf_once_row_t *row,
                              const kf_once_stored_t *answer, apr_pool_t *p);

/* -- searching the answers -- */

typedef struct {
    const char *route, *key, *body;
} kf_once_answer_t;

#define KF_ONCE_PAGE 200

/** The answers of a business after (route, key), in that order: `*n`, at most KF_ONCE_PAGE, in the pool. */
kf_err_t *kf_repo_once_page(kf_once_answer_t **out, int *n, kf_db_t *db, const kf_uuid_t *tenant,
                            const kf_once_answer_t *after, apr_pool_t *p);
/** The lowercase words that identify answers about a customer: NULL-terminated. KF_E_INVALID ("email"). */
kf_err_t *kf_repo_customer_keys(const char ***out, kf_db_t *db, const kf_uuid_t *tenant, const char *email,
                                apr_pool_t *p);
/** Deletes an answer: its request is refused from now on and does not run again. */
kf_err_t *kf_repo_once_erase(kf_db_t *db, const kf_uuid_t *tenant, const kf_once_answer_t *answer, apr_pool_t *p);

#endif
