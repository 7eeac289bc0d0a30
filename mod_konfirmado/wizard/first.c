/*
 * Step 2 while many times of that day are held: the browser solves a proof of work, or the customer gives their
 * details first and gets the time together with the booking. The page offers both; without JavaScript it is the form.
 */
#include <apr_strings.h>

#include "flow/booking/address.h"
#include "flow/once.h"
#include "flow_ctx.h"
#include "http/body.h"
#include "tenant.h"
#include "wizard/wizard.h"

typedef struct {
    const kf_flow_t *flow;
    const kf_uuid_t *tenant;
    kf_hold_wish_t *hold;
    bool look; /* preview only: hold nothing */
    kf_hold_and_book_t both;
    kf_booked_t booked;
    kf_hold_view_t view;
} first_t;

static kf_err_t *act(kf_answer_t *out, kf_db_t *db, void *baton, apr_pool_t *p)
{
    first_t *it = baton;

    (void)out;
    return it->look ? kf_flow_hold_preview(&it->view, it->flow, db, it->tenant, it->hold, p)
                    : kf_flow_hold_and_book(&it->booked, &it->both, it->flow, db, it->tenant, p);
}

static kf_err_t *run(first_t *it, bool look, apr_pool_t *p)
{
    kf_once_ask_t plainly = {.tenant = it->tenant, .after = &it->hold->after};
    kf_once_fns_t fns = {act, NULL, it};
    kf_answer_t unused;

    it->look = look;
    return kf_flow_once(&unused, it->flow, &plainly, &fns, p);
}

/* Shows the form with the data of the hold to be. They come from a hold in a transaction that is rolled back. */
static kf_err_t *show(kfm_call_t *call, first_t *it, kfm_details_page_t *page)
{
    KF_TRY(run(it, true, call->pool));
    page->wish = it->hold;
    return kfm_page_details(call, page->errors ? 422 : page->problem ? kf_code_http(page->problem->code) : 428, page);
}

kf_err_t *kfm_wizard_first(kfm_call_t *call, const kf_form_t *form, kf_hold_wish_t *wish, const char *challenge,
                           const kfm_choice_t *choice)
{
    first_t it = {.flow = kfm_flow(call), .tenant = &call->tenant->id, .hold = wish, .both.hold = wish};
    kf_customer_t typed = {0}, checked;
    kfm_details_page_t page = {.tenant = call->tenant, .typed = &typed, .challenge = challenge,
                               .lang_forced = choice->lang_forced, .frame = choice->frame, .hold = &it.view};
    kf_book_wish_t book = {.origin = kfm_tenant_origin(call), .customer = &checked};
    kf_err_t *err;
    bool found;

    wish->details = true;
    if (!kf_form_get(form, "first")) {
        return show(call, &it, &page);
    }
    kfm_wizard_customer(&typed, call, form, wish->zone);
    checked = typed;
    page.errors = kf_customer_check(&checked, call->tenant, "", call->pool);
    if (page.errors) {
        return show(call, &it, &page);
    }
    it.both.book = &book;
    err = run(&it, false, call->pool);
    KF_TRY(kf_flow_address_ask(it.flow, it.tenant, &checked, err, call->pool));
    if (err && (err->code == KF_E_NOT_PAYABLE || err->code == KF_E_PROVIDER || err->code == KF_E_EMAIL_UNCONFIRMED)) {
        page.problem = err;
        return show(call, &it, &page);
    }
    KF_TRY(err);
    page.token = it.both.held.token;
    KF_TRY(kf_flow_hold_view(&it.view, &found, it.flow, it.tenant, page.token, call->pool));
    return kfm_wizard_booked(call, &it.booked, &page);
}
