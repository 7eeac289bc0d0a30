#ifndef KFM_VISIT_VIEW_H
#define KFM_VISIT_VIEW_H
/*
 * The customer's own pages of a booking. Nothing is decided here; no database is
 * asked but for free times. Their address is the right to the booking: they tell
 * other servers nothing of where they are, and nobody may frame them.
 */
#include "flow/booking/visit.h"
#include "flow/hold/availability.h"
#include "page/view.h"
#include "wizard/view.h"

typedef struct {
    kf_visit_t visit;
    const char *lang_forced; /* ?lang=: "es", "en" or NULL */
    const char *done;        /* ?done=: what came of the last act, a word of visit.done, or NULL */
    json_t *doc;             /* of kf.visit_doc */
    kf_instant_t start, end;
    const char *back;        /* to the business's site, for the page that shows the booking; or NULL */
} kfm_visit_page_t;

/** "/booking/TOKEN" and what follows, with ?lang= where it was asked for. */
const char *kfm_visit_url(kfm_call_t *call, const char *token, const char *step, const char *lang_forced);

/* Words of visit.end: why a link leads nowhere. */
#define KFM_VISIT_UNKNOWN "unknown"

/**
 * A page that ends the way, and says what to do: `why` is a word of visit.end, `link` (or NULL) the
 * one by which another booking can be made.
 */
kf_err_t *kfm_page_visit_end(kfm_call_t *call, int status, const char *why, const char *link);

/* The booking. `email` and `errors`: what was typed to change it, and what is wrong with that. */
kf_err_t *kfm_page_visit(kfm_call_t *call, const kfm_visit_page_t *page, const char *email, const kf_err_t *errors);
kf_err_t *kfm_page_visit_receipt(kfm_call_t *call, const kfm_visit_page_t *page);
kf_err_t *kfm_page_visit_reminders(kfm_call_t *call, const kfm_visit_page_t *page);

/* `typed`: a reason; `problem`: why it was not done; both may be NULL. */
kf_err_t *kfm_page_visit_cancel(kfm_call_t *call, const kfm_visit_page_t *page, const char *typed,
                                const kf_err_t *problem);

/* Other times; the status of the answer is the problem's, if there is one. */
kf_err_t *kfm_page_visit_times(kfm_call_t *call, const kfm_visit_page_t *page, const kfm_time_page_t *times);

/* "Old -> new", before it is done. `who`: the professional of the new time. */
kf_err_t *kfm_page_visit_review(kfm_call_t *call, const kfm_visit_page_t *page, kf_instant_t start,
                                const kf_professional_t *who, const kfm_choice_t *choice);

/** The booking as a file for calendars. */
kf_err_t *kfm_visit_calendar(const char **out, size_t *len, kfm_call_t *call, const kfm_visit_page_t *page);

/* -- private to page/visit*.c -- */

/** A view of these pages, in the language of the call; their style sheet and their policy of referrers. */
void kfm_visit_begin(kfm_view_t *out, kfm_call_t *call, const char *title);
/** The members of the booking: see htdocs/templates/visit/booking.mustache. */
kf_err_t *kfm_visit_put(kfm_view_t *view, const kfm_visit_page_t *page);
/** A text of the document, by "member" or "object.member"; NULL: not there, or empty. */
const char *kfm_visit_text(const kfm_visit_page_t *page, const char *object, const char *name);
/** An amount of an object of the document, in the booking's currency. */
const char *kfm_visit_money(kfm_call_t *call, const kfm_visit_page_t *page, int64_t cents);
bool kfm_visit_is(const kfm_visit_page_t *page, const char *status);

#endif
