#ifndef KFM_HANDLE_CONNECT_H
#define KFM_HANDLE_CONNECT_H
/* Calendars elsewhere: http/routes_connect.def says which path comes where. */
#include "http/call.h"

/* connect.c: the professional, by the token of an invitation */
kf_err_t *kfm_handle_connect(kfm_call_t *call);
kf_err_t *kfm_handle_connect_begin(kfm_call_t *call);
kf_err_t *kfm_handle_connect_choice(kfm_call_t *call);
kf_err_t *kfm_handle_connect_finish(kfm_call_t *call);
kf_err_t *kfm_handle_connect_done(kfm_call_t *call);
kf_err_t *kfm_handle_connect_back(kfm_call_t *call);

/* connect_api.c: the merchant */
kf_err_t *kfm_handle_calendar_invite(kfm_call_t *call);
kf_err_t *kfm_handle_calendar_get(kfm_call_t *call);
kf_err_t *kfm_handle_calendar_change(kfm_call_t *call);
kf_err_t *kfm_handle_calendar_test(kfm_call_t *call);
kf_err_t *kfm_handle_calendar_disconnect(kfm_call_t *call);
kf_err_t *kfm_handle_conflicts(kfm_call_t *call);
kf_err_t *kfm_handle_conflict_dismiss(kfm_call_t *call);
kf_err_t *kfm_handle_event_retry(kfm_call_t *call);

/* connect_dash.c: the same as pages */
kf_err_t *kfm_dash_calendar(kfm_call_t *call);
kf_err_t *kfm_dash_calendar_save(kfm_call_t *call);
kf_err_t *kfm_dash_calendar_invite(kfm_call_t *call);
kf_err_t *kfm_dash_calendar_test(kfm_call_t *call);
kf_err_t *kfm_dash_calendar_ask(kfm_call_t *call);
kf_err_t *kfm_dash_calendar_disconnect(kfm_call_t *call);
kf_err_t *kfm_dash_conflicts(kfm_call_t *call);
kf_err_t *kfm_dash_conflict_dismiss(kfm_call_t *call);
kf_err_t *kfm_dash_event_retry(kfm_call_t *call);

#endif
