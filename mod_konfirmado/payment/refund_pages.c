/* /dashboard/refunds: refunds and credits that a person has to handle. */
#include <apr_strings.h>
#include <string.h>

#include "handle/acts.h"
#include "handle/filter.h"
#include "http/body.h"
#include "page/say.h"
#include "payment/refund_view.h"

/* `form`: the received form of one of them, or NULL. */
static kf_err_t *refunds(kfm_call_t *call, const kf_err_t *problem, const kf_form_t *form)
{
    static const kfm_pair_t pairs[] = {{"after", "after"}, {NULL, NULL}};
    kfm_refunds_t page = {.problem = problem,
                          .id = form ? kfm_call_param(call, "id") : NULL,
                          .typed = form ? kf_form_get(form, "note") : NULL};
    const char *show, *wish;
    bool all;

    KF_TRY(kfm_call_query(&page.query, call));
    KF_TRY(kfm_filter_now(NULL, NULL, &page.now, call));
    show = kfm_filter_field(page.query, "show");
    all = show && !strcmp(show, "all");
    wish = kfm_filter_wish(call, page.query, pairs);
    if (!all) {
        wish = apr_pstrcat(call->pool, "{\"state\":\"open\"", wish[1] == '}' ? "" : ",", wish + 1, NULL);
    }
    KF_TRY(kfm_admin_doc(&page.doc, call, false, &kf_doc_refund_page,
                         KFM_ARGS(KFM_TENANT(call), KF_TEXT(wish))));
    KF_TRY(kfm_admin_doc(&page.credits, call, false, &kf_doc_credit_page,
                         KFM_ARGS(KFM_TENANT(call),
                                  KF_TEXT(all ? "{\"state\":\"all\"}" : "{\"state\":\"open\"}"))));
    return kfm_page_refunds(call, &page);
}

kf_err_t *kfm_dash_refunds(kfm_call_t *call)
{
    return refunds(call, NULL, NULL);
}

static kf_err_t *after(kfm_call_t *call, kf_err_t *err, const kf_form_t *form, const char *done)
{
    if (!err) {
        return kfm_dash_go(call, "/dashboard/refunds", done);
    }
    return kfm_filter_shown(err) ? refunds(call, err, form) : err;
}

/* An act on the refund or payment of the path, with those fields of the form. */
static kf_err_t *act(kfm_call_t *call, const kf_stmt_t *stmt, const kfm_pair_t *pairs, const char *done)
{
    const kf_form_t *form;
    kf_uuid_t id;
    json_t *doc;

    KF_TRY(kfm_admin_id(&id, call, "id"));
    KF_TRY(kfm_body_form(&form, call));
    return after(call,
                 kfm_admin_doc(&doc, call, true, stmt,
                               KFM_ARGS(KFM_TENANT(call), KF_UUID(&id),
                                        KF_TEXT(kfm_filter_wish(call, form, pairs)))),
                 form, done);
}

kf_err_t *kfm_dash_refund_done(kfm_call_t *call)
{
    static const kfm_pair_t pairs[] = {{"note", "note"}, {NULL, NULL}};

    return act(call, &kf_doc_refund_done, pairs, "ops.marked");
}

kf_err_t *kfm_dash_refund_retry(kfm_call_t *call)
{
    kf_uuid_t id;
    json_t *doc;

    KF_TRY(kfm_admin_id(&id, call, "id"));
    return after(call,
                 kfm_admin_doc(&doc, call, true, &kf_doc_refund_retry,
                               KFM_ARGS(KFM_TENANT(call), KF_UUID(&id))),
                 NULL, "ops.retried");
}

kf_err_t *kfm_dash_credit(kfm_call_t *call)
{
    static const kfm_pair_t pairs[] = {{"action", "action"}, {"note", "note"}, {NULL, NULL}};

    return act(call, &kf_doc_credit_resolve, pairs, "ops.resolved");
}
