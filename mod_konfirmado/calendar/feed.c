/* GET /feed/{token}/calendar.ics: a professional's bookings as an iCalendar feed. */
#include "flow/calendar/feed.h"

#include <apr_strings.h>
#include <string.h>

#include "flow_ctx.h"
#include "handle/acts.h"
#include "http/reply.h"
#include "repo/hold/offer.h"

#define CALENDAR "text/calendar; charset=utf-8; method=PUBLISH"

/* A tenant's host serves only that tenant. */
static bool is_here(const kfm_call_t *call, const kf_feed_t *feed)
{
    return !call->tenant || !memcmp(&call->tenant->id, &feed->tenant, sizeof(feed->tenant));
}

kf_err_t *kfm_handle_feed(kfm_call_t *call)
{
    kf_feed_t feed;
    bool done;

    KF_TRY(kf_flow_feed_read(&feed, kfm_flow(call), kfm_call_param(call, "token"), call->pool));
    if (!is_here(call, &feed)) {
        return kf_err(call->pool, KF_E_NOT_FOUND, "This calendar address is not valid.");
    }
    kfm_reply_header(call, "Cache-Control", apr_psprintf(call->pool, "private, max-age=%d", KF_FEED_CACHE_S));
    kfm_reply_header(call, "Content-Language", feed.lang);
    KF_TRY(kfm_reply_unless_match(&done, call, feed.tag));
    if (done) {
        return NULL;
    }
    kfm_reply_header(call, "Content-Disposition", "inline; filename=\"calendar.ics\"");
    return kfm_reply_bytes(call, 200, CALENDAR, feed.bytes, feed.len);
}
