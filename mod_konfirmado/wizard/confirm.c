/* Step 4: GET /book/{booking}/confirm and POST /book/{booking}/retry. */
#include <apr_strings.h>
#include <string.h>

#include "flow/once.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "http/body.h"
#include "http/cookie.h"
#include "http/reply.h"
#include "tenant.h"
#include "wizard/wizard.h"

static kf_err_t *enter(kf_uuid_t *booking, kfm_call_t *call)
{
    const char *id = kfm_call_param(call, "booking");

    if (!kf_uuid_read(booking, id, strlen(id))) {
        return kf_err(call->pool, KF_E_NOT_FOUND, "There is no such booking.");
    }
    return kfm_tenant_of_booking(call, id);
}

/* The transaction id in the payer's URL. It is only a hint which transaction to read, so only its form is checked. */
static const char *tx_hint(const kf_form_t *query)
{
    const char *tx = kf_form_get(query, "id");

    if (!tx || !*tx || strlen(tx) > 64 || strspn(tx, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
                                              != strlen(tx)) {
        return NULL;
    }
    return tx;
}

kf_err_t *kfm_handle_confirm(kfm_call_t *call)
{
    const kf_flow_t *flow = kfm_flow(call);
    kf_booking_view_t view;
    kfm_confirm_page_t page = {.booking = &view};
    const kf_form_t *query;
    kf_uuid_t booking;

    KF_TRY(enter(&booking, call));
    KF_TRY(kfm_call_query(&query, call));
    page.token = kfm_cookie_get(call, KFM_COOKIE_BOOKING);
    KF_TRY(kf_flow_booking_view(&view, flow, &call->tenant->id, &booking, page.token, call->pool));
    kfm_call_set_lang(call, view.language);
    if (!strcmp(view.status, "pending")) {
        KF_TRY(kf_flow_payer_returned(flow, &call->tenant->id, &booking, tx_hint(query), call->pool));
    }
    if (!strcmp(view.status, "paid") || !strcmp(view.status, "confirmed")) {
        KF_TRY(kf_flow_return_url(&page.return_url, flow, &call->tenant->id, &view, call->pool));
    } else {
        page.site_url = kf_flow_return_site(&view, call->pool);
    }
    page.tenant = call->tenant;
    page.unanswered = kf_form_get(query, "unanswered") != NULL;
    return kfm_page_confirm(call, &page);
}

typedef struct {
    const kf_flow_t *flow;
    const kf_uuid_t *tenant;
    kf_again_wish_t wish;
    kf_booked_t again;
} retry_t;

static kf_err_t *pay_again(kf_answer_t *out, kf_db_t *db, void *baton, apr_pool_t *p)
{
    retry_t *act = baton;

    (void)out;
    return kf_flow_pay_again(&act->again, act->flow, db, act->tenant, &act->wish, p);
}

kf_err_t *kfm_handle_retry(kfm_call_t *call)
{
    retry_t act = {.flow = kfm_flow(call)};
    kf_once_fns_t fns = {pay_again, NULL, &act};
    kf_once_ask_t plainly = {.after = &act.wish.after};
    const kf_form_t *form;
    kf_answer_t unused;
    kf_err_t *err;

    KF_TRY(enter(&act.wish.booking, call));
    KF_TRY(kfm_body_form(&form, call));
    plainly.tenant = act.tenant = &call->tenant->id;
    act.wish.origin = kfm_tenant_origin(call);
    act.wish.token = kf_form_get(form, "token");
    if (!act.wish.token) {
        act.wish.token = kfm_cookie_get(call, KFM_COOKIE_BOOKING);
    }
    if (!act.wish.token) {
        return kf_err(call->pool, KF_E_TOKEN_WRONG, "This booking was made in another browser.");
    }
    err = kf_flow_once(&unused, act.flow, &plainly, &fns, call->pool);
    if (!err) {
        err = kf_flow_checkout(&act.again, act.flow, act.tenant, act.wish.origin, call->pool);
    }
    if (err && err->code == KF_E_PROVIDER) {
        return kfm_wizard_unanswered(call, kfm_call_param(call, "booking"), kfm_choice_lang(form));
    }
    if (err ? err->code == KF_E_HOLD_EXPIRED || err->code == KF_E_NOT_PAYABLE : !act.again.checkout_url) {
        return kfm_wizard_go(call, apr_pstrcat(call->pool, "/book/", kfm_call_param(call, "booking"), "/confirm", NULL),
                             kfm_choice_lang(form)); /* its page shows the status */
    }
    KF_TRY(err);
    return kfm_reply_redirect(call, act.again.checkout_url);
}
