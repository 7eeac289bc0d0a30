/* /dashboard/waiting */
#include "handle/acts.h"
#include "handle/filter.h"
#include "http/body.h"
#include "waiting/view.h"

static kf_err_t *show_waiting(kfm_call_t *call, const kf_err_t *problem)
{
    static const kfm_pair_t pairs[] = {{"after", "after"}, {NULL, NULL}};
    const kf_form_t *query;
    json_t *doc = NULL;
    kf_err_t *err;

    KF_TRY(kfm_call_query(&query, call));
    err = kfm_admin_doc(&doc, call, false, &kf_doc_waiting_page,
                        KFM_ARGS(KFM_TENANT(call), KF_TEXT(kfm_filter_wish(call, query, pairs))));
    if (err && err->code != KF_E_INVALID) {
        return err;
    }
    return kfm_page_waiting_list(call, query, doc, problem ? problem : err);
}

kf_err_t *kfm_dash_waiting(kfm_call_t *call)
{
    return show_waiting(call, NULL);
}

/* KF_E_NOT_FOUND if the entry is no longer on the list. */
kf_err_t *kfm_dash_waiting_remove(kfm_call_t *call)
{
    kf_uuid_t id;
    json_t *doc;
    kf_err_t *err;

    KF_TRY(kfm_admin_id(&id, call, "id"));
    err = kfm_admin_doc(&doc, call, true, &kf_doc_waiting_remove, KFM_ARGS(KFM_TENANT(call), KF_UUID(&id)));
    if (!err) {
        return kfm_dash_go(call, "/dashboard/waiting", "after.waiting_removed");
    }
    return kfm_filter_shown(err) ? show_waiting(call, err) : err;
}
