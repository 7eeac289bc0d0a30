#ifndef KF_BASE_URI_H
#define KF_BASE_URI_H
#include <apr_pools.h>

/** Percent-encodes all but the unreserved characters (RFC 3986, 2.3): for paths, queries and forms. The copy lives in `p`. */
const char *kf_uri_encode(const char *text, apr_pool_t *p);

#endif
