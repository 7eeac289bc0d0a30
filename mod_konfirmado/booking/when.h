#ifndef KFM_BOOKING_WHEN_H
#define KFM_BOOKING_WHEN_H
/* When: free times by days, and a day and a time that were typed. */
#include "booking/view.h"
#include "flow/hold/availability.h"

/**
 * The free times around the day that was asked for, or the first free one: `ask` says of whom and what,
 * days and zone are set here. *out stays NULL if there is no such offer: the time is typed.
 */
kf_err_t *kfm_booking_find_times(const kf_slots_t **out, kfm_call_t *call, const kfm_booking_new_t *page, kf_slots_ask_t *ask);

/** The start chosen or typed (start, date, time), as RFC 3339; KF_E_INVALID of "start", "day", "time". */
kf_err_t *kfm_booking_read_start(const char **out, kfm_call_t *call, const kf_form_t *form);

/** True for an error after which another time can be chosen. */
bool kfm_booking_other_time(const kf_err_t *err);

#endif
