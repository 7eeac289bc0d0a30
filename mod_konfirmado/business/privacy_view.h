#ifndef KFM_BUSINESS_PRIVACY_VIEW_H
#define KFM_BUSINESS_PRIVACY_VIEW_H
/* The pages of the retention period and of a customer's data. */
#include "page/form.h"

/* /dashboard/privacy */
typedef struct {
    const kfm_form_t *form;
    const char *email;       /* as typed, or NULL */
    json_t *erased;          /* counts of what was just erased, or NULL */
    const kf_err_t *problem; /* of the customer's part, or NULL */
} kfm_privacy_page_t;
kf_err_t *kfm_page_privacy(kfm_call_t *call, int status, const kfm_privacy_page_t *page);
/** The confirmation page of an erasure, with its consequences. */
kf_err_t *kfm_page_erase_ask(kfm_call_t *call, const char *email);

#endif
