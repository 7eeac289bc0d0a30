#ifndef KFM_HTTP_BODY_H
#define KFM_HTTP_BODY_H
/*
 * The body of a request, read once, never beyond the route's cap.
 *
 * The bytes are kept as they came (signatures are checked over them) and end in
 * a NUL that the length does not count. Errors: KF_E_TOO_LARGE (the cap of the
 * route or LimitRequestBody), KF_E_REQUEST_TIMEOUT (the client was too slow),
 * KF_E_MALFORMED (the connection broke), KF_E_MEDIA_TYPE.
 */
#include <jansson.h>

#include "http/call.h"
#include "text/multipart.h"

/** The raw bytes; any content type. */
kf_err_t *kfm_body_read(const char **out, apr_size_t *len, kfm_call_t *call);

/** The bytes of a body that must be application/json: KF_E_MEDIA_TYPE before reading. */
kf_err_t *kfm_body_json(const char **out, apr_size_t *len, kfm_call_t *call);

/** The fields of a body that must be application/x-www-form-urlencoded. KF_E_MALFORMED. */
kf_err_t *kfm_body_form(const kf_form_t **out, kfm_call_t *call);

/** The parts of a body that must be multipart/form-data; their bytes are the body's. KF_E_MALFORMED. */
kf_err_t *kfm_body_multipart(const kf_multipart_t **out, kfm_call_t *call);

/**
 * Whether a mail program ends its mails by itself (RFC 8058): "List-Unsubscribe=One-Click" in either kind of form.
 * Reads the body; a form of a page is still there for kfm_body_form(). KF_E_MALFORMED.
 */
kf_err_t *kfm_body_one_click(bool *out, kfm_call_t *call);

#endif
