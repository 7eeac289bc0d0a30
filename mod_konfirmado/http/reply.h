#ifndef KFM_HTTP_REPLY_H
#define KFM_HTTP_REPLY_H
/*
 * Answers. Each is written at once with its Content-Length, carries the
 * security headers and X-Request-Id, and is `Cache-Control: no-store` unless
 * the handler allowed caching before. The functions return NULL, so a handler
 * ends with `return kfm_reply_json(...)`.
 *
 * Bytes given here must live as long as call->pool; they are not copied.
 */
#include "base/buf.h"
#include "http/call.h"

/** JSON bytes as they are. */
kf_err_t *kfm_reply_json(kfm_call_t *call, int status, const char *json, apr_size_t len);

/** The JSON in a buffer; KF_E_TOO_LARGE as kf_buf_check() says. */
kf_err_t *kfm_reply_buf(kfm_call_t *call, int status, kf_buf_t *buf);

/** A page: text/html; charset=utf-8, with Content-Language. */
kf_err_t *kfm_reply_page(kfm_call_t *call, int status, const char *html, apr_size_t len);

/** Anything else. `type` is a whole Content-Type. */
kf_err_t *kfm_reply_bytes(kfm_call_t *call, int status, const char *type, const void *bytes,
                          apr_size_t len);

/** No body (204, or 200 for a webhook that wants nothing). */
kf_err_t *kfm_reply_empty(kfm_call_t *call, int status);

/** 303 See Other. KF_E_INTERNAL if the URL holds a control character. */
kf_err_t *kfm_reply_redirect(kfm_call_t *call, const char *url);

/** A header of the answer, kept on errors too. Copies `value`; control characters are refused. */
void kfm_reply_header(kfm_call_t *call, const char *name, const char *value);

/**
 * Sets `ETag: "tag"` and answers 304 or 412 itself when the client's conditions
 * say so; then *done is true and the handler returns. `tag` is plain ASCII
 * without quotes.
 */
kf_err_t *kfm_reply_unless_match(bool *done, kfm_call_t *call, const char *tag);

/** Seconds for Retry-After of the error that will be answered (429, 503). */
void kfm_reply_retry_after(kfm_call_t *call, int seconds);

/** A further member of the problem that will be answered (RFC 9457, 3.2). `value` is not copied. */
void kfm_reply_member(kfm_call_t *call, const char *name, const char *value);

/**
 * Answers with an error: problem details for API and WEBHOOK, the error
 * page for PAGE. The cause goes to the log alone.
 */
void kfm_reply_error(kfm_call_t *call, const kf_err_t *err);

/** The problem details document of an error, for answers that embed or store one. */
kf_err_t *kfm_reply_problem(const char **out, apr_size_t *len, kfm_call_t *call,
                            const kf_err_t *err);

/**
 * Renders the error page: sets *html to a whole page. The page room installs
 * it; while there is none, or when it returns an error, a plain built-in page
 * is used.
 */
typedef kf_err_t *kfm_page_error_fn(const char **html, apr_size_t *len, kfm_call_t *call,
                                    int status, const kf_err_t *err);
void kfm_reply_set_page_error(kfm_page_error_fn *fn);

#endif
