#ifndef KFM_BUSINESS_PRIVACY_VIEW_H
#define KFM_BUSINESS_PRIVACY_VIEW_H
/* The pages of how long data is kept, and of what is kept of a customer. */
#include "page/form.h"

/* /dashboard/privacy */
typedef struct {
    const kfm_form_t *form;
    const char *email;       /* as typed, or NULL */
    json_t *erased;          /* what was just erased (counts), or NULL */
    const kf_err_t *problem; /* of the customer's part, or NULL */
} kfm_privacy_page_t;
kf_err_t *kfm_page_privacy(kfm_call_t *call, int status, const kfm_privacy_page_t *page);
/** What follows, and are you sure. */
kf_err_t *kfm_page_erase_ask(kfm_call_t *call, const char *email);

#endif
