#ifndef KFM_BOOKING_PARTS_H
#define KFM_BOOKING_PARTS_H
/* Parts that several pages of bookings share. */
#include "booking/view.h"
#include "page/show.h"

/* -- the time of a booking that is made by hand or moved -- */

/** Sets slots, other, date, time, outside: the times to choose from and the typed values. */
void kfm_booking_put_times(kfm_view_t *view, const kfm_booking_new_t *page);
/** The members of page->professionals who give a service; all of them for NULL. The caller releases the list. */
json_t *kfm_booking_givers(const kfm_booking_new_t *page, const char *service);
/** Says why a time was refused, and sets error_FIELD of each field. */
void kfm_booking_put_refusal(kfm_view_t *view, const kf_err_t *errors);
/** Sets kept: the received fields, which the last step sends again. */
void kfm_booking_put_kept(json_t *root, const kf_form_t *form);

/* -- one booking -- */

/** "Reserva de Ana" */
const char *kfm_booking_title(kfm_call_t *call, const json_t *doc);
/** Says on top of the page why an act on the booking was refused; does nothing for NULL. */
void kfm_booking_problem(kfm_view_t *view, const kf_err_t *problem);
/**
 * Adds to kf.booking_doc: mails (to the customer) and team (mails to the business) in words, has_mails, has_team,
 * again (the kinds of mail that can be sent again).
 */
void kfm_booking_add_mails(json_t *doc, kfm_call_t *call);
/** Sets policy and has_policy: the policy for moving and cancelling at the time of the booking. */
void kfm_booking_put_policy(json_t *root, kfm_call_t *call, const json_t *doc);

#endif
