#ifndef KFM_PAGE_OPS_H
#define KFM_PAGE_OPS_H
/*
 * The pages of the dashboard for daily work. Each function turns documents of the
 * merchant's side (repo/admin_doc.h) into the view model that its template tells
 * of, and answers. Nothing is decided here and no database is asked.
 *
 * Documents are borrowed: they live as long as the call. A `problem` (or NULL) is an
 * error to show on top of the page; its status is the answer's.
 */
#include <jansson.h>

#include "flow/availability.h"
#include "http/call.h"

/* What the lists are filtered by and where the reader is in them: the query, read leniently. */
typedef struct {
    const kf_form_t *query;
    kf_date_t today;           /* of the business */
    json_t *services;          /* items to choose from, or NULL */
    json_t *professionals;
} kfm_ops_filter_t;

/** /dashboard/bookings. `doc`: kf.booking_page. */
kf_err_t *kfm_ops_page_bookings(kfm_call_t *call, const kfm_ops_filter_t *filter, json_t *doc,
                                const kf_err_t *problem);

/** /dashboard/bookings/{id}. `doc`: kf.booking_doc. `problem` of an act that was refused. */
kf_err_t *kfm_ops_page_booking(kfm_call_t *call, json_t *doc, const kf_err_t *problem);

/** The question before a booking is cancelled. `typed`: the form as it came, or NULL. */
kf_err_t *kfm_ops_page_cancel(kfm_call_t *call, json_t *doc, const kf_form_t *typed,
                              const kf_err_t *problem);

/* A booking made by hand. `typed` holds what came, also when it is wrong. */
typedef struct {
    const kf_form_t *typed;    /* of the query or of the form */
    kf_date_t today;
    json_t *services;          /* the items of kf.service_page */
    json_t *professionals;     /* of kf.professional_page */
    const kf_slots_t *slots;   /* the days of the strip; NULL: none can be shown */
    const kf_err_t *errors;    /* list of field errors, or NULL */
    bool review;               /* all is well: show it once more before it is done */
    const char *start;         /* RFC 3339, when review */
} kfm_ops_new_t;

kf_err_t *kfm_ops_page_new(kfm_call_t *call, const kfm_ops_new_t *page);

/* A booking that is moved. Of `choice`: typed, today, professionals, slots, errors, review, start. */
typedef struct {
    kfm_ops_new_t choice;
    json_t *booking;           /* kf.booking_doc */
    const char *professional;  /* id: chosen, or the booking's own */
} kfm_ops_move_t;

kf_err_t *kfm_ops_page_move(kfm_call_t *call, const kfm_ops_move_t *page);

/** /dashboard/calendar. `doc`: kf.calendar_read of the days from..to. */
typedef struct {
    const kf_form_t *query;
    bool week;
    kf_date_t date, from, to, today;
    int minute;                /* of today, by the clock of the business */
    json_t *professionals;     /* to choose from */
    json_t *doc;
} kfm_ops_calendar_t;

kf_err_t *kfm_ops_page_calendar(kfm_call_t *call, const kfm_ops_calendar_t *page);

/* /dashboard/callbacks */
typedef struct {
    kfm_ops_filter_t filter;
    json_t *doc;               /* kf.message_page */
    json_t *secrets;           /* kf.secret_list */
    json_t *branding;          /* kf.branding_get */
    const char *secret;        /* one just made, shown this once; or NULL */
    const kf_err_t *problem;
} kfm_ops_callbacks_t;

kf_err_t *kfm_ops_page_callbacks(kfm_call_t *call, const kfm_ops_callbacks_t *page);
/** The question before a new secret is made. */
kf_err_t *kfm_ops_page_rotate(kfm_call_t *call);
/** /dashboard/callbacks/{id}. `doc`: kf.message_doc. */
kf_err_t *kfm_ops_page_callback(kfm_call_t *call, json_t *doc, const kf_err_t *problem);

/* /dashboard/refunds */
typedef struct {
    const kf_form_t *query;
    json_t *doc, *credits;     /* kf.refund_page, kf.credit_page */
    kf_instant_t now;
    const kf_err_t *problem;
    const char *id, *typed;    /* whose note was not taken, and the note; NULL: none */
} kfm_ops_refunds_t;

kf_err_t *kfm_ops_page_refunds(kfm_call_t *call, const kfm_ops_refunds_t *page);

/** /dashboard/analytics. `doc`: kf.figures_read of so many days; `calendars`: kf.calendar_trouble. */
kf_err_t *kfm_ops_page_figures(kfm_call_t *call, int days, json_t *doc, const json_t *calendars);

/** /dashboard/audit. `doc`: kf.audit_page. */
kf_err_t *kfm_ops_page_audit(kfm_call_t *call, const kfm_ops_filter_t *filter, json_t *doc,
                             const kf_err_t *problem);

#endif
