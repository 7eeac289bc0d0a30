#ifndef KFM_VISIT_VISIT_H
#define KFM_VISIT_VISIT_H
/* The links in a customer's mails: what their handlers share. */
#include "visit/view.h"

/**
 * The booking of the token in the path, its business made the call's and its language the page's.
 * *done: the link leads nowhere (any more), and was answered with a page that says so.
 */
kf_err_t *kfm_visit_enter(kfm_visit_page_t *out, bool *done, kfm_call_t *call, const char *purpose);

/** After an act that the token was not good for: the page that says how it stands now. */
kf_err_t *kfm_visit_lost(kfm_call_t *call, const char *purpose);

/** 303 to a page of a token. `done`: a word of visit.done, or NULL. */
kf_err_t *kfm_visit_go(kfm_call_t *call, const char *token, const char *step, const char *done);

/** Makes the business of a token the call's, when the host has not told it. */
kf_err_t *kfm_visit_adopt(kfm_call_t *call, const kf_uuid_t *tenant, const char *lang);

#endif
