#ifndef KFM_HTTP_BODY_H
#define KFM_HTTP_BODY_H
/*
 * The request body: read once, up to the route's limit.
 *
 * The bytes are kept unchanged (signatures are computed over them) and end in a
 * NUL that the length does not count. Errors: KF_E_TOO_LARGE (the limit of the
 * route or LimitRequestBody), KF_E_REQUEST_TIMEOUT (the client was too slow),
 * KF_E_MALFORMED (the connection broke), KF_E_MEDIA_TYPE.
 */
#include <jansson.h>

#include "http/call.h"
#include "text/multipart.h"

/** The raw bytes; any content type. */
kf_err_t *kfm_body_read(const char **out, apr_size_t *len, kfm_call_t *call);

/** The bytes of an application/json body. KF_E_MEDIA_TYPE for any other type, before the body is read. */
kf_err_t *kfm_body_json(const char **out, apr_size_t *len, kfm_call_t *call);

/** The fields of an application/x-www-form-urlencoded body. KF_E_MEDIA_TYPE, KF_E_MALFORMED. */
kf_err_t *kfm_body_form(const kf_form_t **out, kfm_call_t *call);

/** The parts of a multipart/form-data body; they point into the body. KF_E_MEDIA_TYPE, KF_E_MALFORMED. */
kf_err_t *kfm_body_multipart(const kf_multipart_t **out, kfm_call_t *call);

/**
 * Whether the request is a one-click unsubscribe by a mail program (RFC 8058): "List-Unsubscribe=One-Click" in a form
 * of either encoding. Reads the body; kfm_body_form() still works afterwards. KF_E_MALFORMED.
 */
kf_err_t *kfm_body_one_click(bool *out, kfm_call_t *call);

#endif
