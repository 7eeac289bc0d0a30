#ifndef KFM_HTTP_HIDE_H
#define KFM_HTTP_HIDE_H
/*
 * What gives a right must not stand in the logs that httpd writes of requests: the token of a
 * path, and a query that holds a token, or the code of a provider. That holds for every LogFormat
 * (%r, %U, %q), for every spelling of the path (encoded, in capitals, with more slashes or dots),
 * and for the table of running requests once one is answered.
 */
#include <httpd.h>
#include <stdbool.h>

/** True if the path itself gives a right, or is where a provider sends codes: its pages tell nobody of it. */
bool kfm_hide_path(const request_rec *r);

/** True if the path is all that gives the right: no cookie stands behind it, so nobody else can use somebody's. */
bool kfm_hide_bearer(const request_rec *r);

/** True if the path may have been meant for one that gives a right, whatever became of it. */
bool kfm_hide_odd(const request_rec *r);

/** Before httpd reads the path: where it is spelled so that httpd may complain of it, the complaint has "-". */
void kfm_hide_early(request_rec *r);

/** Puts "-" in its place in what httpd tells of the request. Only once the request is answered. */
void kfm_hide(request_rec *r);

#endif
