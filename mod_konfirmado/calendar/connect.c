/* /connect-calendar/{token}: a professional connects a calendar. */
#include <apr_strings.h>
#include <string.h>

#include "calendar/connect_view.h"
#include "crypto/hash.h"
#include "flow/calendar/connect.h"
#include "flow/hold/offer.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "handle/admin.h"
#include "http/body.h"
#include "http/cookie.h"
#include "http/reply.h"

#define NO_REFERRER "no-referrer"

/* The prefix makes browsers refuse one that another host or http has set. */
static const char *cookie_name(const kfm_call_t *call)
{
    return call->https ? "__Host-kf_connect" : "kf_connect";
}

static const char *browser_of(kfm_call_t *call)
{
    return kfm_cookie_get(call, cookie_name(call));
}

/* Redirects to a path below the invitation's. */
static kf_err_t *go(kfm_call_t *call, const char *token, const char *step, const char *why)
{
    const char *url = apr_pstrcat(call->pool, "/connect-calendar/", token, step, NULL);

    call->referrer = NO_REFERRER;
    return kfm_reply_redirect(call, why ? kfm_url_add(call->pool, url, "why", why) : url);
}

/* Reads the invitation of the path and sets its business and language. *done: it is unknown, and was answered. */
static kf_err_t *open_invitation(kf_connect_view_t *view, bool *done, kfm_call_t *call)
{
    const kf_tenant_t *tenant = NULL;
    kf_err_t *err = kf_flow_connect_view(view, kfm_flow(call), kfm_call_param(call, "token"), call->pool);

    *done = err && err->code == KF_E_TOKEN_WRONG;
    if (*done) {
        return kfm_page_connect_end(call, 404, KFM_CONNECT_UNKNOWN, NULL);
    }
    KF_TRY(err);
    KF_TRY(kf_flow_tenant(&tenant, kfm_flow(call), "id", kf_uuid_text(&view->tenant, call->pool), call->pool));
    if (tenant) {
        kfm_call_set_tenant(call, tenant, NULL, NULL, view->language);
    }
    call->frame_origins = NULL; /* against clickjacking */
    return NULL;
}

/* The same for an invitation that can still be used. */
static kf_err_t *open_live(kf_connect_view_t *view, bool *done, kfm_call_t *call)
{
    KF_TRY(open_invitation(view, done, call));
    if (*done || view->state == KF_CONNECT_OPEN) {
        return NULL;
    }
    *done = true;
    return kfm_page_connect_end(call, 410, view->state == KF_CONNECT_USED ? KFM_CONNECT_USED : KFM_CONNECT_EXPIRED,
                                NULL);
}

kf_err_t *kfm_handle_connect(kfm_call_t *call)
{
    kf_connect_view_t view;
    const kf_form_t *query;
    bool done;

    KF_TRY(kfm_call_query(&query, call));
    KF_TRY(open_live(&view, &done, call));
    return done ? NULL : kfm_page_connect(call, &view, kf_form_get(query, "why"));
}

kf_err_t *kfm_handle_connect_begin(kfm_call_t *call)
{
    kf_connect_view_t view;
    kf_connect_begun_t begun;
    kf_err_t *err;
    bool done;

    KF_TRY(open_live(&view, &done, call));
    if (done) {
        return NULL;
    }
    err = kf_flow_connect_begin(&begun, kfm_flow(call), &view, kfm_call_param(call, "token"), call->lang, call->pool);
    if (err && err->code == KF_E_CONFLICT) {
        return kfm_page_connect_end(call, 503, KFM_CONNECT_OFF, NULL);
    }
    if (err && err->code == KF_E_TOKEN_WRONG) { /* it was used meanwhile */
        return kfm_page_connect_end(call, 410, KFM_CONNECT_USED, NULL);
    }
    KF_TRY(err);
    err = kfm_cookie_set(call, cookie_name(call), begun.browser, "/", KF_CONNECT_BROWSER_S);
    kf_wipe(begun.browser, sizeof(begun.browser));
    KF_TRY(err);
    call->referrer = NO_REFERRER;
    return kfm_reply_redirect(call, begun.url);
}

/* -- the way back -- */

static const char *why_of(kf_connect_outcome_t outcome)
{
    static const char *const words[] = {[KF_CONNECT_DENIED] = "denied",         [KF_CONNECT_NO_BUSY] = "no_busy",
                                        [KF_CONNECT_NO_LIST] = "no_list",       [KF_CONNECT_NO_EVENTS] = "no_events",
                                        [KF_CONNECT_NO_REFRESH] = "no_refresh", [KF_CONNECT_NO_CALENDAR] = "no_calendar",
                                        [KF_CONNECT_NO_ANSWER] = "no_answer",   [KF_CONNECT_APP] = "app"};

    return words[outcome];
}

/* The OAuth redirect URI. Redirects, so that the code does not remain in the address bar. */
kf_err_t *kfm_handle_connect_back(kfm_call_t *call)
{
    kf_connect_back_t back = {.provider = kfm_call_param(call, "provider"), .browser = browser_of(call)};
    kf_connect_result_t result;
    const kf_form_t *query;
    kf_err_t *err;

    call->referrer = NO_REFERRER;
    if (kfm_call_query(&query, call)) {
        return kfm_page_connect_end(call, 400, KFM_CONNECT_ATTEMPT, NULL);
    }
    back.state = kf_form_get(query, "state");
    back.code = kf_form_get(query, "code");
    back.error = kf_form_get(query, "error");
    err = kf_flow_connect_back(&result, kfm_flow(call), &back, call->pool);
    if (err && err->code == KF_E_TOKEN_WRONG) {
        return kfm_page_connect_end(call, 400, KFM_CONNECT_ATTEMPT, NULL);
    }
    KF_TRY(err);
    return result.outcome == KF_CONNECT_GRANTED ? go(call, result.token, "/calendars", NULL)
                                                : go(call, result.token, "", why_of(result.outcome));
}

/* -- the choice -- */

static kf_err_t *attempt_over(kfm_call_t *call)
{
    return kfm_page_connect_end(call, 400, KFM_CONNECT_ATTEMPT, kfm_call_param(call, "token"));
}

/* Reads the calendars that this browser may choose from. *done: there are none, and the call was answered. */
static kf_err_t *open_choice(kfm_connect_choice_t *page, kf_connect_view_t *view, bool *done, kfm_call_t *call)
{
    const char *json;
    kf_err_t *err;

    KF_TRY(open_live(view, done, call));
    if (*done) {
        return NULL;
    }
    err = kf_flow_connect_choice(&json, kfm_flow(call), view, browser_of(call), call->pool);
    if (err && err->code == KF_E_TOKEN_WRONG) {
        *done = true;
        return attempt_over(call);
    }
    KF_TRY(err);
    *page = (kfm_connect_choice_t){.view = view, .token = kfm_call_param(call, "token")};
    return kfm_admin_parse(&page->choice, call, json);
}

kf_err_t *kfm_handle_connect_choice(kfm_call_t *call)
{
    kfm_connect_choice_t page;
    kf_connect_view_t view;
    bool done;

    KF_TRY(open_choice(&page, &view, &done, call));
    return done ? NULL : kfm_page_connect_choice(call, 200, &page);
}

/* The checks that need no database. */
static kf_err_t *check_picked(kfm_call_t *call, const kf_connect_picked_t *picked)
{
    size_t n = 0;

    while (picked->read[n]) {
        n++;
    }
    return n && n <= KF_MAX_CALENDARS_READ
               ? NULL
               : kf_err_field(call->pool, KF_E_INVALID, "read", "Choose 1 to %d calendars.", KF_MAX_CALENDARS_READ);
}

static kf_err_t *finish(kfm_call_t *call, kfm_connect_choice_t *page)
{
    const char *write = kf_form_get(page->typed, "write"), *json;
    kf_connect_picked_t picked = {.read = kfm_connect_ticked(call, page->typed), .write = write && *write ? write : NULL};

    KF_TRY(check_picked(call, &picked));
    return kf_flow_connect_finish(&json, kfm_flow(call), page->view, browser_of(call), &picked, call->pool);
}

kf_err_t *kfm_handle_connect_finish(kfm_call_t *call)
{
    kfm_connect_choice_t page;
    kf_connect_view_t view;
    kf_err_t *err;
    bool done;

    KF_TRY(open_choice(&page, &view, &done, call));
    if (done) {
        return NULL;
    }
    KF_TRY(kfm_body_form(&page.typed, call));
    err = finish(call, &page);
    if (!err) {
        kfm_cookie_clear(call, cookie_name(call), "/");
        return go(call, page.token, "/done", NULL);
    }
    if (err->code == KF_E_INVALID) {
        page.errors = err;
        return kfm_page_connect_choice(call, 422, &page);
    }
    return err->code == KF_E_TOKEN_WRONG ? attempt_over(call) : err;
}

kf_err_t *kfm_handle_connect_done(kfm_call_t *call)
{
    kf_connect_view_t view;
    bool done;

    KF_TRY(open_invitation(&view, &done, call));
    if (done) {
        return NULL;
    }
    return view.state == KF_CONNECT_USED && view.connected ? kfm_page_connect_done(call, &view)
                                                           : go(call, kfm_call_param(call, "token"), "", NULL);
}
