/* /booking/{token}: the customer's own page of a booking. */
#include "handle/acts.h"
#include "visit/visit.h"

#include <apr_strings.h>
#include <string.h>

#include "flow/hold/offer.h"
#include "flow_ctx.h"
#include "handle/admin.h"
#include "http/body.h"
#include "http/make.h"
#include "http/reply.h"
#include "tenant.h"

/* -- entering -- */

static const char *why_of(const kf_visit_t *visit, const json_t *end)
{
    const char *status = json_string_value(json_object_get(end, "status"));

    if (visit->state == KF_VISIT_WRONG) {
        return "wrong";
    }
    if (status && !strcmp(status, "cancelled")) {
        return "cancelled";
    }
    if (json_is_true(json_object_get(end, "begun"))) {
        return "begun";
    }
    return visit->state == KF_VISIT_USED ? "used" : "over";
}

/* The page of a dead link. It says only what a stranger may know. */
static kf_err_t *end(kfm_call_t *call, const kf_visit_t *visit)
{
    const char *lang;
    json_t *doc;

    if (visit->state == KF_VISIT_UNKNOWN) {
        return kfm_page_visit_end(call, 404, KFM_VISIT_UNKNOWN, NULL);
    }
    KF_TRY(kfm_admin_parse(&doc, call, visit->end));
    lang = json_string_value(json_object_get(doc, "language"));
    KF_TRY(kfm_visit_adopt(call, &visit->tenant, lang));
    return kfm_page_visit_end(call, visit->state == KF_VISIT_WRONG ? 403 : 410, why_of(visit, doc),
                              json_string_value(json_object_get(doc, "link")));
}

kf_err_t *kfm_visit_adopt(kfm_call_t *call, const kf_uuid_t *tenant, const char *lang)
{
    const kf_tenant_t *found = call->tenant;

    if (!found) {
        KF_TRY(kf_flow_tenant(&found, kfm_flow(call), "id", kf_uuid_text(tenant, call->pool), call->pool));
    }
    if (found) {
        kfm_call_set_tenant(call, found, NULL, NULL, lang ? lang : found->language);
    }
    kfm_call_set_lang(call, lang);
    return found && found->suspended ? kf_err(call->pool, KF_E_TENANT_SUSPENDED, "This business is suspended.") : NULL;
}

static bool read_time(kf_instant_t *out, const json_t *doc, const char *name)
{
    const char *text = json_string_value(json_object_get(doc, name));

    return text && kf_instant_read(out, NULL, text, strlen(text));
}

static kf_err_t *read_doc(kfm_visit_page_t *out, kfm_call_t *call)
{
    KF_TRY(kfm_admin_parse(&out->doc, call, out->visit.doc));
    if (!read_time(&out->start, out->doc, "utc_start") || !read_time(&out->end, out->doc, "utc_end")) {
        return kf_err(call->pool, KF_E_INTERNAL, "The booking cannot be read.");
    }
    return kfm_visit_adopt(call, &out->visit.tenant, json_string_value(json_object_get(out->doc, "language")));
}

kf_err_t *kfm_visit_enter(kfm_visit_page_t *out, bool *done, kfm_call_t *call, const char *purpose)
{
    const kf_uuid_t *host = call->tenant ? &call->tenant->id : NULL;
    const kf_form_t *query;

    *out = (kfm_visit_page_t){.lang_forced = kfm_make_asked_lang(call->r)};
    *done = false;
    KF_TRY(kfm_call_query(&query, call));
    out->done = kf_form_get(query, "done");
    KF_TRY(kf_flow_visit_open(&out->visit, kfm_flow(call), host, kfm_call_param(call, "token"), purpose, call->pool));
    if (out->visit.state != KF_VISIT_OPEN) {
        *done = true;
        return end(call, &out->visit);
    }
    return read_doc(out, call);
}

kf_err_t *kfm_visit_lost(kfm_call_t *call, const char *purpose)
{
    kfm_visit_page_t page;
    bool done;

    KF_TRY(kfm_visit_enter(&page, &done, call, purpose));
    return done ? NULL : kfm_page_visit_end(call, 410, "over", NULL);
}

kf_err_t *kfm_visit_go(kfm_call_t *call, const char *token, const char *step, const char *done)
{
    const char *url = kfm_visit_url(call, token, step, kfm_make_asked_lang(call->r));

    call->referrer = "no-referrer";
    return kfm_reply_redirect(call, done ? kfm_url_add(call->pool, url, "done", done) : url);
}

/* -- showing -- */

/* The page links back to the site of the booking. While the booking stands, the URL tells the site of the payment. */
static kf_err_t *show(kfm_call_t *call, kfm_visit_page_t *page, const char *email, const kf_err_t *errors)
{
    const kf_flow_t *flow = kfm_flow(call);
    kf_booking_view_t view;

    KF_TRY(kf_flow_booking_view(&view, flow, &page->visit.tenant, &page->visit.booking, NULL, call->pool));
    if (!strcmp(view.status, "paid") || !strcmp(view.status, "confirmed")) {
        KF_TRY(kf_flow_return_url(&page->back, flow, &page->visit.tenant, &view, call->pool));
    } else {
        page->back = kf_flow_return_site(&view, call->pool);
    }
    return kfm_page_visit(call, page, email, errors);
}

kf_err_t *kfm_handle_visit(kfm_call_t *call)
{
    kfm_visit_page_t page;
    bool done;

    KF_TRY(kfm_visit_enter(&page, &done, call, "view"));
    return done ? NULL : show(call, &page, NULL, NULL);
}

kf_err_t *kfm_handle_visit_receipt(kfm_call_t *call)
{
    kfm_visit_page_t page;
    bool done;

    KF_TRY(kfm_visit_enter(&page, &done, call, "view"));
    return done ? NULL : kfm_page_visit_receipt(call, &page);
}

kf_err_t *kfm_handle_visit_calendar(kfm_call_t *call)
{
    kfm_visit_page_t page;
    const char *ics;
    size_t len;
    bool done;

    KF_TRY(kfm_visit_enter(&page, &done, call, "view"));
    if (done) {
        return NULL;
    }
    if (!kfm_visit_is(&page, "paid") && !kfm_visit_is(&page, "confirmed")) {
        return kfm_visit_go(call, page.visit.token, "", NULL); /* no appointment: the page says why */
    }
    KF_TRY(kfm_visit_calendar(&ics, &len, call, &page));
    call->referrer = "no-referrer";
    kfm_reply_header(call, "Content-Disposition", "attachment; filename=\"cita.ics\"");
    return kfm_reply_bytes(call, 200, "text/calendar; charset=utf-8; method=PUBLISH", ics, len);
}

/* -- acting -- */

/* On a conflict the booking's page shows its state. Only a wrong e-mail address is shown as an error. */
kf_err_t *kfm_handle_visit_act(kfm_call_t *call)
{
    char act[KF_TOKEN_CHARS + 1];
    const char *purpose, *email;
    const kf_form_t *form;
    kfm_visit_page_t page;
    kf_err_t *err;
    bool done;
    int wait;

    KF_TRY(kfm_body_form(&form, call));
    KF_TRY(kfm_visit_enter(&page, &done, call, "view"));
    if (done) {
        return NULL;
    }
    purpose = kf_form_get(form, "act");
    email = kf_form_get(form, "email");
    purpose = purpose && !strcmp(purpose, "cancel") ? "cancel" : "move";
    KF_TRY(kf_flow_visit_try(&wait, kfm_flow(call), &page.visit, call->pool));
    if (wait) {
        kfm_reply_retry_after(call, wait);
        return kf_err_said(call->pool, KF_E_RATE_LIMITED, "There were too many attempts. Wait {1} minutes.",
                           apr_itoa(call->pool, (wait + 59) / 60), NULL);
    }
    err = kf_flow_visit_begin(act, kfm_flow(call), &page.visit, purpose, email ? email : "", call->pool);
    if (!err) {
        return kfm_visit_go(call, act, apr_pstrcat(call->pool, "/", purpose, NULL), NULL);
    }
    if (err->code == KF_E_INVALID) {
        return show(call, &page, email, err);
    }
    if (err->code == KF_E_TOKEN_WRONG) {
        return kfm_visit_lost(call, "view");
    }
    return err->code == KF_E_CONFLICT ? kfm_visit_go(call, page.visit.token, "", NULL) : err;
}

kf_err_t *kfm_handle_visit_reminders(kfm_call_t *call)
{
    kfm_visit_page_t page;
    bool done;

    KF_TRY(kfm_visit_enter(&page, &done, call, "reminders"));
    return done ? NULL : kfm_page_visit_reminders(call, &page);
}

/* RFC 8058, from a mail program: no page, no redirect. It succeeds if no reminder is left to send. */
static kf_err_t *end_reminders(kfm_call_t *call)
{
    const kf_uuid_t *host = call->tenant ? &call->tenant->id : NULL;
    kf_visit_t visit;
    kf_err_t *err;

    KF_TRY(kf_flow_visit_open(&visit, kfm_flow(call), host, kfm_call_param(call, "token"), "reminders", call->pool));
    if (visit.state == KF_VISIT_UNKNOWN || visit.state == KF_VISIT_WRONG) {
        return kf_err(call->pool, KF_E_NOT_FOUND, "This link is not valid.");
    }
    err = visit.state == KF_VISIT_OPEN ? kf_flow_visit_reminders(kfm_flow(call), &visit, false, call->pool) : NULL;
    return err && err->code != KF_E_TOKEN_WRONG ? err : kfm_reply_empty(call, HTTP_OK);
}

kf_err_t *kfm_handle_visit_reminders_post(kfm_call_t *call)
{
    const kf_form_t *form;
    kfm_visit_page_t page;
    const char *on;
    kf_err_t *err;
    bool one_click, done, view;

    KF_TRY(kfm_body_one_click(&one_click, call));
    if (one_click) {
        return end_reminders(call);
    }
    KF_TRY(kfm_body_form(&form, call));
    KF_TRY(kfm_visit_enter(&page, &done, call, "reminders"));
    if (done) {
        return NULL;
    }
    on = kf_form_get(form, "on");
    view = !strcmp(page.visit.purpose, "view");
    err = kf_flow_visit_reminders(kfm_flow(call), &page.visit, on && !strcmp(on, "1"), call->pool);
    if (err && err->code == KF_E_TOKEN_WRONG) {
        return kfm_visit_lost(call, "reminders");
    }
    KF_TRY(err);
    return kfm_visit_go(call, page.visit.token, view ? "" : "/reminders",
                        on && !strcmp(on, "1") ? "reminders_on" : "reminders_off");
}

kf_err_t *kfm_handle_visit_pay(kfm_call_t *call)
{
    kfm_visit_page_t page;
    kf_booked_t booked;
    kf_err_t *err;
    bool done;

    KF_TRY(kfm_visit_enter(&page, &done, call, "view"));
    if (done) {
        return NULL;
    }
    err = kf_flow_visit_pay(&booked, kfm_flow(call), &page.visit, kfm_tenant_origin(call), call->pool);
    if (err && err->code == KF_E_TOKEN_WRONG) {
        return kfm_visit_lost(call, "view");
    }
    if (err && err->code == KF_E_PROVIDER) {
        return kfm_visit_go(call, page.visit.token, "", "unanswered");
    }
    if ((err && (err->code == KF_E_HOLD_EXPIRED || err->code == KF_E_NOT_PAYABLE)) || (!err && !booked.checkout_url)) {
        return kfm_visit_go(call, page.visit.token, "", NULL); /* the page shows the state */
    }
    KF_TRY(err);
    call->referrer = "no-referrer";
    return kfm_reply_redirect(call, booked.checkout_url);
}
