#ifndef KF_REPO_ONCE_H
#define KF_REPO_ONCE_H
/* Rows of idempotency keys; inside the caller's transaction. */
#include <stdbool.h>

#include "db/db.h"

typedef struct {
    const char *route, *key;
    const uint8_t *hash; /* SHA-256 of the request */
} kf_once_row_t;

/* A stored answer: what the first request got. */
typedef struct {
    int status; /* HTTP */
    const char *body;
} kf_once_stored_t;

/** *stored: the answer is already there, in *out. KF_E_KEY_REUSED, KF_E_KEY_RUNNING. */
kf_err_t *kf_repo_once_begin(bool *stored, kf_once_stored_t *out, kf_db_t *db, const kf_uuid_t *tenant,
                             const kf_once_row_t *row, apr_pool_t *p);

kf_err_t *kf_repo_once_finish(kf_db_t *db, const kf_uuid_t *tenant, const kf_once_row_t *row,
                              const kf_once_stored_t *answer, apr_pool_t *p);

#endif
