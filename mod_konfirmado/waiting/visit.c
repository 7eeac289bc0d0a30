/* /book/{link}/waiting: joins the waiting list. /waiting/{token}: confirm, leave, and accept an offer. */
#include <apr_strings.h>
#include <string.h>

#include "flow/hold/offer.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "handle/admin.h"
#include "http/body.h"
#include "http/cookie.h"
#include "http/make.h"
#include "http/reply.h"
#include "visit/visit.h"
#include "waiting/visit_view.h"
#include "wizard/wizard.h"

#define HOLD_COOKIE_S 3600

/* -- joining -- */

static bool is_about(const kf_err_t *err, const char *field)
{
    return err->code == KF_E_INVALID && err->field && !strcmp(err->field, field);
}

/* Reads the link, the service and the day of the entry. An error if the service or the day is missing or invalid. */
static kf_err_t *enter(kfm_join_page_t *page, kfm_choice_t *choice, kfm_call_t *call, const kf_form_t *form)
{
    kf_instant_t now;

    kfm_choice_read(choice, form);
    *page = (kfm_join_page_t){.choice = choice};
    KF_TRY(kfm_wizard_enter(&page->link, call));
    KF_TRY(kf_flow_offer(&page->offer, &now, kfm_flow(call), call->tenant, page->link, call->pool));
    KF_TRY(kf_offer_usable(page->offer, now, call->pool));
    kfm_wizard_speak(call, page->offer, choice->lang_forced);
    if (!call->tenant->waiting) {
        return kf_err_field(call->pool, KF_E_INVALID, "day", "This business has no waiting list.");
    }
    page->service = choice->service ? kf_offer_service(page->offer, choice->service) : page->offer->service;
    if (page->service < 0) {
        return kf_err_field(call->pool, KF_E_INVALID, "service", "This link does not offer that service.");
    }
    if (!choice->day || !kf_date_read(&page->day, choice->day, strlen(choice->day))) {
        return kf_err_field(call->pool, KF_E_INVALID, "from", "This must be a date like 2026-12-01.");
    }
    return NULL;
}

/* Redirects to step 1 after an invalid field. */
static kf_err_t *choose_again(kfm_call_t *call, const kfm_choice_t *choice, kf_err_t *err)
{
    const char *link = kfm_call_param(call, "link");

    if (err->code != KF_E_INVALID || !call->tenant) {
        return err;
    }
    return kfm_wizard_go(call, apr_pstrcat(call->pool, "/book/", link, NULL), choice->lang_forced);
}

kf_err_t *kfm_handle_waiting(kfm_call_t *call)
{
    const kf_form_t *query;
    kfm_join_page_t page;
    kfm_choice_t choice;
    const char *done;
    kf_err_t *err;

    KF_TRY(kfm_call_query(&query, call));
    err = enter(&page, &choice, call, query);
    if (err) {
        return choose_again(call, &choice, err);
    }
    done = kf_form_get(query, "done");
    page.done = done && !strcmp(done, "joined");
    return kfm_page_waiting(call, &page);
}

static kf_err_t *join(kfm_call_t *call, kfm_join_page_t *page)
{
    const kfm_choice_t *choice = page->choice;
    const char *url;
    kf_waiting_wish_t wish = {.link = page->link,
                              .service = page->offer->services[page->service].id_text,
                              .professional = choice->professional,
                              .day = choice->day,
                              .name = page->name,
                              .email = page->email,
                              .language = call->lang,
                              .zone = choice->zone,
                              .ip = call->client_ip};
    kf_err_t *err = kf_flow_waiting_join(kfm_flow(call), &call->tenant->id, &wish, call->pool);

    if (err && (is_about(err, "name") || is_about(err, "email"))) {
        page->errors = err;
        return kfm_page_waiting(call, page);
    }
    if (err && err->code == KF_E_CONFLICT) {
        page->has_times = true;
        return kfm_page_waiting(call, page);
    }
    if (err) {
        return choose_again(call, choice, err);
    }
    url = kfm_url(call->pool, page->link, "/waiting", "service", wish.service, "professional", choice->professional,
                  "timezone", choice->zone, "day", choice->day, "done", "joined", NULL);
    return kfm_wizard_go(call, url, choice->lang_forced);
}

kf_err_t *kfm_handle_waiting_post(kfm_call_t *call)
{
    const kf_form_t *form;
    kfm_join_page_t page;
    kfm_choice_t choice;
    kf_err_t *err;

    KF_TRY(kfm_body_form(&form, call));
    err = enter(&page, &choice, call, form);
    if (err) {
        return choose_again(call, &choice, err);
    }
    page.name = kf_form_get(form, "name");
    page.email = kf_form_get(form, "email");
    return join(call, &page);
}

/* -- the links -- */

static kf_err_t *read_waiting(kfm_waiting_page_t *out, kfm_call_t *call)
{
    const char *lang;

    KF_TRY(kfm_admin_parse(&out->doc, call, out->waiting.doc ? out->waiting.doc : "{}"));
    lang = json_string_value(json_object_get(out->doc, "language"));
    return kfm_visit_adopt(call, &out->waiting.tenant, lang);
}

/* The act of a mail's link, and the words of visit.end for a dead link. */
typedef struct {
    const char *kind, *used, *over;
} act_t;

static const act_t act_leave = {"leave", "waiting_used", "waiting_over"};
static const act_t act_confirm = {"leave", "waiting_used", "confirm_over"};
static const act_t act_offer = {"offer", "offer_used", "offer_over"};

static kf_err_t *open_waiting(kfm_waiting_page_t *out, bool *done, kfm_call_t *call, const act_t *act)
{
    const kf_uuid_t *host = call->tenant ? &call->tenant->id : NULL;

    *out = (kfm_waiting_page_t){.lang_forced = kfm_make_asked_lang(call->r)};
    KF_TRY(kf_flow_waiting_open(&out->waiting, kfm_flow(call), host, kfm_call_param(call, "token"), act->kind,
                                call->pool));
    *done = out->waiting.state != KF_WAITING_OPEN;
    if (out->waiting.state == KF_WAITING_UNKNOWN) {
        return kfm_page_visit_end(call, 404, KFM_VISIT_UNKNOWN, NULL);
    }
    KF_TRY(read_waiting(out, call));
    if (!*done) {
        return NULL;
    }
    return kfm_page_waiting_end(call, out, 410, out->waiting.state == KF_WAITING_USED ? act->used : act->over);
}

/* The entry or offer ended between the page and the act. Says how. */
static kf_err_t *lost(kfm_call_t *call, const act_t *act)
{
    kfm_waiting_page_t page;
    bool done;

    KF_TRY(open_waiting(&page, &done, call, act));
    return done ? NULL : kfm_page_waiting_end(call, &page, 410, act->over);
}

kf_err_t *kfm_handle_waiting_confirm(kfm_call_t *call)
{
    kfm_waiting_page_t page;
    const char *state;
    bool done;

    KF_TRY(open_waiting(&page, &done, call, &act_confirm));
    if (done) {
        return NULL;
    }
    state = json_string_value(json_object_get(page.doc, "state"));
    return kfm_page_waiting_confirm(call, &page, !state || strcmp(state, "unverified") != 0);
}

kf_err_t *kfm_handle_waiting_confirm_post(kfm_call_t *call)
{
    kfm_waiting_page_t page;
    kf_err_t *err;
    bool done;

    KF_TRY(open_waiting(&page, &done, call, &act_confirm));
    if (done) {
        return NULL;
    }
    err = kf_flow_waiting_confirm(kfm_flow(call), &page.waiting, call->pool);
    if (err && err->code == KF_E_TOKEN_WRONG) {
        return lost(call, &act_confirm);
    }
    if (err && err->code == KF_E_CONFLICT) {
        return kfm_page_waiting_end(call, &page, 409, strcmp(err->field, "email") ? "confirm_full" : "confirm_enough");
    }
    KF_TRY(err);
    return kfm_page_waiting_confirm(call, &page, true);
}

kf_err_t *kfm_handle_waiting_leave(kfm_call_t *call)
{
    kfm_waiting_page_t page;
    bool done;

    KF_TRY(open_waiting(&page, &done, call, &act_leave));
    return done ? NULL : kfm_page_waiting_leave(call, &page, false);
}

/* RFC 8058, from a mail program: no page, no redirect. It succeeds if the entry has ended already. */
static kf_err_t *leave_at_once(kfm_call_t *call)
{
    const kf_uuid_t *host = call->tenant ? &call->tenant->id : NULL;
    kf_waiting_t waiting;
    kf_err_t *err;

    KF_TRY(kf_flow_waiting_open(&waiting, kfm_flow(call), host, kfm_call_param(call, "token"), "leave", call->pool));
    if (waiting.state == KF_WAITING_UNKNOWN) {
        return kf_err(call->pool, KF_E_NOT_FOUND, "This link is not valid.");
    }
    err = waiting.state == KF_WAITING_OPEN ? kf_flow_waiting_leave(kfm_flow(call), &waiting, call->pool) : NULL;
    return err && err->code != KF_E_TOKEN_WRONG ? err : kfm_reply_empty(call, HTTP_OK);
}

/* The token is used up, so the answer is the page itself, not a redirect. */
kf_err_t *kfm_handle_waiting_leave_post(kfm_call_t *call)
{
    kfm_waiting_page_t page;
    bool one_click, done;
    kf_err_t *err;

    KF_TRY(kfm_body_one_click(&one_click, call));
    if (one_click) {
        return leave_at_once(call);
    }

    KF_TRY(open_waiting(&page, &done, call, &act_leave));
    if (done) {
        return NULL;
    }
    err = kf_flow_waiting_leave(kfm_flow(call), &page.waiting, call->pool);
    if (err && err->code == KF_E_TOKEN_WRONG) {
        return lost(call, &act_leave);
    }
    KF_TRY(err);
    return kfm_page_waiting_leave(call, &page, true);
}

kf_err_t *kfm_handle_waiting_offer(kfm_call_t *call)
{
    kfm_waiting_page_t page;
    bool done;

    KF_TRY(open_waiting(&page, &done, call, &act_offer));
    return done ? NULL : kfm_page_waiting_offer(call, &page);
}

kf_err_t *kfm_handle_waiting_offer_post(kfm_call_t *call)
{
    kfm_waiting_page_t page;
    const char *link, *path;
    kf_held_t held;
    kf_err_t *err;
    bool done;

    KF_TRY(open_waiting(&page, &done, call, &act_offer));
    if (done) {
        return NULL;
    }
    err = kf_flow_waiting_take(&held, kfm_flow(call), &page.waiting, call->pool);
    if (err && (err->code == KF_E_TOKEN_WRONG || err->code == KF_E_HOLD_EXPIRED)) {
        return lost(call, &act_offer);
    }
    KF_TRY(err);
    link = json_string_value(json_object_get(page.doc, "link"));
    if (!link) {
        return kf_err(call->pool, KF_E_INTERNAL, "The offer has no link.");
    }
    path = apr_pstrcat(call->pool, "/book/", link, NULL);
    KF_TRY(kfm_cookie_set(call, KFM_COOKIE_HOLD, held.token, path, HOLD_COOKIE_S));
    call->referrer = "no-referrer";
    return kfm_wizard_go(call, apr_pstrcat(call->pool, path, "/details", NULL), page.lang_forced);
}
