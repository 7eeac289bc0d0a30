#ifndef KF_FLOW_BUSINESS_UPLOADS_H
#define KF_FLOW_BUSINESS_UPLOADS_H
/*
 * Pictures of merchants: a logo, photos of professionals, pictures of services.
 *
 * A picture is a PNG or an SVG by its content, and its file name must end accordingly.
 * It is rewritten (image/png.h, image/svg.h) and stored under a random name that is
 * never reused: in the database, or in flow->upload_dir, where a file appears in one
 * step, complete. The object then shows the new picture instead of its former one. The
 * former one is kept for a week, because pages already sent refer to it.
 */
#include "flow/admin.h"
#include "repo/business/upload.h"

typedef enum { KF_UPLOAD_LOGO, KF_UPLOAD_PHOTO, KF_UPLOAD_IMAGE } kf_upload_kind_t;

typedef struct {
    const kf_uuid_t *tenant;
    const kf_actor_t *actor;
    kf_upload_kind_t kind;
    const kf_uuid_t *object; /* the professional or the service; NULL for a logo */
    const int *version;      /* of the business, professional or service; NULL = any */
    const char *field;       /* of the form; errors name it */
    const char *file;        /* as the browser names it; NULL: no file was sent */
    const char *bytes;
    size_t len;
} kf_upload_wish_t;

/**
 * *json: the document of the object that shows the picture, as branding_get,
 * professional_get or service_get returns it. KF_E_INVALID with the field and a sentence,
 * KF_E_TOO_LARGE above KF_MAX_UPLOAD, KF_E_RATE_LIMITED, and the errors of an edit (flow/admin.h).
 */
kf_err_t *kf_flow_upload(const char **json, const kf_flow_t *flow, const kf_upload_wish_t *wish, apr_pool_t *p);

/** The picture with a name from a URL, and its bytes. KF_E_NOT_FOUND. */
kf_err_t *kf_flow_upload_read(kf_upload_t *out, const kf_flow_t *flow, const char *name, apr_pool_t *p);

/** Deletes pictures that nothing has shown for a week, file and row, at most `limit`; *n: how many. */
kf_err_t *kf_flow_uploads_forget(int *n, const kf_flow_t *flow, kf_db_t *db, int limit, apr_pool_t *p);

#endif
