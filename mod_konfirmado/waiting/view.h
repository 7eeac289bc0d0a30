#ifndef KFM_WAITING_VIEW_H
#define KFM_WAITING_VIEW_H
/* The merchant's page of the waiting list. Documents are borrowed. */
#include "page/dash.h"

/** /dashboard/waiting. `doc`: kf.waiting_page, or NULL with a problem. */
kf_err_t *kfm_page_waiting_list(kfm_call_t *call, const kf_form_t *query, json_t *doc, const kf_err_t *problem);

#endif
