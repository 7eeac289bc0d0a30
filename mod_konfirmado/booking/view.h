#ifndef KFM_BOOKING_VIEW_H
#define KFM_BOOKING_VIEW_H
/*
 * The pages of bookings. Documents are borrowed. A `problem` (or NULL) is an
 * error to show on top of the page; its status is the answer's.
 */
#include "flow/hold/availability.h"
#include "page/filter.h"

/** /dashboard/bookings. `doc`: kf.booking_page. */
kf_err_t *kfm_page_bookings(kfm_call_t *call, const kfm_filter_t *filter, json_t *doc,
                            const kf_err_t *problem);

/** /dashboard/bookings/{id}. `doc`: kf.booking_doc. `problem`: why an act was refused. */
kf_err_t *kfm_page_booking(kfm_call_t *call, json_t *doc, const kf_err_t *problem);

/** The confirmation page of a cancellation. `typed`: the received form, or NULL. */
kf_err_t *kfm_page_booking_cancel(kfm_call_t *call, json_t *doc, const kf_form_t *typed,
                                  const kf_err_t *problem);

/* A booking made by hand. `typed` holds the received values, valid or not. */
typedef struct {
    const kf_form_t *typed;    /* of the query or of the form */
    kf_date_t today;
    json_t *services;          /* the items of kf.service_page */
    json_t *professionals;     /* of kf.professional_page */
    const kf_slots_t *slots;   /* the days of the strip; NULL: none can be shown */
    const kf_err_t *errors;    /* list of field errors, or NULL */
    bool review;               /* no error: show the booking before it is made */
    const char *start;         /* RFC 3339; set if review */
} kfm_booking_new_t;

kf_err_t *kfm_page_booking_new(kfm_call_t *call, const kfm_booking_new_t *page);

/* A booking that is moved. `choice` uses: typed, today, professionals, slots, errors, review, start. */
typedef struct {
    kfm_booking_new_t choice;
    json_t *booking;           /* kf.booking_doc */
    const char *professional;  /* id: chosen, or the booking's own */
} kfm_booking_move_t;

kf_err_t *kfm_page_booking_move(kfm_call_t *call, const kfm_booking_move_t *page);

/** /dashboard/calendar. `doc`: kf.calendar_read of the days from..to. */
typedef struct {
    const kf_form_t *query;
    bool week;
    kf_date_t date, from, to, today;
    int minute;                /* of today, in the time zone of the business */
    json_t *professionals;     /* to choose from */
    json_t *doc;
} kfm_booking_calendar_t;

kf_err_t *kfm_page_booking_calendar(kfm_call_t *call, const kfm_booking_calendar_t *page);

#endif
