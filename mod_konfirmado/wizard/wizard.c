#include "wizard/wizard.h"

#include <apr_strings.h>
#include <string.h>

#include "base/limits.h"
#include "base/uri.h"
#include "flow_ctx.h"
#include "http/cookie.h"
#include "http/reply.h"
#include "tenant.h"

/* A payer may come back days later to see the status. */
#define BOOKING_COOKIE_S (30L * 24 * 3600)

#define DAYS_BEFORE 3      /* days of the strip before a chosen day that is not among the first */
#define MAX_AHEAD_DAYS 800 /* no service can be booked further ahead */

kf_err_t *kfm_wizard_enter(const char **link, kfm_call_t *call)
{
    *link = kfm_call_param(call, "link");
    return kfm_tenant_of_link(call, *link);
}

void kfm_wizard_choice(kfm_choice_t *out, kfm_call_t *call, const kf_form_t *form)
{
    kfm_choice_read(out, form);
    if (out->frame) { /* the origin alone is enough to check where a form comes from */
        call->referrer = "strict-origin";
    }
    if (kfm_call_on_top(call)) {
        out->frame = NULL;
    }
}

/* Finds the next free time if the shown days have none. */
static kf_err_t *look_further(kf_instant_t *out, const kf_flow_t *flow, const kf_slots_t *shown, kf_slots_ask_t ask,
                              apr_pool_t *p)
{
    kf_slots_t more;

    *out = 0;
    if (shown->n) {
        return NULL;
    }
    ask.from = kf_date_text(shown->to + 1, p);
    ask.to = kf_date_text(shown->to + KF_MAX_RANGE_DAYS, p);
    ask.zone = shown->zone;
    KF_TRY(kf_flow_slots(&more, flow, &ask, p));
    if (more.n) {
        *out = more.starts[0];
    }
    return NULL;
}

/*
 * The strip begins today. Other days are read if it has to begin elsewhere:
 * before the chosen or refused day, or today if `from` is in the past.
 */
static bool other_days(kf_slots_ask_t *ask, const kf_slots_t *shown, const kfm_choice_t *choice,
                       kf_instant_t wished, apr_pool_t *p)
{
    kf_date_t today = kf_instant_date(shown->now, kf_zone_offset(&shown->offsets, shown->now));
    kf_date_t day;

    if (shown->from < today) {
        ask->from = NULL;
        return true;
    }
    if (!choice->day || !kf_date_read(&day, choice->day, strlen(choice->day))) {
        day = wished ? kf_instant_date(wished, kf_zone_offset(&shown->offsets, wished)) : shown->from;
    }
    if (choice->from || day <= shown->to || day > shown->to + MAX_AHEAD_DAYS) {
        return false;
    }
    ask->from = kf_date_text(day - DAYS_BEFORE, p);
    return true;
}

void kfm_wizard_speak(kfm_call_t *call, const kf_offer_t *offer, const char *lang_forced)
{
    if (lang_forced) {
        call->lang = lang_forced;
    }
    else {
        kfm_call_set_lang(call, offer->language);
    }
}

kf_err_t *kfm_wizard_look(kf_slots_t *slots, kf_instant_t *later, kfm_call_t *call, kf_slots_ask_t *ask,
                          const kfm_choice_t *choice, kf_instant_t wished)
{
    const kf_flow_t *flow = kfm_flow(call);

    KF_TRY(kf_flow_slots(slots, flow, ask, call->pool));
    if (other_days(ask, slots, choice, wished, call->pool)) {
        KF_TRY(kf_flow_slots(slots, flow, ask, call->pool));
    }
    return look_further(later, flow, slots, *ask, call->pool);
}

kf_err_t *kfm_wizard_times(kfm_call_t *call, const char *link, const kfm_choice_t *choice, const kf_err_t *problem,
                           kf_instant_t wished)
{
    kf_slots_ask_t ask = {.tenant = call->tenant,
                          .link = link,
                          .service = choice->service,
                          .professional = choice->professional,
                          .zone = choice->zone,
                          .from = choice->from};
    kf_slots_t slots;
    kfm_time_page_t page = {.slots = &slots, .choice = choice, .problem = problem, .wished = wished};

    KF_TRY(kfm_wizard_look(&slots, &page.later, call, &ask, choice, wished));
    kfm_wizard_speak(call, slots.offer, choice->lang_forced);
    return kfm_page_time(call, problem ? kf_code_http(problem->code) : 200, &page);
}

kf_err_t *kfm_wizard_go(kfm_call_t *call, const char *path, const char *lang_forced)
{
    return kfm_reply_redirect(call, lang_forced ? apr_pstrcat(call->pool, path, strchr(path, '?') ? "&" : "?", "lang=",
                                                              kf_uri_encode(lang_forced, call->pool), NULL)
                                                : path);
}

kf_err_t *kfm_wizard_unanswered(kfm_call_t *call, const char *booking, const char *lang_forced)
{
    return kfm_wizard_go(call, apr_pstrcat(call->pool, "/book/", booking, "/confirm?unanswered=1", NULL), lang_forced);
}

kf_err_t *kfm_wizard_own_booking(kfm_call_t *call, const char *booking, const char *token)
{
    KF_TRY(kfm_cookie_set(call, KFM_COOKIE_BOOKING, token, apr_pstrcat(call->pool, "/book/", booking, NULL),
                          BOOKING_COOKIE_S));
    return kfm_cookie_set(call, KFM_COOKIE_BOOKING, token, apr_pstrcat(call->pool, "/api/bookings/", booking, NULL),
                          BOOKING_COOKIE_S);
}
