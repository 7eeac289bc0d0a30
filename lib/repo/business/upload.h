#ifndef KF_REPO_BUSINESS_UPLOAD_H
#define KF_REPO_BUSINESS_UPLOAD_H
/* Pictures in the database. */
#include <stdbool.h>

#include "db/db.h"

typedef struct {
    const char *kind;        /* "logo", "photo", "image" */
    const kf_uuid_t *object; /* of a photo or an image; NULL: a logo */
    const int *version;      /* of the object that shows it; NULL = any */
    const char *name;        /* of the URL */
    const char *media_type;
    const char *bytes;       /* NULL: the operator's folder has it */
    size_t size;
} kf_upload_row_t;

/** Inside the caller's transaction. *json: the document of the object that shows it; NULL if there is none. */
kf_err_t *kf_repo_upload_put(const char **json, kf_db_t *db, const kf_uuid_t *tenant, const kf_upload_row_t *row,
                             apr_pool_t *p);

typedef struct {
    const char *media_type;
    const char *bytes; /* NULL: in the operator's folder */
    size_t size;
} kf_upload_t;

/** *found is false if the name is unknown. */
kf_err_t *kf_repo_upload_find(kf_upload_t *out, bool *found, kf_db_t *db, const char *name, apr_pool_t *p);

#endif
