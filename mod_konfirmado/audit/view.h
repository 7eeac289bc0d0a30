#ifndef KFM_AUDIT_VIEW_H
#define KFM_AUDIT_VIEW_H
/* The page of the audit log. Documents are borrowed. */
#include "page/filter.h"

/** /dashboard/audit. `doc`: kf.audit_page. */
kf_err_t *kfm_page_audit(kfm_call_t *call, const kfm_filter_t *filter, json_t *doc,
                         const kf_err_t *problem);

#endif
