#ifndef KF_FLOW_CALENDAR_FEED_H
#define KF_FLOW_CALENDAR_FEED_H
/*
 * The bookings of a professional as an iCalendar feed, for calendars that only
 * subscribe: <base_url>/feed/{token}/calendar.ics. The token in the path is the
 * authorization. It is shown once, only its hash is stored, and a new one ends the former.
 *
 * The feed holds the paid bookings of the last 30 days and the next 400, never a
 * cancelled or erased one: a subscriber reads the whole feed, so a booking that is no
 * longer in it disappears there too. Each booking keeps its UID, with the SEQUENCE of
 * its invitation; its DTSTAMP is the time of its last change. So the bytes stay the
 * same until something changes, and the ETag is their hash.
 */
#include "crypto/token.h"
#include "flow/flow.h"

#define KF_TOKEN_FEED "feed" /* audience of the token */
#define KF_FEED_CACHE_S 300  /* how long a client may keep what it read */

typedef struct {
    const char *url;  /* the whole address: shown once, wiped with the pool */
    const char *json; /* {"id", "created_at", "read_at"} */
} kf_feed_made_t;

/**
 * Makes a new address, in an open transaction of an act that changes something (flow/admin.h); the former
 * one ends. KF_E_NOT_FOUND: no such professional. (kf_doc_feed_revoke ends it, kf_doc_feed_get reads it.)
 */
kf_err_t *kf_flow_feed_create(kf_feed_made_t *out, const kf_flow_t *flow, kf_db_t *db, const kf_uuid_t *tenant,
                              const kf_uuid_t *professional, apr_pool_t *p);

typedef struct {
    const char *bytes; /* CRLF lines; in the pool */
    size_t len;
    const char *tag;   /* for ETag, without quotes */
    kf_uuid_t tenant;  /* whose it is */
    const char *lang;  /* of the business */
} kf_feed_t;

/**
 * The current contents of the feed. KF_E_NOT_FOUND: no such feed, or it was ended; KF_E_TENANT_SUSPENDED;
 * KF_E_TOO_LARGE above KF_MAX_FEED. Any thread may call it.
 */
kf_err_t *kf_flow_feed_read(kf_feed_t *out, const kf_flow_t *flow, const char *token, apr_pool_t *p);

#endif
