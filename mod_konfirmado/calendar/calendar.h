#ifndef KFM_CALENDAR_CALENDAR_H
#define KFM_CALENDAR_CALENDAR_H
/* Shared by the endpoints and the pages of calendars elsewhere. */
#include "flow/calendar/connect.h"
#include "handle/kit.h"

/** A new invitation on behalf of who is signed in. Errors: kf_flow_connect_invite(). */
kf_err_t *kfm_calendar_invite(kf_connect_invited_t *out, kfm_call_t *call, const kf_connect_wish_t *wish);

/** Sets `conflict` of those bookings (an array with ids, or NULL) that a calendar stands against. */
kf_err_t *kfm_calendar_mark(json_t *bookings, kfm_call_t *call);

#endif
