#ifndef KFM_BOOKING_PARTS_H
#define KFM_BOOKING_PARTS_H
/* What several pages of bookings are made of. */
#include "booking/view.h"
#include "page/show.h"

/* -- when: of a booking by hand and of one that is moved -- */

/** Sets slots, other, date, time, outside: the times to choose from and what is typed. */
void kfm_booking_put_times(kfm_view_t *view, const kfm_booking_new_t *page);
/** Those of page->professionals who give a service; all of them for NULL. The caller's to release. */
json_t *kfm_booking_givers(const kfm_booking_new_t *page, const char *service);
/** Why a time could not be had, and error_FIELD of each field. */
void kfm_booking_put_refusal(kfm_view_t *view, const kf_err_t *errors);
/** Sets kept: the fields that came, to be sent again with the last step. */
void kfm_booking_put_kept(json_t *root, const kf_form_t *form);

/* -- one booking -- */

/** "Reserva de Ana" */
const char *kfm_booking_title(kfm_call_t *call, const json_t *doc);
/** Why an act on it was refused, on top of the page; nothing for NULL. */
void kfm_booking_problem(kfm_view_t *view, const kf_err_t *problem);
/** Adds to kf.booking_doc: mails in words, team (those to the business), has_...; again: what can be sent once more. */
void kfm_booking_add_mails(json_t *doc, kfm_call_t *call);
/** Sets policy and has_policy: what was promised about moving and cancelling. */
void kfm_booking_put_policy(json_t *root, kfm_call_t *call, const json_t *doc);

#endif
