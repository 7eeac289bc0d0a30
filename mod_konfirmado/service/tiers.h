#ifndef KFM_SERVICE_TIERS_H
#define KFM_SERVICE_TIERS_H
/*
 * What is given back when a customer cancels, as rows of a form: t1.hours and t1.percent to t5.
 * A row whose two fields are empty is none.
 */
#include "page/form.h"

/** Sets cancel_tiers of the document; what is wrong with a row is added to form->errors at its field. */
void kfm_tiers_read(json_t *doc, kfm_form_t *form);

/**
 * Sets tiers of the view (array: number, hours_name, hours, percent_name, percent, error or null,
 * hours_bad, percent_bad), and policy: the sentences of what the form says, as far as it can be read.
 */
void kfm_tiers_show(kfm_view_t *view, const kfm_form_t *form);

#endif
