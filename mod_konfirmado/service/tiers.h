#ifndef KFM_SERVICE_TIERS_H
#define KFM_SERVICE_TIERS_H
/*
 * The refund tiers of a customer's cancellation, as rows of a form: t1.hours and t1.percent to t5.
 * A row with two empty fields is ignored.
 */
#include "page/form.h"

/** Sets cancel_tiers of the document. Adds the errors of a row to form->errors at its field. */
void kfm_tiers_read(json_t *doc, kfm_form_t *form);

/**
 * Sets tiers of the view (array: number, hours_name, hours, percent_name, percent, error or null,
 * hours_bad, percent_bad), and policy: the policy of the form in sentences, as far as the form is valid.
 */
void kfm_tiers_show(kfm_view_t *view, const kfm_form_t *form);

#endif
