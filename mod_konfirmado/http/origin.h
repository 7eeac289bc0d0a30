#ifndef KFM_HTTP_ORIGIN_H
#define KFM_HTTP_ORIGIN_H
/*
 * Protection from cross-site requests. A POST to a page is refused (403) when
 * Sec-Fetch-Site names another site or Origin names a host other than the
 * request's. Clients that send neither (curl) pass: they hold no cookie of a
 * victim.
 */
#include "http/call.h"

/** KF_E_FORBIDDEN for a state-changing request to a PAGE route from another origin. */
kf_err_t *kfm_origin_check(kfm_call_t *call);

/** The same for any route and method: a request with a session cookie must come from our own pages. */
kf_err_t *kfm_origin_own(kfm_call_t *call);

/** True if `origin` is one of the list (ASCII case-insensitive). NULL list: false. */
bool kfm_origin_listed(const char *origin, const char *const *list);

#endif
