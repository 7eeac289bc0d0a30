#ifndef KFM_HANDLE_ADMIN_ROUTES_H
#define KFM_HANDLE_ADMIN_ROUTES_H
/* The endpoints of the admin API: http/routes_admin.def says which path comes where. */
#include "http/call.h"

/* openapi.c */
kf_err_t *kfm_handle_openapi(kfm_call_t *call);
/* admin_service.c */
kf_err_t *kfm_handle_services(kfm_call_t *call);
kf_err_t *kfm_handle_service_add(kfm_call_t *call);
kf_err_t *kfm_handle_service(kfm_call_t *call);
kf_err_t *kfm_handle_service_change(kfm_call_t *call);
kf_err_t *kfm_handle_service_archive(kfm_call_t *call);
kf_err_t *kfm_handle_service_restore(kfm_call_t *call);
/* admin_professional.c */
kf_err_t *kfm_handle_professionals(kfm_call_t *call);
kf_err_t *kfm_handle_professional_add(kfm_call_t *call);
kf_err_t *kfm_handle_professional(kfm_call_t *call);
kf_err_t *kfm_handle_professional_change(kfm_call_t *call);
kf_err_t *kfm_handle_professional_archive(kfm_call_t *call);
kf_err_t *kfm_handle_professional_restore(kfm_call_t *call);
kf_err_t *kfm_handle_hours(kfm_call_t *call);
kf_err_t *kfm_handle_hours_set(kfm_call_t *call);
/* admin_closed.c */
kf_err_t *kfm_handle_closed_days(kfm_call_t *call);
kf_err_t *kfm_handle_closed_day_add(kfm_call_t *call);
kf_err_t *kfm_handle_closed_day_remove(kfm_call_t *call);
/* admin_link.c */
kf_err_t *kfm_handle_links(kfm_call_t *call);
kf_err_t *kfm_handle_link_add(kfm_call_t *call);
kf_err_t *kfm_handle_link(kfm_call_t *call);
kf_err_t *kfm_handle_link_change(kfm_call_t *call);
kf_err_t *kfm_handle_link_deactivate(kfm_call_t *call);
/* admin_branding.c */
kf_err_t *kfm_handle_branding(kfm_call_t *call);
kf_err_t *kfm_handle_branding_change(kfm_call_t *call);
kf_err_t *kfm_handle_subdomain(kfm_call_t *call);
kf_err_t *kfm_handle_domain_check(kfm_call_t *call);
/* admin_payments.c */
kf_err_t *kfm_handle_payments(kfm_call_t *call);
kf_err_t *kfm_handle_payments_change(kfm_call_t *call);
kf_err_t *kfm_handle_payments_test(kfm_call_t *call);
/* admin_callback.c */
kf_err_t *kfm_handle_callbacks(kfm_call_t *call);
kf_err_t *kfm_handle_callback(kfm_call_t *call);
kf_err_t *kfm_handle_callback_resend(kfm_call_t *call);
kf_err_t *kfm_handle_callback_test(kfm_call_t *call);
kf_err_t *kfm_handle_secrets(kfm_call_t *call);
kf_err_t *kfm_handle_secret_rotate(kfm_call_t *call);
kf_err_t *kfm_handle_endpoints(kfm_call_t *call);
kf_err_t *kfm_handle_endpoint(kfm_call_t *call);
kf_err_t *kfm_handle_endpoint_add(kfm_call_t *call);
kf_err_t *kfm_handle_endpoint_change(kfm_call_t *call);
kf_err_t *kfm_handle_endpoint_remove(kfm_call_t *call);
kf_err_t *kfm_handle_endpoint_test(kfm_call_t *call);
/* admin_booking.c */
kf_err_t *kfm_handle_bookings(kfm_call_t *call);
kf_err_t *kfm_handle_booking(kfm_call_t *call);
kf_err_t *kfm_handle_booking_add(kfm_call_t *call);
kf_err_t *kfm_handle_booking_cancel(kfm_call_t *call);
kf_err_t *kfm_handle_booking_complete(kfm_call_t *call);
kf_err_t *kfm_handle_booking_no_show(kfm_call_t *call);
kf_err_t *kfm_handle_calendar(kfm_call_t *call);
/* admin_refund.c */
kf_err_t *kfm_handle_refunds(kfm_call_t *call);
kf_err_t *kfm_handle_refund_done(kfm_call_t *call);
kf_err_t *kfm_handle_refund_retry(kfm_call_t *call);
kf_err_t *kfm_handle_quarantine(kfm_call_t *call);
kf_err_t *kfm_handle_quarantine_resolve(kfm_call_t *call);
/* admin_reports.c */
kf_err_t *kfm_handle_analytics(kfm_call_t *call);
kf_err_t *kfm_handle_audit_log(kfm_call_t *call);
kf_err_t *kfm_handle_checklist(kfm_call_t *call);

#endif
