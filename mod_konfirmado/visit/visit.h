#ifndef KFM_VISIT_VISIT_H
#define KFM_VISIT_VISIT_H
/* Shared by the handlers of the links in a customer's mails. */
#include "visit/view.h"

/**
 * Reads the booking of the token in the path; its business becomes the call's, its language the page's.
 * *done: the link is dead, and the answer says so.
 */
kf_err_t *kfm_visit_enter(kfm_visit_page_t *out, bool *done, kfm_call_t *call, const char *purpose);

/** The page of the current state, after an act that the token no longer permits. */
kf_err_t *kfm_visit_lost(kfm_call_t *call, const char *purpose);

/** Redirects (303) to a page of a token. `done`: a word of visit.done, or NULL. */
kf_err_t *kfm_visit_go(kfm_call_t *call, const char *token, const char *step, const char *done);

/** Makes the business of a token the call's, unless the host has set one. */
kf_err_t *kfm_visit_adopt(kfm_call_t *call, const kf_uuid_t *tenant, const char *lang);

#endif
