#ifndef KFM_CALENDAR_CALENDAR_H
#define KFM_CALENDAR_CALENDAR_H
/* Shared by the endpoints and the pages of external calendars. */
#include "flow/calendar/connect.h"
#include "handle/kit.h"

/** Makes an invitation on behalf of the signed-in person. Errors: kf_flow_connect_invite(). */
kf_err_t *kfm_calendar_invite(kf_connect_invited_t *out, kfm_call_t *call, const kf_connect_wish_t *wish);

/** Sets `conflict` of the bookings (an array with ids, or NULL) that are in conflict with a calendar. */
kf_err_t *kfm_calendar_mark(json_t *bookings, kfm_call_t *call);

#endif
