#ifndef KFM_HTTP_REPLY_H
#define KFM_HTTP_REPLY_H
/*
 * Answers. Each is written at once with its Content-Length, carries the
 * security headers and X-Request-Id, and is `Cache-Control: no-store` unless
 * the handler has allowed caching. The functions return NULL, so a handler
 * ends with `return kfm_reply_json(...)`.
 *
 * Bytes given here must live as long as call->pool; they are not copied.
 */
#include "base/buf.h"
#include "http/call.h"

/** JSON bytes, unchanged. */
kf_err_t *kfm_reply_json(kfm_call_t *call, int status, const char *json, apr_size_t len);

/** The JSON in a buffer. Errors: those of kf_buf_check(). */
kf_err_t *kfm_reply_buf(kfm_call_t *call, int status, kf_buf_t *buf);

/** A page: text/html; charset=utf-8, with Content-Language. */
kf_err_t *kfm_reply_page(kfm_call_t *call, int status, const char *html, apr_size_t len);

/** Anything else. `type` is a whole Content-Type. */
kf_err_t *kfm_reply_bytes(kfm_call_t *call, int status, const char *type, const void *bytes,
                          apr_size_t len);

/** No body (204, or 200 for a webhook). */
kf_err_t *kfm_reply_empty(kfm_call_t *call, int status);

/** 303 See Other. KF_E_INTERNAL if the URL holds a control character. */
kf_err_t *kfm_reply_redirect(kfm_call_t *call, const char *url);

/** Sets a header of the answer, also of an error. Copies `value`; control characters are refused. */
void kfm_reply_header(kfm_call_t *call, const char *name, const char *value);

/**
 * Sets `ETag: "tag"` and evaluates the preconditions of the request. *done means that
 * the handler must return: 304 was answered, or KF_E_PRECONDITION (412) is returned.
 * `tag` is plain ASCII without quotes.
 */
kf_err_t *kfm_reply_unless_match(bool *done, kfm_call_t *call, const char *tag);

/** Sets Retry-After, in seconds, of the error answer to come (429, 503). */
void kfm_reply_retry_after(kfm_call_t *call, int seconds);

/** Adds an extension member to the problem details to come (RFC 9457, 3.2). `value` is not copied. */
void kfm_reply_member(kfm_call_t *call, const char *name, const char *value);

/**
 * Answers with an error: problem details for API and WEBHOOK, the error
 * page for PAGE. The cause goes only to the log.
 */
void kfm_reply_error(kfm_call_t *call, const kf_err_t *err);

/** The problem details document of an error, for answers that embed or store one. */
kf_err_t *kfm_reply_problem(const char **out, apr_size_t *len, kfm_call_t *call,
                            const kf_err_t *err);

/**
 * Renders the error page: sets *html to a whole page. Installed by page/.
 * Without it, or if it fails, a plain built-in page is used.
 */
typedef kf_err_t *kfm_page_error_fn(const char **html, apr_size_t *len, kfm_call_t *call,
                                    int status, const kf_err_t *err);
void kfm_reply_set_page_error(kfm_page_error_fn *fn);

#endif
