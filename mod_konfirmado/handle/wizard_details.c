/* Step 3: GET and POST /book/{link}/details. */
#include <apr_strings.h>
#include <string.h>

#include "flow/once.h"
#include "flow_ctx.h"
#include "handle/handle.h"
#include "handle/wizard.h"
#include "http/body.h"
#include "http/cookie.h"
#include "http/reply.h"
#include "tenant.h"

/* The choice that led to a hold, to go back to its times. */
static kfm_choice_t choice_of(const kf_hold_view_t *hold, const char *lang_forced)
{
    return (kfm_choice_t){.service = hold->service_id,
                          .professional = hold->professional_id,
                          .zone = hold->customer_zone,
                          .lang_forced = lang_forced};
}

/* The link's language; a link that was closed meanwhile does not stop who holds a time already. */
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

/*
 * Finds the hold that the page is about. *done: there is nothing to fill in (no
 * hold, ended, or booked already) and the customer was sent where they belong.
 */
static kf_err_t *enter(kf_hold_view_t *hold, bool *done, kfm_call_t *call, const char *link, const char *token,
                       const char *lang_forced)
{
    bool found;
    const char *booking;
    kfm_choice_t choice;

    *done = true;
    KF_TRY(kf_flow_hold_view(hold, &found, kfm_flow(call), &call->tenant->id, token, call->pool));
    if (!found || strcmp(hold->link, link)) {
        return kfm_wizard_go(call, apr_pstrcat(call->pool, "/book/", link, NULL), lang_forced);
    }
    if (hold->booked) {
        booking = kf_uuid_text(&hold->booking, call->pool);
        KF_TRY(kfm_wizard_own_booking(call, booking, token));
        return kfm_wizard_go(call, apr_pstrcat(call->pool, "/book/", booking, "/confirm", NULL), lang_forced);
    }
    if (!hold->live) {
        choice = choice_of(hold, lang_forced);
        return kfm_wizard_times(call, link, &choice, kf_err(call->pool, KF_E_HOLD_EXPIRED, "The hold has ended."),
                                hold->start);
    }
    *done = false;
    return speak(call, link, lang_forced);
}

kf_err_t *kfm_handle_details(kfm_call_t *call)
{
    kf_customer_t nothing = {0};
    kf_hold_view_t hold;
    kfm_details_page_t page = {.hold = &hold, .typed = &nothing};
    const kf_form_t *query;
    const char *link;
    bool done;

    KF_TRY(kfm_wizard_enter(&link, call));
    KF_TRY(kfm_call_query(&query, call));
    page.tenant = call->tenant;
    page.lang_forced = kfm_choice_lang(query);
    page.token = kfm_cookie_get(call, KFM_COOKIE_HOLD);
    KF_TRY(enter(&hold, &done, call, link, page.token, page.lang_forced));
    return done ? NULL : kfm_page_details(call, 200, &page);
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

kf_err_t *kfm_wizard_booked(kfm_call_t *call, const kf_booked_t *booked, const char *token, const char *lang_forced)
{
    const char *booking = kf_uuid_text(&booked->row.booking, call->pool);

    KF_TRY(kfm_wizard_own_booking(call, booking, token));
    if (booked->checkout_url) {
        return kfm_reply_redirect(call, booked->checkout_url);
    }
    return kfm_wizard_go(call, apr_pstrcat(call->pool, "/book/", booking, "/confirm", NULL), lang_forced);
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
    act.wish = (kf_book_wish_t){page->hold->claim, page->token, kfm_tenant_origin(call), &checked, 0, NULL};
    err = kf_flow_once(&unused, act.flow, &plainly, &fns, call->pool);
    if (err && (err->code == KF_E_HOLD_EXPIRED || err->code == KF_E_SLOT_UNAVAILABLE)) {
        choice = choice_of(page->hold, page->lang_forced);
        return kfm_wizard_times(call, link, &choice, err, page->hold->start);
    }
    if (err && (err->code == KF_E_NOT_PAYABLE || err->code == KF_E_PROVIDER
                || err->code == KF_E_CALENDAR_UNREADABLE)) { /* nothing is lost: they may send it again */
        page->problem = err;
        return kfm_page_details(call, kf_code_http(err->code), page);
    }
    KF_TRY(err);
    return kfm_wizard_booked(call, &act.booked, page->token, page->lang_forced);
}

kf_err_t *kfm_handle_details_post(kfm_call_t *call)
{
    kf_hold_view_t hold;
    kfm_details_page_t page = {.hold = &hold};
    const kf_form_t *form;
    const char *link;
    bool done;

    KF_TRY(kfm_wizard_enter(&link, call));
    KF_TRY(kfm_body_form(&form, call));
    page.tenant = call->tenant;
    page.lang_forced = kfm_choice_lang(form);
    page.token = kf_form_get(form, "token"); /* in the form, so that another site cannot send it */
    KF_TRY(enter(&hold, &done, call, link, page.token, page.lang_forced));
    return done ? NULL : submit(call, link, &page, form);
}
