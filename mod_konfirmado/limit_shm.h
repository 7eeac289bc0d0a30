#ifndef KFM_LIMIT_SHM_H
#define KFM_LIMIT_SHM_H
/*
 * Rate limits per client address and class, shared by all processes of this httpd.
 * A client is an IPv4 address or the /64 prefix of an IPv6 address.
 *
 * The table has a fixed number of slots and never grows: a full bucket evicts the
 * client with the oldest state. Arithmetic: base/limiter.h.
 */
#include <httpd.h>

#include "cfg/cfg.h"

/** Registers the hook: post_config. */
void kfm_limit_register(apr_pool_t *p);

/* The remaining quota of a client. */
typedef struct {
    const kf_limit_t *rule; /* NULL: nothing is counted */
    int requests;           /* still allowed at once */
    int full_s;             /* seconds until the quota is full again */
} kfm_left_t;

/** Counts the request. 0: it is allowed; else the seconds until it may be retried (at least 1). */
int kfm_limit_hit(kfm_left_t *left, const kfm_cfg_t *cfg, kfm_limit_t limit, const request_rec *r);

#endif
