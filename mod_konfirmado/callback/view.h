#ifndef KFM_CALLBACK_VIEW_H
#define KFM_CALLBACK_VIEW_H
/*
 * The pages of the messages to the merchant's system. Documents are borrowed. A `problem` (or NULL) is an
 * error to show on top of the page; its status is the answer's.
 */
#include "page/filter.h"

/* /dashboard/callbacks */
typedef struct {
    kfm_filter_t filter;
    json_t *doc;               /* kf.message_page */
    json_t *secrets;           /* kf.secret_list */
    json_t *branding;          /* kf.branding_get */
    const char *secret;        /* a secret just made, shown once; or NULL */
    const kf_err_t *problem;
} kfm_callbacks_t;

kf_err_t *kfm_page_callbacks(kfm_call_t *call, const kfm_callbacks_t *page);
/** The confirmation page before a new secret is made. */
kf_err_t *kfm_page_callback_rotate(kfm_call_t *call);
/** /dashboard/callbacks/{id}. `doc`: kf.message_doc. */
kf_err_t *kfm_page_callback(kfm_call_t *call, json_t *doc, const kf_err_t *problem);

#endif
