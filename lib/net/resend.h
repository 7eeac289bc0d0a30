#ifndef KF_NET_RESEND_H
#define KF_NET_RESEND_H
/*
 * Sends a mail by the HTTP API of Resend (POST /emails), instead of SMTP.
 *
 * Each mail has an Idempotency-Key: Resend accepts a key once a day, so a repeated
 * attempt whose first answer was lost sends no second mail. Header, recipient
 * and texts are those of SMTP and are checked by kf_smtp_check(); an
 * invitation can only be an attachment there.
 * Protocol: Resend's OpenAPI description of 2026-08.
 */
#include "net/http.h"
#include "net/smtp.h"

#define KF_RESEND_API "https://api.resend.com"

typedef struct kf_resend_t {
    const char *api;     /* without a slash at the end */
    const char *key;     /* "re_..." */
    const char *ca_file; /* NULL = the system's */
} kf_resend_t;

/**
 * Fills `req`, except its baton, for a mail that passes kf_smtp_check(). `once` is
 * its Idempotency-Key (1 to 256 visible ASCII characters). What `req` points at
 * lives in `p`; the API key is wiped with it. KF_E_INVALID, KF_E_TOO_LARGE.
 */
kf_err_t *kf_resend_request(kf_http_req_t *req, const kf_resend_t *resend,
                            const kf_smtp_mail_t *mail, const char *once, apr_pool_t *p);

/**
 * SENT also if the key was used with other content: an earlier attempt succeeded and
 * its answer was lost. REFUSED: this mail will never be accepted.
 */
kf_smtp_verdict_t kf_resend_verdict(const kf_http_res_t *res, apr_pool_t *p);

/** "422 missing_required_field: ...", "connect: ..."; NULL if it was accepted. In the pool. */
const char *kf_resend_reason(const kf_http_res_t *res, apr_pool_t *p);

/** Resend's id of a mail that it accepted, or NULL. */
const char *kf_resend_id(const kf_http_res_t *res, apr_pool_t *p);

#endif
