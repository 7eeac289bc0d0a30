/* /dashboard/audit */
#include "audit/view.h"
#include "handle/acts.h"
#include "handle/filter.h"

kf_err_t *kfm_dash_audit(kfm_call_t *call)
{
    static const kfm_pair_t pairs[] = {{"from", "from"}, {"to", "to"},       {"object_type", "type"},
                                       {"actor", "actor"}, {"after", "after"}, {NULL, NULL}};
    kfm_filter_t filter;
    json_t *doc = NULL;
    kf_err_t *err;

    KF_TRY(kfm_filter_read(&filter, call, false));
    err = kfm_admin_doc(&doc, call, false, &kf_doc_audit_page,
                        KFM_ARGS(KFM_TENANT(call), KF_TEXT(kfm_filter_wish(call, filter.query, pairs))));
    if (err && err->code != KF_E_INVALID) {
        return err;
    }
    return kfm_page_audit(call, &filter, doc, err);
}
