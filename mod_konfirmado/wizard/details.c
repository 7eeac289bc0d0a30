/* Step 3: GET and POST /book/{link}/details. */
#include <apr_strings.h>
#include <string.h>

#include "flow/booking/address.h"
#include "flow/once.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "http/body.h"
#include "http/cookie.h"
#include "http/reply.h"
#include "tenant.h"
#include "wizard/wizard.h"

/* The choice that led to a hold, for the way back to its times. */
static kfm_choice_t choice_of(const kfm_details_page_t *page)
{
    return (kfm_choice_t){.service = page->hold->service_id,
                          .professional = page->hold->professional_id,
                          .zone = page->hold->customer_zone,
                          .lang_forced = page->lang_forced,
                          .frame = page->frame};
}

/* Sets the link's language. A link that was closed meanwhile does not invalidate a hold. */
static kf_err_t *speak(kfm_call_t *call, const char *link, const char *lang_forced)
{
    const kf_offer_t *offer;
    kf_instant_t now;
    kf_err_t *err = kf_flow_offer(&offer, &now, kfm_flow(call), call->tenant, link, call->pool);

    if (!err) {
        kfm_wizard_speak(call, offer, lang_forced);
    }
    return err && err->code != KF_E_LINK_INVALID ? err : NULL;
}

/* Sends the customer to the page of their booking. */
static kf_err_t *go_to_booking(kfm_call_t *call, const kf_uuid_t *id, const kfm_details_page_t *page)
{
    const char *booking = kf_uuid_text(id, call->pool);

    KF_TRY(kfm_wizard_own_booking(call, booking, page->token));
    return kfm_wizard_go(call, apr_pstrcat(call->pool, "/book/", booking, "/confirm", NULL), page->lang_forced);
}

/*
 * Finds the hold of the page. *done: there is nothing to fill in (no hold, ended
 * or already booked) and the customer was redirected. `again`: a booked hold that
 * is live is not redirected; the form is processed again. This changes nothing and
 * returns the checkout URL, which a frame without cookies gets in no other way.
 */
static kf_err_t *enter(kf_hold_view_t *hold, bool *done, kfm_call_t *call, const char *link,
                       const kfm_details_page_t *page, bool again)
{
    bool found;
    kfm_choice_t choice;

    *done = true;
    KF_TRY(kf_flow_hold_view(hold, &found, kfm_flow(call), &call->tenant->id, page->token, call->pool));
    if (!found || strcmp(hold->link, link)) {
        return kfm_wizard_go(call, apr_pstrcat(call->pool, "/book/", link, NULL), page->lang_forced);
    }
    if (hold->booked && !(again && hold->live)) {
        return go_to_booking(call, &hold->booking, page);
    }
    if (!hold->live) {
        choice = choice_of(page);
        return kfm_wizard_times(call, link, &choice, kf_err(call->pool, KF_E_HOLD_EXPIRED, "The hold has ended."),
                                hold->start);
    }
    *done = false;
    return speak(call, link, page->lang_forced);
}

kf_err_t *kfm_wizard_details(kfm_call_t *call, const char *link, const char *token, const kfm_choice_t *choice)
{
    kf_customer_t nothing = {0};
    kf_hold_view_t hold;
    kfm_details_page_t page = {.tenant = call->tenant,
                               .hold = &hold,
                               .token = token,
                               .typed = &nothing,
                               .lang_forced = choice->lang_forced,
                               .frame = choice->frame};
    bool done;

    KF_TRY(enter(&hold, &done, call, link, &page, false));
    return done ? NULL : kfm_page_details(call, 200, &page);
}

kf_err_t *kfm_handle_details(kfm_call_t *call)
{
    const kf_form_t *query;
    kfm_choice_t choice;
    const char *link;

    KF_TRY(kfm_wizard_enter(&link, call));
    KF_TRY(kfm_call_query(&query, call));
    kfm_wizard_choice(&choice, call, query);
    return kfm_wizard_details(call, link, kfm_cookie_get(call, KFM_COOKIE_HOLD), &choice);
}

typedef struct {
    const kf_flow_t *flow;
    const kf_uuid_t *tenant;
    kf_book_wish_t wish;
    kf_booked_t booked;
} book_t;

static kf_err_t *book(kf_answer_t *out, kf_db_t *db, void *baton, apr_pool_t *p)
{
    book_t *act = baton;

    (void)out;
    return kf_flow_book(&act->booked, act->flow, db, act->tenant, &act->wish, p);
}

void kfm_wizard_customer(kf_customer_t *out, kfm_call_t *call, const kf_form_t *form, const char *zone)
{
    const char *accepted = kf_form_get(form, "accepted_terms");

    out->name = kf_form_get(form, "name");
    out->email = kf_form_get(form, "email");
    out->phone = kf_form_get(form, "phone");
    out->notes = kf_form_get(form, "notes");
    out->accepted_terms = accepted && *accepted && strcmp(accepted, "0");
    out->language = call->lang;
    out->zone = zone;
}

/* There is a booking but no payment page. A frame has no cookie for the booking's page: there its form is sent again. */
static kf_err_t *unanswered(kfm_call_t *call, const kf_booked_t *booked, kfm_details_page_t *page, const kf_err_t *err)
{
    const char *booking = kf_uuid_text(&booked->row.booking, call->pool);

    KF_TRY(kfm_wizard_own_booking(call, booking, page->token));
    if (kfm_call_framed(call)) {
        page->problem = err;
        return kfm_page_details(call, kf_code_http(err->code), page);
    }
    return kfm_wizard_unanswered(call, booking, page->lang_forced);
}

kf_err_t *kfm_wizard_booked(kfm_call_t *call, kf_booked_t *booked, kfm_details_page_t *page)
{
    kfm_leave_page_t leave = {page->tenant, booked, page->hold, page->lang_forced};
    kf_err_t *err = kf_flow_checkout(booked, kfm_flow(call), &call->tenant->id, kfm_tenant_origin(call), call->pool);

    if (err && err->code == KF_E_PROVIDER) {
        return unanswered(call, booked, page, err);
    }
    KF_TRY(err);
    if (!booked->checkout_url) {
        return go_to_booking(call, &booked->row.booking, page);
    }
    KF_TRY(kfm_wizard_own_booking(call, kf_uuid_text(&booked->row.booking, call->pool), page->token));
    return kfm_call_framed(call) ? kfm_page_leave(call, &leave) : kfm_reply_redirect(call, booked->checkout_url);
}

static kf_err_t *submit(kfm_call_t *call, const char *link, kfm_details_page_t *page, const kf_form_t *form)
{
    kf_customer_t *typed = apr_palloc(call->pool, sizeof(*typed)), checked;
    book_t act = {.flow = kfm_flow(call), .tenant = &call->tenant->id};
    kf_once_ask_t plainly = {.tenant = &call->tenant->id, .after = &act.wish.after};
    kf_once_fns_t fns = {book, NULL, &act};
    kf_answer_t unused;
    kfm_choice_t choice;
    kf_err_t *err;

    kfm_wizard_customer(typed, call, form, page->hold->customer_zone);
    checked = *typed;
    page->typed = typed;
    page->errors = kf_customer_check(&checked, call->tenant, "", call->pool);
    if (page->errors) {
        return kfm_page_details(call, 422, page);
    }
    act.wish = (kf_book_wish_t){.claim = page->hold->claim,
                                .token = page->token,
                                .origin = kfm_tenant_origin(call),
                                .customer = &checked};
    err = kf_flow_once(&unused, act.flow, &plainly, &fns, call->pool);
    KF_TRY(kf_flow_address_ask(act.flow, act.tenant, &checked, err, call->pool));
    if (err && (err->code == KF_E_HOLD_EXPIRED || err->code == KF_E_SLOT_UNAVAILABLE)) {
        choice = choice_of(page);
        return kfm_wizard_times(call, link, &choice, err, page->hold->start);
    }
    if (err && (err->code == KF_E_NOT_PAYABLE || err->code == KF_E_PROVIDER || err->code == KF_E_EMAIL_UNCONFIRMED
                || err->code == KF_E_CALENDAR_UNREADABLE)) { /* the customer may submit the form again */
        page->problem = err;
        return kfm_page_details(call, kf_code_http(err->code), page);
    }
    KF_TRY(err);
    return kfm_wizard_booked(call, &act.booked, page);
}

kf_err_t *kfm_handle_details_post(kfm_call_t *call)
{
    kf_hold_view_t hold;
    kfm_details_page_t page = {.hold = &hold};
    const kf_form_t *form;
    kfm_choice_t choice;
    const char *link;
    bool done;

    KF_TRY(kfm_wizard_enter(&link, call));
    KF_TRY(kfm_body_form(&form, call));
    kfm_wizard_choice(&choice, call, form);
    page.tenant = call->tenant;
    page.lang_forced = choice.lang_forced;
    page.frame = choice.frame;
    page.token = kf_form_get(form, "token"); /* from the form, against CSRF */
    KF_TRY(enter(&hold, &done, call, link, &page, kfm_call_framed(call)));
    return done ? NULL : submit(call, link, &page, form);
}
