#ifndef KFM_PERSON_ACCOUNT_VIEW_H
#define KFM_PERSON_ACCOUNT_VIEW_H
/*
 * The pages of a signed-in person: the own account, other people and API keys.
 * `errors` are those of a form's fields, `problem` (or NULL) goes into the box on
 * top. The form keeps the typed values, except passwords.
 */
#include "page/form.h"
#include "person/view.h"

/** kfm_dash_begin(), plus the stylesheet and script of these pages and the account's owner. */
kf_err_t *kfm_account_begin(kfm_view_t *view, kfm_call_t *call, const char *nav, const char *title);

typedef struct {
    json_t *sessions;             /* the list of flow/person/sessions.h */
    json_t *factor;               /* the view of flow/person/second_factor.h */
    const kf_form_t *profile;     /* posted, or NULL */
    kf_err_t *profile_errors;
    const kf_form_t *password;
    const kf_err_t *password_errors;
    const char *problem_title, *problem_text;
} kfm_account_page_t;

kf_err_t *kfm_page_account(kfm_call_t *call, int status, const kfm_account_page_t *page);

/* The second factor: off, begun (secret), just activated (codes), or on. */
typedef struct {
    json_t *factor;
    const char *secret, *url;     /* begun: base32 and otpauth:// */
    const char *const *codes;     /* just made recovery codes; NULL-terminated */
    const kf_form_t *typed;
    const kf_err_t *errors;
    const char *problem_title, *problem_text;
} kfm_factor_page_t;

kf_err_t *kfm_page_factor(kfm_call_t *call, int status, const kfm_factor_page_t *page);

typedef struct {
    json_t *people;               /* the list of flow/person/staff.h */
    kfm_form_t *form;             /* of an invitation */
    const char *problem_title, *problem_text;
} kfm_staff_page_t;

kf_err_t *kfm_page_staff(kfm_call_t *call, int status, const kfm_staff_page_t *page);

typedef struct {
    json_t *keys;
    kfm_form_t *form;             /* of a new key */
    const char *key, *key_name;   /* of a key just made, shown once */
    const char *problem_title, *problem_text;
} kfm_keys_page_t;

kf_err_t *kfm_page_keys(kfm_call_t *call, int status, const kfm_keys_page_t *page);

/** The forms: name and language; an invitation; a new key. */
extern const kf_field_t kfm_profile_fields[2], kfm_invite_fields[4], kfm_key_fields[3];
/** The fields of the form for the password: `current_password`, `password`. */
extern const kfm_auth_field_t kfm_password_fields[3];

#endif
