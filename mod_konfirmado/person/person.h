#ifndef KFM_PERSON_PERSON_H
#define KFM_PERSON_PERSON_H
/* Accounts and sign-ins: the pages, and the API (api*.c). */
#include "auth/auth.h"
#include "json/decode.h"
#include "person/view.h"

/* -- shared by the pages of who is not signed in -- */

/**
 * The page again with what an act refused: its fields, or a box on top. Errors that are none of the
 * form's (no database, ...) come back.
 */
kf_err_t *kfm_auth_again(kfm_call_t *call, kfm_auth_page_t *page, const kf_visit_t *visit, kf_err_t *err);

/** A field, "" if it did not come. */
const char *kfm_auth_typed(const kf_form_t *form, const char *name);

/** *done: somebody is signed in already, and was sent on. */
kf_err_t *kfm_auth_pass_by(bool *done, kfm_call_t *call, const char *next);

/** 303 to a path, in the language that was asked for; `done` (or NULL) says what was done. */
kf_err_t *kfm_auth_go(kfm_call_t *call, const char *path, const char *done);

/** Remembers the address for the page that says where the mail went, and for the sign-in that follows. */
kf_err_t *kfm_auth_mail_to(kfm_call_t *call, const char *email);
/** The address that kfm_auth_mail_to() remembered in this browser; NULL if it is not known. */
const char *kfm_auth_mail_address(kfm_call_t *call);

/* -- shared by the API -- */

/** The error of an act that counts tries, with its Retry-After set. */
kf_err_t *kfm_auth_counted(kfm_call_t *call, const kf_visit_t *visit, kf_err_t *err);

#endif
