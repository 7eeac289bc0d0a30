#ifndef KFM_HTTP_HEADERS_H
#define KFM_HTTP_HEADERS_H
/*
 * The security headers of every answer, including httpd's own errors:
 * Content-Security-Policy, X-Content-Type-Options, Referrer-Policy,
 * Permissions-Policy, Cross-Origin-Opener-Policy, HSTS over TLS.
 */
#include "http/call.h"
#include "limit_shm.h"

/** Sets them on the request; frame-ancestors comes from call->frame_origins on pages. */
void kfm_headers_security(kfm_call_t *call);

/** The same for an answer that httpd makes by itself, without a call. */
void kfm_headers_bare(request_rec *r, const kfm_cfg_t *cfg);

/** CORS headers, if the request's Origin is one of call->cors_origins. API routes only. */
void kfm_headers_cors(kfm_call_t *call);

/**
 * Allows any Origin, for answers that hold no data of a business. A page whose request was refused before the
 * business was known must be able to read the reason and Retry-After.
 */
void kfm_headers_cors_any(kfm_call_t *call);

/** Sets RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers) for the limit class of the request. */
void kfm_headers_limit(kfm_call_t *call, const char *class, const kfm_left_t *left);

#endif
