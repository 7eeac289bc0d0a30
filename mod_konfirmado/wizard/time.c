/* Step 2: GET /book/{link}/availability shows times, POST /book/{link}/hold takes one. */
#include <apr_strings.h>
#include <string.h>

#include "flow/once.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "http/body.h"
#include "http/cookie.h"
#include "http/reply.h"
#include "job/count.h"
#include "wizard/wizard.h"

static bool is_about(const kf_err_t *problem, const char *field)
{
    return problem->code == KF_E_INVALID && problem->field && !strcmp(problem->field, field);
}

/* Shows step 1 again after an invalid service or professional. */
static kf_err_t *select_again(kfm_call_t *call, const char *link, const kfm_choice_t *choice, kf_err_t *problem)
{
    const kf_offer_t *offer;
    kf_instant_t now;

    KF_TRY(kf_flow_offer(&offer, &now, kfm_flow(call), call->tenant, link, call->pool));
    KF_TRY(kf_offer_usable(offer, now, call->pool));
    kfm_wizard_speak(call, offer, choice->lang_forced);
    return kfm_page_select(call, offer, choice, problem);
}

/* Drops the invalid part of the choice (a service, a time zone, a day). The page says so. */
static kf_err_t *choose_again(kfm_call_t *call, const char *link, kfm_choice_t *choice, kf_err_t *problem)
{
    if (is_about(problem, "service") || is_about(problem, "professional")) {
        return select_again(call, link, choice, problem);
    }
    if (is_about(problem, "timezone")) {
        choice->zone = NULL;
        return kfm_wizard_times(call, link, choice, problem, 0);
    }
    if (is_about(problem, "from") && choice->from) {
        choice->from = NULL;
        return kfm_wizard_times(call, link, choice, problem, 0);
    }
    return is_about(problem, "start") ? kfm_wizard_times(call, link, choice, problem, 0) : problem;
}

/*
 * A frame gets a name in its URL. The next hold of the frame finds the former one by it. The URL remains when the
 * visitor goes back; a cookie is missing where the browser refuses third-party cookies.
 */
static kf_err_t *name_frame(kfm_call_t *call, const char *link, kfm_choice_t *choice)
{
    char name[KF_TOKEN_CHARS + 1];

    KF_TRY(kf_token_make(name, call->pool));
    choice->frame = apr_pstrdup(call->pool, name);
    return kfm_reply_redirect(call, kfm_choice_url(call, link, "/availability", choice));
}

kf_err_t *kfm_handle_time(kfm_call_t *call)
{
    const kf_form_t *query;
    kfm_choice_t choice;
    kf_err_t *err;
    const char *link;

    KF_TRY(kfm_wizard_enter(&link, call));
    KF_TRY(kfm_call_query(&query, call));
    kfm_wizard_choice(&choice, call, query);
    if (kfm_call_framed(call) && !choice.frame) {
        return name_frame(call, link, &choice);
    }
    err = kfm_wizard_times(call, link, &choice, NULL, 0);
    if (err) {
        return choose_again(call, link, &choice, err);
    }
    /* a visitor on other days was counted before */
    if (!choice.day && !choice.from) {
        kfm_count(call, KF_FUNNEL_SERVICE);
    }
    return NULL;
}

typedef struct {
    const kf_flow_t *flow;
    const kf_uuid_t *tenant;
    kf_hold_wish_t wish;
    kf_held_t held;
} choose_t;

static kf_err_t *hold(kf_answer_t *out, kf_db_t *db, void *baton, apr_pool_t *p)
{
    choose_t *act = baton;

    (void)out;
    return kf_flow_hold(&act->held, act->flow, db, act->tenant, &act->wish, p);
}

/* The codes that only mean "choose another time". */
static bool other_time(kf_code_t code)
{
    return code == KF_E_SLOT_UNAVAILABLE || code == KF_E_SLOT_INVALID || code == KF_E_DAY_FULL
           || code == KF_E_CALENDAR_UNREADABLE || code == KF_E_TOO_MANY_HOLDS;
}

static kf_err_t *read_start(kf_instant_t *out, const kf_form_t *form, apr_pool_t *p)
{
    const char *start = kf_form_get(form, "start");

    if (!start || !kf_instant_read(out, NULL, start, strlen(start))) {
        return kf_err_field(p, KF_E_INVALID, "start", "Choose one of the times shown.");
    }
    return NULL;
}

/* Shows the times again if the error only means "choose another time"; else returns it. */
static kf_err_t *other_than(kfm_call_t *call, const char *link, const kfm_choice_t *choice, kf_err_t *err,
                            kf_instant_t wished)
{
    return err && other_time(err->code) ? kfm_wizard_times(call, link, choice, err, wished) : err;
}

static kf_err_t *take(kfm_call_t *call, const char *link, const kf_form_t *form, kfm_choice_t *choice)
{
    choose_t act = {.flow = kfm_flow(call), .tenant = &call->tenant->id};
    kf_once_ask_t plainly = {.tenant = &call->tenant->id, .after = &act.wish.after};
    kf_once_fns_t fns = {hold, NULL, &act};
    kf_answer_t unused;
    kf_err_t *err;
    const char *path = apr_pstrcat(call->pool, "/book/", link, NULL);

    act.wish = (kf_hold_wish_t){.link = link,
                                .service = choice->service,
                                .professional = choice->professional,
                                .zone = choice->zone,
                                .replaces = kfm_cookie_get(call, KFM_COOKIE_HOLD),
                                .frame = choice->frame,
                                .return_url = choice->return_url,
                                .ip = call->client_ip,
                                .work = kf_form_get(form, "work")};
    KF_TRY(read_start(&act.wish.start, form, call->pool));
    if (kf_form_get(form, "first")) {
        return other_than(call, link, choice, kfm_wizard_first(call, form, &act.wish, NULL, choice), act.wish.start);
    }
    err = kf_flow_once(&unused, act.flow, &plainly, &fns, call->pool);
    if (err && err->code == KF_E_WORK_REQUIRED) {
        err = kfm_wizard_first(call, form, &act.wish, act.held.challenge, choice);
        return other_than(call, link, choice, err, act.wish.start);
    }
    if (err) {
        return other_than(call, link, choice, err, act.wish.start);
    }
    kfm_count(call, KF_FUNNEL_SLOT);
    KF_TRY(kfm_cookie_set(call, KFM_COOKIE_HOLD, act.held.token, path, 3600));
    if (choice->frame) { /* no URL has the token, so this answer contains it */
        return kfm_wizard_details(call, link, act.held.token, choice);
    }
    return kfm_wizard_go(call, apr_pstrcat(call->pool, path, "/details", NULL), choice->lang_forced);
}

kf_err_t *kfm_handle_choose(kfm_call_t *call)
{
    const kf_form_t *form;
    kfm_choice_t choice;
    kf_err_t *err;
    const char *link;

    KF_TRY(kfm_wizard_enter(&link, call));
    KF_TRY(kfm_body_form(&form, call));
    kfm_wizard_choice(&choice, call, form);
    err = take(call, link, form, &choice);
    if (err && is_about(err, "return_url")) { /* not the customer's mistake: the default return URL is used */
        choice.return_url = NULL;
        err = take(call, link, form, &choice);
    }
    return err ? choose_again(call, link, &choice, err) : NULL;
}
