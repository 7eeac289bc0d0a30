#ifndef KFM_HANDLE_HANDLE_H
#define KFM_HANDLE_HANDLE_H
/*
 * The endpoints: one family a file, named like it. The route table
 * (http/routes.c) says which path comes here; each function reads, verifies,
 * calls one act of lib/flow and answers.
 */
#include "http/call.h"

/* wizard_select.c */
kf_err_t *kfm_handle_select(kfm_call_t *call);
/* wizard_time.c */
kf_err_t *kfm_handle_time(kfm_call_t *call);
kf_err_t *kfm_handle_choose(kfm_call_t *call);
/* wizard_details.c */
kf_err_t *kfm_handle_details(kfm_call_t *call);
kf_err_t *kfm_handle_details_post(kfm_call_t *call);
/* wizard_confirm.c */
kf_err_t *kfm_handle_confirm(kfm_call_t *call);
kf_err_t *kfm_handle_retry(kfm_call_t *call);
/* api_read.c */
kf_err_t *kfm_handle_options(kfm_call_t *call);
kf_err_t *kfm_handle_availability(kfm_call_t *call);
/* api_hold.c */
kf_err_t *kfm_handle_hold_create(kfm_call_t *call);
kf_err_t *kfm_handle_hold_release(kfm_call_t *call);
/* api_booking.c */
kf_err_t *kfm_handle_booking_create(kfm_call_t *call);
kf_err_t *kfm_handle_booking_status(kfm_call_t *call);
kf_err_t *kfm_handle_payment_create(kfm_call_t *call);
/* webhook.c */
kf_err_t *kfm_handle_webhook(kfm_call_t *call);
/* health.c */
kf_err_t *kfm_handle_health(kfm_call_t *call);

#endif
