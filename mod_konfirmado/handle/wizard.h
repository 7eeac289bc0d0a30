#ifndef KFM_HANDLE_WIZARD_H
#define KFM_HANDLE_WIZARD_H
/* Shared by the steps of the wizard. */
#include "page/page.h"

/* A hold's token is kept for the pages of its link, a booking's for its own page and status. */
#define KFM_COOKIE_HOLD "kf_hold"
#define KFM_COOKIE_BOOKING "kf_booking"

/** The path parameter {link}, its tenant made the call's, ?lang= read into `choice`. */
kf_err_t *kfm_wizard_enter(const char **link, kfm_call_t *call);

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

/** Gives the browser the right to a booking. */
kf_err_t *kfm_wizard_own_booking(kfm_call_t *call, const char *booking, const char *token);

#endif
