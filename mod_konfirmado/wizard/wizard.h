#ifndef KFM_WIZARD_WIZARD_H
#define KFM_WIZARD_WIZARD_H
/* Shared by the steps of the wizard. */
#include "wizard/view.h"

/* A hold's token is kept for the pages of its link, a booking's for its own page and status. */
#define KFM_COOKIE_HOLD "kf_hold"
#define KFM_COOKIE_BOOKING "kf_booking"

/** The path parameter {link}, its tenant made the call's. */
kf_err_t *kfm_wizard_enter(const char **link, kfm_call_t *call);

/**
 * What a form or query says. The name of a frame counts only in one; pages with it tell nobody, themselves included,
 * where they are.
 */
void kfm_wizard_choice(kfm_choice_t *out, kfm_call_t *call, const kf_form_t *form);

/** Step 3 of the hold that a token gives the right to, or where its customer belongs. */
kf_err_t *kfm_wizard_details(kfm_call_t *call, const char *link, const char *token, const kfm_choice_t *choice);

/** The language of the pages: the one asked for (a form brings it along), else the link's own. */
void kfm_wizard_speak(kfm_call_t *call, const kf_offer_t *offer, const char *lang_forced);

/**
 * The times of the strip of days that a page begins with: today, or where the chosen or the wished day
 * is seen. `*later`: the next free time after them when they have none, else 0.
 */
kf_err_t *kfm_wizard_look(kf_slots_t *slots, kf_instant_t *later, kfm_call_t *call, kf_slots_ask_t *ask,
                          const kfm_choice_t *choice, kf_instant_t wished);

/** Step 2 as an answer. `problem` and `wished` as in kfm_time_page_t; the problem gives the status. */
kf_err_t *kfm_wizard_times(kfm_call_t *call, const char *link, const kfm_choice_t *choice, const kf_err_t *problem,
                           kf_instant_t wished);

/** 303 to a path of ours, with ?lang= kept. */
kf_err_t *kfm_wizard_go(kfm_call_t *call, const char *path, const char *lang_forced);

/**
 * Step 2 with the details first, for a wish that takes a proof of work: books when the form has them, else shows them
 * to be filled in. `challenge`: what the page solves by itself meanwhile; NULL: nothing.
 */
kf_err_t *kfm_wizard_first(kfm_call_t *call, const kf_form_t *form, kf_hold_wish_t *wish, const char *challenge,
                           const kfm_choice_t *choice);

/** The customer's data as a form has them; `zone`: the customer's. */
void kfm_wizard_customer(kf_customer_t *out, kfm_call_t *call, const kf_form_t *form, const char *zone);

/** The hold became a booking: on to the payment, or to the confirmation if it is free. */
kf_err_t *kfm_wizard_booked(kfm_call_t *call, const kf_booked_t *booked, const kfm_details_page_t *page);

/** Gives the browser the right to a booking. */
kf_err_t *kfm_wizard_own_booking(kfm_call_t *call, const char *booking, const char *token);

#endif
