#ifndef KFM_CALENDAR_FEED_H
#define KFM_CALENDAR_FEED_H
/* A professional's bookings as an iCalendar feed. */
#include "flow/calendar/feed.h"
#include "http/call.h"

/** Makes a new feed of a professional. Only `out` contains its URL. */
kf_err_t *kfm_feed_make(kf_feed_made_t *out, kfm_call_t *call, const kf_uuid_t *professional);

#endif
