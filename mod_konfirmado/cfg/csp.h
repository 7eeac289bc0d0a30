#ifndef KFM_CFG_CSP_H
#define KFM_CFG_CSP_H

#include "cfg/raw.h"

/**
 * The part of Content-Security-Policy that is the same for all answers of a server, in `p`. It ends with
 * "frame-ancestors"; the caller appends the sources.
 */
const char *kfm_cfg_csp(const kfm_raw_t *raw, apr_pool_t *p);

#endif
