#ifndef KFM_PERSON_PERSON_H
#define KFM_PERSON_PERSON_H
/* Accounts and sessions: the pages, and the API (api*.c). */
#include "auth/auth.h"
#include "json/decode.h"
#include "person/view.h"

/* -- shared by the pages without a session -- */

/**
 * Shows the page again with an act's error, at the fields or in the box on top. Returns errors that do not
 * concern the form (no database, ...).
 */
kf_err_t *kfm_auth_again(kfm_call_t *call, kfm_auth_page_t *page, const kf_visit_t *visit, kf_err_t *err);

/** A field; "" if it is missing. */
const char *kfm_auth_typed(const kf_form_t *form, const char *name);

/** *done: the browser is signed in already, and was redirected. */
kf_err_t *kfm_auth_pass_by(bool *done, kfm_call_t *call, const char *next);

/** Redirects (303) to a path and keeps ?lang=. `done` (or NULL): the key of the message about the act. */
kf_err_t *kfm_auth_go(kfm_call_t *call, const char *path, const char *done);

/** Stores the address in a cookie, for the page about the sent mail and for the sign-in. */
kf_err_t *kfm_auth_mail_to(kfm_call_t *call, const char *email);
/** The address that kfm_auth_mail_to() stored in this browser, or NULL. */
const char *kfm_auth_mail_address(kfm_call_t *call);

/* -- shared by the API -- */

/** Returns the error of an act with limited attempts, and sets its Retry-After. */
kf_err_t *kfm_auth_counted(kfm_call_t *call, const kf_visit_t *visit, kf_err_t *err);

#endif
