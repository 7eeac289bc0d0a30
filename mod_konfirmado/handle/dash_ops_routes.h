#ifndef KFM_HANDLE_DASH_OPS_ROUTES_H
#define KFM_HANDLE_DASH_OPS_ROUTES_H
/* Handlers of the dashboard's pages for daily work, for http/routes_ops.def. */
#include "http/call.h"

/* dash_ops_booking.c */
kf_err_t *kfm_handle_ops_bookings(kfm_call_t *call);
kf_err_t *kfm_handle_ops_booking(kfm_call_t *call);
kf_err_t *kfm_handle_ops_cancel(kfm_call_t *call);
kf_err_t *kfm_handle_ops_cancel_post(kfm_call_t *call);
kf_err_t *kfm_handle_ops_complete(kfm_call_t *call);
kf_err_t *kfm_handle_ops_no_show(kfm_call_t *call);
/* dash_ops_new.c */
kf_err_t *kfm_handle_ops_new(kfm_call_t *call);
kf_err_t *kfm_handle_ops_new_post(kfm_call_t *call);
/* dash_ops_calendar.c */
kf_err_t *kfm_handle_ops_calendar(kfm_call_t *call);
/* dash_ops_callbacks.c */
kf_err_t *kfm_handle_ops_callbacks(kfm_call_t *call);
kf_err_t *kfm_handle_ops_callback(kfm_call_t *call);
kf_err_t *kfm_handle_ops_callback_resend(kfm_call_t *call);
kf_err_t *kfm_handle_ops_callback_test(kfm_call_t *call);
kf_err_t *kfm_handle_ops_secret(kfm_call_t *call);
kf_err_t *kfm_handle_ops_secret_post(kfm_call_t *call);
/* dash_ops_reports.c */
kf_err_t *kfm_handle_ops_refunds(kfm_call_t *call);
kf_err_t *kfm_handle_ops_refund_done(kfm_call_t *call);
kf_err_t *kfm_handle_ops_refund_retry(kfm_call_t *call);
kf_err_t *kfm_handle_ops_credit(kfm_call_t *call);
kf_err_t *kfm_handle_ops_figures(kfm_call_t *call);
kf_err_t *kfm_handle_ops_audit(kfm_call_t *call);
kf_err_t *kfm_handle_ops_endpoints(kfm_call_t *call);
kf_err_t *kfm_handle_ops_endpoint_add(kfm_call_t *call);
kf_err_t *kfm_handle_ops_endpoint_new(kfm_call_t *call);
kf_err_t *kfm_handle_ops_endpoint(kfm_call_t *call);
kf_err_t *kfm_handle_ops_endpoint_save(kfm_call_t *call);
kf_err_t *kfm_handle_ops_endpoint_remove(kfm_call_t *call);
kf_err_t *kfm_handle_ops_endpoint_secret(kfm_call_t *call);
kf_err_t *kfm_handle_ops_endpoint_test(kfm_call_t *call);

#endif
