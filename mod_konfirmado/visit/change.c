/* /booking/{token}/cancel and /move. The customer sees the change before it is made. */
#include <apr_strings.h>
#include <string.h>

#include "base/num.h"
#include "base/utf8.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "http/body.h"
#include "visit/visit.h"
#include "wizard/wizard.h"

#define MAX_REASON 500 /* characters */

/* -- cancelling -- */

kf_err_t *kfm_handle_visit_cancel(kfm_call_t *call)
{
    kfm_visit_page_t page;
    bool done;

    KF_TRY(kfm_visit_enter(&page, &done, call, "cancel"));
    return done ? NULL : kfm_page_visit_cancel(call, &page, NULL, NULL);
}

/* The refund that the page showed; -1, which matches no amount, if the field is missing or malformed. */
static int64_t expected_of(const kf_form_t *form)
{
    const char *text = kf_form_get(form, "expected_cents");
    int64_t cents;

    return text && kf_num_read(&cents, text, strlen(text), 0, INT64_MAX) ? cents : -1;
}

static kf_err_t *check_reason(kfm_call_t *call, const char *reason)
{
    return reason && kf_utf8_count(reason, strlen(reason)) > MAX_REASON
               ? kf_err_field(call->pool, KF_E_INVALID, "reason", "Write at most %d characters.", MAX_REASON)
               : NULL;
}

static kf_err_t *cancel(kfm_call_t *call, const kfm_visit_page_t *page, const kf_form_t *form)
{
    const char *reason = kf_form_get(form, "reason");
    kf_visit_cancel_t wish = {expected_of(form), reason && *reason ? reason : NULL};
    char view[KF_TOKEN_CHARS + 1];
    kfm_visit_page_t fresh;
    kf_err_t *err = check_reason(call, reason);
    bool done;

    err = err ? err : kf_flow_visit_cancel(view, kfm_flow(call), &page->visit, &wish, call->pool);
    if (!err) {
        return kfm_visit_go(call, view, "", "cancelled");
    }
    if (err->code == KF_E_TOKEN_WRONG || err->code == KF_E_CONFLICT) {
        return kfm_visit_lost(call, "cancel");
    }
    if (err->code != KF_E_PRECONDITION && err->code != KF_E_INVALID) {
        return err;
    }
    KF_TRY(kfm_visit_enter(&fresh, &done, call, "cancel")); /* the amount as it is now */
    return done ? NULL : kfm_page_visit_cancel(call, &fresh, reason, err);
}

kf_err_t *kfm_handle_visit_cancel_post(kfm_call_t *call)
{
    const kf_form_t *form;
    kfm_visit_page_t page;
    bool done;

    KF_TRY(kfm_body_form(&form, call));
    KF_TRY(kfm_visit_enter(&page, &done, call, "cancel"));
    return done ? NULL : cancel(call, &page, form);
}

/* -- moving -- */

/* The requested time zone, else the customer's; "" is the professional's. */
static const char *zone_of(const kfm_visit_page_t *page, const kfm_choice_t *choice)
{
    return choice->zone ? choice->zone : kfm_visit_text(page, NULL, "customer_zone");
}

static kf_err_t *look(kf_slots_t *slots, kf_instant_t *later, kfm_call_t *call, const kfm_visit_page_t *page,
                      const kfm_choice_t *choice, kf_instant_t wished)
{
    kf_slots_ask_t ask = {.tenant = call->tenant,
                          .professional = choice->professional,
                          .zone = zone_of(page, choice),
                          .from = choice->from,
                          .moves = &page->visit.booking};

    return kfm_wizard_look(slots, later, call, &ask, choice, wished);
}

/* Drops the invalid part of the URL (a day, a time zone, a former professional). False if there is none. */
static bool leave_out(kfm_choice_t *choice, const kf_err_t *err)
{
    const char *field = err->code == KF_E_INVALID ? err->field : NULL;

    if (field && !strcmp(field, "professional") && choice->professional) {
        choice->professional = NULL;
    } else if (field && !strcmp(field, "timezone")) {
        choice->zone = choice->zone ? NULL : ""; /* the database may no longer know the customer's own zone */
    } else if (field && (!strcmp(field, "from") || !strcmp(field, "to")) && choice->from) {
        choice->from = NULL;
    } else {
        return false;
    }
    return true;
}

static kf_err_t *show_times(kfm_call_t *call, const kfm_visit_page_t *page, kfm_choice_t choice, const kf_err_t *problem,
                            kf_instant_t wished)
{
    kf_slots_t slots;
    kfm_time_page_t times = {.slots = &slots, .choice = &choice, .problem = problem, .wished = wished};
    kf_err_t *err = look(&slots, &times.later, call, page, &choice, wished);

    for (int tries = 0; err && tries < 3 && leave_out(&choice, err); tries++) {
        err = look(&slots, &times.later, call, page, &choice, wished);
    }
    KF_TRY(err);
    times.base = kfm_visit_url(call, page->visit.token, "/move", NULL);
    return kfm_page_visit_times(call, page, &times);
}

/* If the booking cannot be moved, answers with the reason and sets *done. */
static kf_err_t *enter_move(kfm_visit_page_t *page, bool *done, kfm_call_t *call)
{
    const char *why;

    KF_TRY(kfm_visit_enter(page, done, call, "move"));
    if (*done) {
        return NULL;
    }
    why = kfm_visit_text(page, "why_not", "move");
    if (!why) {
        return NULL;
    }
    *done = true;
    return kfm_page_visit_end(call, 410, why, NULL);
}

static bool read_start(kf_instant_t *out, const kf_form_t *form)
{
    const char *start = kf_form_get(form, "start");

    return start && kf_instant_read(out, NULL, start, strlen(start));
}

static bool offers(const kf_slots_t *slots, kf_instant_t start)
{
    for (size_t i = 0; i < slots->n; i++) {
        if (slots->starts[i] == start) {
            return true;
        }
    }
    return false;
}

/* Shows the old and the new time side by side, if the new one is still free. */
static kf_err_t *review(kfm_call_t *call, const kfm_visit_page_t *page, const kfm_choice_t *choice, kf_instant_t start)
{
    kfm_choice_t there = *choice;
    kf_slots_t slots;
    kf_instant_t later;

    there.from = kf_date_text(kf_instant_date(start, 0) - 1, call->pool);
    if (look(&slots, &later, call, page, &there, 0) || slots.professional < 0 || !offers(&slots, start)) {
        return show_times(call, page, *choice,
                          kf_err(call->pool, KF_E_SLOT_UNAVAILABLE, "This time is no longer available."), start);
    }
    return kfm_page_visit_review(call, page, start, &slots.offer->professionals[slots.professional], choice);
}

kf_err_t *kfm_handle_visit_move(kfm_call_t *call)
{
    kfm_visit_page_t page;
    const kf_form_t *query;
    kfm_choice_t choice;
    kf_instant_t start;
    bool done;

    KF_TRY(kfm_call_query(&query, call));
    KF_TRY(enter_move(&page, &done, call));
    if (done) {
        return NULL;
    }
    kfm_choice_read(&choice, query);
    return read_start(&start, query) ? review(call, &page, &choice, start) : show_times(call, &page, choice, NULL, 0);
}

/* The codes that only mean "choose another time". */
static bool other_time(kf_code_t code)
{
    return code == KF_E_SLOT_UNAVAILABLE || code == KF_E_SLOT_INVALID || code == KF_E_DAY_FULL
           || code == KF_E_CALENDAR_UNREADABLE || code == KF_E_INVALID;
}

static kf_err_t *move(kfm_call_t *call, const kfm_visit_page_t *page, const kfm_choice_t *choice, kf_instant_t start)
{
    kf_visit_move_t wish = {.start = start};
    char view[KF_TOKEN_CHARS + 1];
    kf_uuid_t professional;
    kfm_visit_page_t fresh;
    kf_err_t *err;
    bool done;

    if (choice->professional && kf_uuid_read(&professional, choice->professional, strlen(choice->professional))) {
        wish.professional = &professional;
    }
    err = kf_flow_visit_move(view, kfm_flow(call), &page->visit, &wish, call->pool);
    if (!err) {
        return kfm_visit_go(call, view, "", "moved");
    }
    if (other_time(err->code)) {
        return show_times(call, page, *choice, err, start);
    }
    if (err->code != KF_E_TOKEN_WRONG && err->code != KF_E_CONFLICT) {
        return err;
    }
    KF_TRY(enter_move(&fresh, &done, call));
    return done ? NULL : err;
}

kf_err_t *kfm_handle_visit_move_post(kfm_call_t *call)
{
    kfm_visit_page_t page;
    const kf_form_t *form;
    kfm_choice_t choice;
    kf_instant_t start;
    bool done;

    KF_TRY(kfm_body_form(&form, call));
    KF_TRY(enter_move(&page, &done, call));
    if (done) {
        return NULL;
    }
    kfm_choice_read(&choice, form);
    if (!read_start(&start, form)) {
        return show_times(call, &page, choice,
                          kf_err_field(call->pool, KF_E_INVALID, "start", "Choose one of the times shown."), 0);
    }
    return move(call, &page, &choice, start);
}
