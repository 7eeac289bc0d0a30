#ifndef KFM_HANDLE_UPLOAD_H
#define KFM_HANDLE_UPLOAD_H
/* Upload and delivery of pictures. */
#include "flow/business/uploads.h"
#include "http/call.h"

/** The Content-Security-Policy of a picture: it may only be displayed. */
#define KFM_PICTURE_POLICY "default-src 'none'; style-src 'unsafe-inline'; sandbox"

/**
 * Reads the file in field `file` of a multipart form and stores it (flow/business/uploads.h), for pages and
 * endpoints. `id`: the professional or the service, NULL for a logo. *json: the document of the object that
 * has the picture.
 */
kf_err_t *kfm_upload_take(const char **json, kfm_call_t *call, kf_upload_kind_t kind, const kf_uuid_t *id,
                          const int *version);

#endif
