#ifndef KFM_HANDLE_AFTER_ROUTES_H
#define KFM_HANDLE_AFTER_ROUTES_H
/* What follows a booking, for the merchant: http/routes_after.def says which path comes where. */
#include "http/call.h"

/* admin_booking.c */
kf_err_t *kfm_handle_booking_move(kfm_call_t *call);
/* after_booking.c */
kf_err_t *kfm_handle_booking_mail(kfm_call_t *call);
kf_err_t *kfm_handle_waiting_list(kfm_call_t *call);
kf_err_t *kfm_handle_waiting_remove(kfm_call_t *call);
kf_err_t *kfm_handle_feed_get(kfm_call_t *call);
kf_err_t *kfm_handle_feed_create(kfm_call_t *call);
kf_err_t *kfm_handle_feed_revoke(kfm_call_t *call);
/* after_rules.c */
kf_err_t *kfm_handle_rules(kfm_call_t *call);
kf_err_t *kfm_handle_rules_change(kfm_call_t *call);
kf_err_t *kfm_handle_customer_export(kfm_call_t *call);
kf_err_t *kfm_handle_customer_erase(kfm_call_t *call);
/* after_channel.c */
kf_err_t *kfm_handle_channel(kfm_call_t *call);
kf_err_t *kfm_handle_channel_put(kfm_call_t *call);
kf_err_t *kfm_handle_channel_remove(kfm_call_t *call);
kf_err_t *kfm_handle_channel_test(kfm_call_t *call);

/* dash_ops_move.c */
kf_err_t *kfm_dash_move(kfm_call_t *call);
kf_err_t *kfm_dash_move_post(kfm_call_t *call);
/* dash_ops_booking.c */
kf_err_t *kfm_dash_booking_mail(kfm_call_t *call);
/* dash_after_mails.c */
kf_err_t *kfm_dash_mails(kfm_call_t *call);
kf_err_t *kfm_dash_mails_save(kfm_call_t *call);
/* dash_after_channel.c */
kf_err_t *kfm_dash_channel(kfm_call_t *call);
kf_err_t *kfm_dash_channel_save(kfm_call_t *call);
kf_err_t *kfm_dash_channel_test(kfm_call_t *call);
kf_err_t *kfm_dash_channel_ask(kfm_call_t *call);
kf_err_t *kfm_dash_channel_remove(kfm_call_t *call);
/* dash_after_privacy.c */
kf_err_t *kfm_dash_privacy(kfm_call_t *call);
kf_err_t *kfm_dash_privacy_save(kfm_call_t *call);
kf_err_t *kfm_dash_customer_export(kfm_call_t *call);
kf_err_t *kfm_dash_customer_erase(kfm_call_t *call);
/* dash_after_more.c */
kf_err_t *kfm_dash_waiting(kfm_call_t *call);
kf_err_t *kfm_dash_waiting_remove(kfm_call_t *call);
kf_err_t *kfm_dash_feed(kfm_call_t *call);
kf_err_t *kfm_dash_feed_create(kfm_call_t *call);
kf_err_t *kfm_dash_feed_ask(kfm_call_t *call);
kf_err_t *kfm_dash_feed_revoke(kfm_call_t *call);

#endif
