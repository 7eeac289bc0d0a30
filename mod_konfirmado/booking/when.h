#ifndef KFM_BOOKING_WHEN_H
#define KFM_BOOKING_WHEN_H
/* The time of a booking: free times by days, or a typed day and time. */
#include "booking/view.h"
#include "flow/hold/availability.h"

/**
 * The free times around the day of the query, or around the first free day. The caller sets the offer and the
 * professional in `ask`; this sets days and zone. *out stays NULL if there is no such offer: the time is typed.
 */
kf_err_t *kfm_booking_find_times(const kf_slots_t **out, kfm_call_t *call, const kfm_booking_new_t *page, kf_slots_ask_t *ask);

/** The chosen or typed start (start, date, time), as RFC 3339. KF_E_INVALID of "start", "day" or "time". */
kf_err_t *kfm_booking_read_start(const char **out, kfm_call_t *call, const kf_form_t *form);

/** True for an error after which another time can be chosen. */
bool kfm_booking_other_time(const kf_err_t *err);

#endif
