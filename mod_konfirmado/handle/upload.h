#ifndef KFM_HANDLE_UPLOAD_H
#define KFM_HANDLE_UPLOAD_H
/* Pictures: taking them in and giving them out. */
#include "flow/business/uploads.h"
#include "http/call.h"

/** What a picture may do in a browser: paint itself. */
#define KFM_PICTURE_POLICY "default-src 'none'; style-src 'unsafe-inline'; sandbox"

/**
 * Reads the file in field `file` of a multipart form and keeps it (flow/business/uploads.h); for pages and
 * endpoints alike. `id`: the professional or the service, NULL for a logo. *json: the document of
 * what shows it.
 */
kf_err_t *kfm_upload_take(const char **json, kfm_call_t *call, kf_upload_kind_t kind, const kf_uuid_t *id,
                          const int *version);

#endif
