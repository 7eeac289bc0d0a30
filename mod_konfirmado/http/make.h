#ifndef KFM_HTTP_MAKE_H
#define KFM_HTTP_MAKE_H
/*
 * The beginning of a call: who asks what, on which host. For http/, and for what has no row in the table.
 */
#include "http/call.h"

/** In child_init: request ids of this process get a random beginning of their own. */
void kfm_make_child_init(void);

/** "es" or "en" if the query asks for it with ?lang=, else NULL; does not parse the whole query. */
const char *kfm_make_asked_lang(const request_rec *r);

/** A call for a request to a path of ours. The tenant is not known yet. */
kfm_call_t *kfm_make_call(request_rec *r, kfm_cfg_t *cfg);

/** KF_E_MALFORMED if the Host header cannot be one. */
kf_err_t *kfm_make_host(kfm_call_t *call);

#endif
