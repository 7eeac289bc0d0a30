#ifndef KFM_HTTP_COOKIE_H
#define KFM_HTTP_COOKIE_H
/*
 * Cookies (RFC 6265). Ours are host-only, HttpOnly, SameSite=Lax, and Secure
 * when the client uses TLS. In a frame they are SameSite=None, Secure and
 * Partitioned instead, because browsers accept no others there.
 */
#include "http/call.h"

#define KFM_COOKIE_MAX 512 /* bytes of a value we read or set */

/**
 * The value of a cookie. NULL if it is missing, sent more than once with
 * different values, longer than KFM_COOKIE_MAX, or holds a character outside
 * [A-Za-z0-9._~-]. Quotes are not removed.
 */
const char *kfm_cookie_get(kfm_call_t *call, const char *name);

/**
 * Sets a cookie. `path` begins with a slash; `max_age_s` 0 = until the browser is
 * closed. KF_E_INTERNAL if name, value or path holds a forbidden character.
 */
kf_err_t *kfm_cookie_set(kfm_call_t *call, const char *name, const char *value, const char *path,
                         long max_age_s);

/** Makes the browser delete the cookie. The path must be the one it was set with. */
void kfm_cookie_clear(kfm_call_t *call, const char *name, const char *path);

#endif
