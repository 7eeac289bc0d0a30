#ifndef KFM_HANDLE_VISIT_H
#define KFM_HANDLE_VISIT_H
/* The links in a customer's mails: http/routes_visit.def says which path comes where. */
#include "page/visit.h"

/* visit.c */
kf_err_t *kfm_handle_visit(kfm_call_t *call);
kf_err_t *kfm_handle_visit_act(kfm_call_t *call);
kf_err_t *kfm_handle_visit_calendar(kfm_call_t *call);
kf_err_t *kfm_handle_visit_receipt(kfm_call_t *call);
kf_err_t *kfm_handle_visit_reminders(kfm_call_t *call);
kf_err_t *kfm_handle_visit_reminders_post(kfm_call_t *call);
kf_err_t *kfm_handle_visit_pay(kfm_call_t *call);

/* visit_change.c */
kf_err_t *kfm_handle_visit_cancel(kfm_call_t *call);
kf_err_t *kfm_handle_visit_cancel_post(kfm_call_t *call);
kf_err_t *kfm_handle_visit_move(kfm_call_t *call);
kf_err_t *kfm_handle_visit_move_post(kfm_call_t *call);

/* visit_waiting.c */
kf_err_t *kfm_handle_waiting(kfm_call_t *call);
kf_err_t *kfm_handle_waiting_post(kfm_call_t *call);
kf_err_t *kfm_handle_waiting_confirm(kfm_call_t *call);
kf_err_t *kfm_handle_waiting_confirm_post(kfm_call_t *call);
kf_err_t *kfm_handle_waiting_leave(kfm_call_t *call);
kf_err_t *kfm_handle_waiting_leave_post(kfm_call_t *call);
kf_err_t *kfm_handle_waiting_offer(kfm_call_t *call);
kf_err_t *kfm_handle_waiting_offer_post(kfm_call_t *call);

/* visit_address.c */
kf_err_t *kfm_handle_address(kfm_call_t *call);
kf_err_t *kfm_handle_address_post(kfm_call_t *call);

/* visit_report.c */
kf_err_t *kfm_handle_report(kfm_call_t *call);
kf_err_t *kfm_handle_report_post(kfm_call_t *call);

/* -- shared by them -- */

/**
 * The booking of the token in the path, its business made the call's and its language the page's.
 * *done: the link leads nowhere (any more), and was answered with a page that says so.
 */
kf_err_t *kfm_visit_enter(kfm_visit_page_t *out, bool *done, kfm_call_t *call, const char *purpose);

/** After an act that the token was not good for: the page that says how it stands now. */
kf_err_t *kfm_visit_lost(kfm_call_t *call, const char *purpose);

/** 303 to a page of a token. `done`: a word of visit.done, or NULL. */
kf_err_t *kfm_visit_go(kfm_call_t *call, const char *token, const char *step, const char *done);

/** Makes the business of a token the call's, when the host has not told it. */
kf_err_t *kfm_visit_adopt(kfm_call_t *call, const kf_uuid_t *tenant, const char *lang);

#endif
