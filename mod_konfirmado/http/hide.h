#ifndef KFM_HTTP_HIDE_H
#define KFM_HTTP_HIDE_H
/*
 * Keeps credentials out of httpd's request logs: the token in a path, and a query that holds a
 * token or a provider's authorization code. It covers every LogFormat (%r, %U, %q), every spelling
 * of the path (percent-encoded, upper case, extra slashes or dots), and the scoreboard once a
 * request is answered.
 */
#include <httpd.h>
#include <stdbool.h>

/** True if the path holds a token or is a provider's redirect URI. Its pages send no Referer. */
bool kfm_hide_path(const request_rec *r);

/** True if the token in the path is the only credential: no cookie is involved, so CSRF is impossible. */
bool kfm_hide_bearer(const request_rec *r);

/** True if the path is a spelling, even a damaged one, of a path that holds a token. */
bool kfm_hide_odd(const request_rec *r);

/** Before httpd parses the path: hides the token if httpd may reject the spelling, so that the error log has "-". */
void kfm_hide_early(request_rec *r);

/** Replaces the credential with "-" in what httpd logs of the request. Call it only once the request is answered. */
void kfm_hide(request_rec *r);

#endif
