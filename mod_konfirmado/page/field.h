#ifndef KFM_PAGE_FIELD_H
#define KFM_PAGE_FIELD_H
/* Shared by the two halves of page/form.h. */
#include "page/form.h"

#define KFM_FORM_TEXT 200   /* characters of a field without a maximum of its own */
#define KFM_FORM_OWN "form" /* the cause of an error whose detail is already in the reader's language */

/** The message GROUP.NAME<end> of the catalogue, or NULL. */
const char *kfm_form_word(const kfm_form_t *form, const char *name, const char *end);
/** The currency of the money fields. */
const char *kfm_form_currency(const kfm_form_t *form);

#endif
