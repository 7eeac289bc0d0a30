#ifndef KFM_VISIT_VIEW_H
#define KFM_VISIT_VIEW_H
/*
 * The customer's own pages of a booking. They make no decisions and read only free
 * times from the database. Their URL gives access to the booking, so they send no
 * referrer and may not be framed.
 */
#include "flow/booking/visit.h"
#include "flow/hold/availability.h"
#include "page/view.h"
#include "wizard/view.h"

typedef struct {
    kf_visit_t visit;
    const char *lang_forced; /* ?lang=: "es", "en" or NULL */
    const char *done;        /* ?done=: the result of the last act, a word of visit.done, or NULL */
    json_t *doc;             /* of kf.visit_doc */
    kf_instant_t start, end;
    const char *back;        /* URL of the business's site, for the page of the booking; or NULL */
} kfm_visit_page_t;

/** "/booking/TOKEN" and `step`, with ?lang= if a language is forced. */
const char *kfm_visit_url(kfm_call_t *call, const char *token, const char *step, const char *lang_forced);

/* A word of visit.end: why a link is dead. */
#define KFM_VISIT_UNKNOWN "unknown"

/**
 * The page of a dead link. It says what to do. `why`: a word of visit.end. `link`: the booking link for another
 * booking, or NULL.
 */
kf_err_t *kfm_page_visit_end(kfm_call_t *call, int status, const char *why, const char *link);

/* The booking. `email` and `errors`: the address typed to change it, and its errors. */
kf_err_t *kfm_page_visit(kfm_call_t *call, const kfm_visit_page_t *page, const char *email, const kf_err_t *errors);
kf_err_t *kfm_page_visit_receipt(kfm_call_t *call, const kfm_visit_page_t *page);
kf_err_t *kfm_page_visit_reminders(kfm_call_t *call, const kfm_visit_page_t *page);

/* `typed`: the reason; `problem`: why the booking was not cancelled; both may be NULL. */
kf_err_t *kfm_page_visit_cancel(kfm_call_t *call, const kfm_visit_page_t *page, const char *typed,
                                const kf_err_t *problem);

/* Other times. The problem, if any, gives the status of the answer. */
kf_err_t *kfm_page_visit_times(kfm_call_t *call, const kfm_visit_page_t *page, const kfm_time_page_t *times);

/* "Old -> new", shown before the move. `who`: the professional of the new time. */
kf_err_t *kfm_page_visit_review(kfm_call_t *call, const kfm_visit_page_t *page, kf_instant_t start,
                                const kf_professional_t *who, const kfm_choice_t *choice);

/** The booking as an iCalendar file. */
kf_err_t *kfm_visit_calendar(const char **out, size_t *len, kfm_call_t *call, const kfm_visit_page_t *page);

/* -- private to visit/ and waiting/ -- */

/** Begins a view of these pages in the language of the call, with their style sheet and Referrer-Policy. */
void kfm_visit_begin(kfm_view_t *out, kfm_call_t *call, const char *title);
/** The members of the booking: see htdocs/templates/visit/booking.mustache. */
kf_err_t *kfm_visit_put(kfm_view_t *view, const kfm_visit_page_t *page);
/** A text member of `object` in the document, or of the document if `object` is NULL; NULL: missing or empty. */
const char *kfm_visit_text(const kfm_visit_page_t *page, const char *object, const char *name);
/** An amount in words, in the booking's currency. */
const char *kfm_visit_money(kfm_call_t *call, const kfm_visit_page_t *page, int64_t cents);
bool kfm_visit_is(const kfm_visit_page_t *page, const char *status);

#endif
