#ifndef KFM_HTTP_MAKE_H
#define KFM_HTTP_MAKE_H
/*
 * Creates calls. For http/, and for requests that have no row in the route table.
 */
#include "http/call.h"

/** Call in child_init: chooses a random prefix for the request ids of this process. */
void kfm_make_child_init(void);

/** "es" or "en" from ?lang=, else NULL. Does not parse the whole query. */
const char *kfm_make_asked_lang(const request_rec *r);

/** A call for a request to one of our paths. The tenant is not known yet. */
kfm_call_t *kfm_make_call(request_rec *r, kfm_cfg_t *cfg);

/** Sets the host of the call. KF_E_MALFORMED if the Host header is invalid. */
kf_err_t *kfm_make_host(kfm_call_t *call);

#endif
