#ifndef KFM_PERSON_VIEW_H
#define KFM_PERSON_VIEW_H
/*
 * The pages without a session: each is one form in a card, described here and
 * rendered by one template (person/form). The form keeps the typed values, except
 * passwords. Words: auth.PAGE.title, .intro, .submit; auth.field.WORDS.label, .hint
 * and one sentence for each error (required, too_short, too_long, invalid).
 */
#include "page/view.h"

typedef enum { KFM_INPUT_TEXT, KFM_INPUT_EMAIL, KFM_INPUT_PASSWORD, KFM_INPUT_CODE } kfm_input_t;

/* One field of a form. */
typedef struct {
    const char *name;         /* of the input, and of the error's field */
    const char *words;        /* auth.field.WORDS... */
    kfm_input_t input;
    const char *autocomplete;
    int min, max;             /* characters */
} kfm_auth_field_t;

typedef struct {
    const char *name, *value;
} kfm_auth_value_t;

typedef struct {
    const char *page;                 /* "login": which words */
    const char *action;               /* the path of the form; NULL: no form */
    const kfm_auth_field_t *fields;   /* terminated by the name NULL; NULL: none */
    kfm_auth_value_t hidden[4];       /* terminated by the name NULL */
    kfm_auth_value_t links[3];        /* path and key of the words ("auth.login.forgot"); terminated likewise */
    kfm_auth_value_t other;           /* a second button: its value of the field `way`, and its words */
    const char *lang;                 /* of the mail that led here, kept for the next pages; or NULL */
    const char *intro;                /* instead of auth.PAGE.intro */
    const char *username;             /* of the account whose password is set, for password managers; or NULL */
    const kf_form_t *typed;           /* NULL: nothing yet */
    const kf_err_t *errors;           /* of fields, shown beside them and on top */
    const char *problem_title, *problem_text; /* a box on top; NULL: none */
    json_t *access;                   /* of kf_flow_reset_look(), shown with a box to end the keys; or NULL */
    bool letter;                      /* the page is about a sent mail: its button is secondary */
} kfm_auth_page_t;

/** Renders and answers; ?done=KEY shows auth.done.KEY. */
kf_err_t *kfm_page_auth(kfm_call_t *call, int status, const kfm_auth_page_t *page);

/**
 * Adds a list of fields for {{> person/field}} to the view as `name`, and their errors to the view's errors.
 * `typed` and `errors` may be NULL.
 */
void kfm_auth_fields(kfm_view_t *view, const char *name, const kfm_auth_field_t *fields, const kf_form_t *typed,
                     const kf_err_t *errors);

/** A local path with ?lang= kept. */
const char *kfm_auth_url(kfm_call_t *call, const char *path);

/** "Wait 12 minutes" of KF_E_RATE_LIMITED. */
const char *kfm_auth_wait(kfm_call_t *call, int seconds);

#endif
