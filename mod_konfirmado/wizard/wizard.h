#ifndef KFM_WIZARD_WIZARD_H
#define KFM_WIZARD_WIZARD_H
/* Shared by the steps of the wizard. */
#include "wizard/view.h"

/* The cookie of a hold's token is sent to the pages of its link, a booking's to its own page and status. */
#define KFM_COOKIE_HOLD "kf_hold"
#define KFM_COOKIE_BOOKING "kf_booking"

/** Reads the path parameter {link} and makes its tenant the call's. */
kf_err_t *kfm_wizard_enter(const char **link, kfm_call_t *call);

/**
 * Reads the choice of a form or query. The name of a frame is used only inside a frame. A page with such a name in
 * its URL sends only its origin as the referrer.
 */
void kfm_wizard_choice(kfm_choice_t *out, kfm_call_t *call, const kf_form_t *form);

/** Step 3 of the token's hold, or a redirect if there is nothing to fill in. */
kf_err_t *kfm_wizard_details(kfm_call_t *call, const char *link, const char *token, const kfm_choice_t *choice);

/** Sets the language of the pages: the forced one (forms carry it along), else the link's own. */
void kfm_wizard_speak(kfm_call_t *call, const kf_offer_t *offer, const char *lang_forced);

/**
 * The times of the strip of days. The strip begins today, or so that it shows the chosen or the wished day.
 * `*later`: the next free time after the strip if the strip has none, else 0.
 */
kf_err_t *kfm_wizard_look(kf_slots_t *slots, kf_instant_t *later, kfm_call_t *call, kf_slots_ask_t *ask,
                          const kfm_choice_t *choice, kf_instant_t wished);

/** Step 2 as an answer. `problem` and `wished` as in kfm_time_page_t; the problem gives the status. */
kf_err_t *kfm_wizard_times(kfm_call_t *call, const char *link, const kfm_choice_t *choice, const kf_err_t *problem,
                           kf_instant_t wished);

/** Redirects (303) to a local path and keeps ?lang=. */
kf_err_t *kfm_wizard_go(kfm_call_t *call, const char *path, const char *lang_forced);

/**
 * Step 2 with the details first, for a wish that takes a proof of work. Books if the form has the details, else shows
 * the form. `challenge`: the page solves it meanwhile; NULL: none.
 */
kf_err_t *kfm_wizard_first(kfm_call_t *call, const kf_form_t *form, kf_hold_wish_t *wish, const char *challenge,
                           const kfm_choice_t *choice);

/** Reads the customer's data from a form. `zone`: the customer's time zone. */
void kfm_wizard_customer(kf_customer_t *out, kfm_call_t *call, const kf_form_t *form, const char *zone);

/**
 * Redirects after a booking and its commit to the payment, or to the confirmation if the booking is free. Calls the
 * provider for the checkout if it must.
 */
kf_err_t *kfm_wizard_booked(kfm_call_t *call, kf_booked_t *booked, kfm_details_page_t *page);

/** Redirects to the page of a booking whose provider gave no payment page: it offers to try again. */
kf_err_t *kfm_wizard_unanswered(kfm_call_t *call, const char *booking, const char *lang_forced);

/** Sets the cookie that gives the browser access to a booking. */
kf_err_t *kfm_wizard_own_booking(kfm_call_t *call, const char *booking, const char *token);

#endif
