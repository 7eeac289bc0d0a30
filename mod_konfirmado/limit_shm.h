#ifndef KFM_LIMIT_SHM_H
#define KFM_LIMIT_SHM_H
/*
 * Limits of requests per client address and class, shared by all processes of
 * this httpd. A client is an IPv4 address or the /64 of an IPv6 address.
 *
 * The table has a fixed number of slots and never grows: a bucket that is full
 * forgets the client that was seen longest ago. Arithmetic: base/limiter.h.
 */
#include <httpd.h>

#include "cfg/cfg.h"

/** The hooks of this room: post_config. */
void kfm_limit_register(apr_pool_t *p);

/* What is left to a client. */
typedef struct {
    const kf_limit_t *rule; /* NULL: nothing is counted */
    int requests;           /* more at once */
    int full_s;             /* until all are allowed again */
} kfm_left_t;

/** 0 if the request may go on, else the seconds until it may be tried again (at least 1). */
int kfm_limit_hit(kfm_left_t *left, const kfm_cfg_t *cfg, kfm_limit_t limit, const request_rec *r);

#endif
