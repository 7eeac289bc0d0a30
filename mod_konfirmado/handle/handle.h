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
/* auth_api.c */
kf_err_t *kfm_handle_api_register(kfm_call_t *call);
kf_err_t *kfm_handle_api_resend(kfm_call_t *call);
kf_err_t *kfm_handle_api_forgot(kfm_call_t *call);
kf_err_t *kfm_handle_api_verify(kfm_call_t *call);
kf_err_t *kfm_handle_api_reset(kfm_call_t *call);
kf_err_t *kfm_handle_api_accept(kfm_call_t *call);
/* auth_api_session.c */
kf_err_t *kfm_handle_api_login(kfm_call_t *call);
kf_err_t *kfm_handle_api_logout(kfm_call_t *call);
kf_err_t *kfm_handle_api_session(kfm_call_t *call);
kf_err_t *kfm_handle_api_sessions(kfm_call_t *call);
kf_err_t *kfm_handle_api_session_revoke(kfm_call_t *call);
/* auth_api_self.c */
kf_err_t *kfm_handle_api_password(kfm_call_t *call);
kf_err_t *kfm_handle_api_profile(kfm_call_t *call);
kf_err_t *kfm_handle_api_totp_view(kfm_call_t *call);
kf_err_t *kfm_handle_api_totp(kfm_call_t *call);
kf_err_t *kfm_handle_api_totp_confirm(kfm_call_t *call);
kf_err_t *kfm_handle_api_totp_disable(kfm_call_t *call);
kf_err_t *kfm_handle_api_recovery_codes(kfm_call_t *call);
/* auth_api_team.c */
kf_err_t *kfm_handle_api_staff(kfm_call_t *call);
kf_err_t *kfm_handle_api_staff_invite(kfm_call_t *call);
kf_err_t *kfm_handle_api_staff_change(kfm_call_t *call);
kf_err_t *kfm_handle_api_staff_disable(kfm_call_t *call);
kf_err_t *kfm_handle_api_keys(kfm_call_t *call);
kf_err_t *kfm_handle_api_key_create(kfm_call_t *call);
kf_err_t *kfm_handle_api_key_revoke(kfm_call_t *call);
/* auth_page.c */
kf_err_t *kfm_handle_auth_mail(kfm_call_t *call);
kf_err_t *kfm_handle_auth_mail_post(kfm_call_t *call);
kf_err_t *kfm_handle_auth_register(kfm_call_t *call);
kf_err_t *kfm_handle_auth_register_post(kfm_call_t *call);
kf_err_t *kfm_handle_auth_verify(kfm_call_t *call);
kf_err_t *kfm_handle_auth_verify_post(kfm_call_t *call);
/* auth_login.c */
kf_err_t *kfm_handle_auth_login(kfm_call_t *call);
kf_err_t *kfm_handle_auth_login_post(kfm_call_t *call);
kf_err_t *kfm_handle_auth_logout(kfm_call_t *call);
/* auth_reset.c */
kf_err_t *kfm_handle_auth_forgot(kfm_call_t *call);
kf_err_t *kfm_handle_auth_forgot_post(kfm_call_t *call);
kf_err_t *kfm_handle_auth_reset(kfm_call_t *call);
kf_err_t *kfm_handle_auth_reset_post(kfm_call_t *call);
kf_err_t *kfm_handle_auth_invitation(kfm_call_t *call);
kf_err_t *kfm_handle_auth_invitation_post(kfm_call_t *call);
/* auth_self.c */
kf_err_t *kfm_handle_account(kfm_call_t *call);
kf_err_t *kfm_handle_account_profile(kfm_call_t *call);
kf_err_t *kfm_handle_account_password(kfm_call_t *call);
kf_err_t *kfm_handle_account_session(kfm_call_t *call);
/* auth_self_factor.c */
kf_err_t *kfm_handle_factor(kfm_call_t *call);
kf_err_t *kfm_handle_factor_begin(kfm_call_t *call);
kf_err_t *kfm_handle_factor_confirm(kfm_call_t *call);
kf_err_t *kfm_handle_factor_disable(kfm_call_t *call);
kf_err_t *kfm_handle_factor_codes(kfm_call_t *call);
/* auth_team.c */
kf_err_t *kfm_handle_staff(kfm_call_t *call);
kf_err_t *kfm_handle_staff_invite(kfm_call_t *call);
kf_err_t *kfm_handle_staff_change(kfm_call_t *call);
/* auth_keys.c */
kf_err_t *kfm_handle_keys(kfm_call_t *call);
kf_err_t *kfm_handle_keys_create(kfm_call_t *call);
kf_err_t *kfm_handle_keys_revoke(kfm_call_t *call);
/* webhook.c */
kf_err_t *kfm_handle_webhook(kfm_call_t *call);
/* webhook_google.c */
kf_err_t *kfm_handle_webhook_google(kfm_call_t *call);
/* upload.c */
kf_err_t *kfm_handle_logo_put(kfm_call_t *call);
kf_err_t *kfm_handle_photo_put(kfm_call_t *call);
kf_err_t *kfm_handle_image_put(kfm_call_t *call);
kf_err_t *kfm_handle_upload(kfm_call_t *call);
/* feed.c */
kf_err_t *kfm_handle_feed(kfm_call_t *call);
/* export.c */
kf_err_t *kfm_handle_export(kfm_call_t *call);
/* problems.c */
kf_err_t *kfm_handle_problems(kfm_call_t *call);
kf_err_t *kfm_handle_problem(kfm_call_t *call);
/* health.c */
kf_err_t *kfm_handle_alive(kfm_call_t *call);
kf_err_t *kfm_handle_health(kfm_call_t *call);

#endif
