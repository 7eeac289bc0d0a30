#ifndef KF_FLOW_CALENDAR_FEED_H
#define KF_FLOW_CALENDAR_FEED_H
/*
 * The bookings of a professional as an iCalendar feed, for calendars that only
 * subscribe: <base_url>/feed/{token}/calendar.ics. The token in the path is the
 * right; it is shown once, only its hash is kept, a new one ends the former.
 *
 * The feed holds what was paid for in the last 30 days and the next 400, never
 * what was cancelled or erased: whoever subscribes reads it as a whole, so what is
 * not in it any more is gone there too. Each booking keeps its UID, with the
 * SEQUENCE of its invitation; its DTSTAMP is when it was changed last. So the
 * bytes are the same until something changes, and their hash is the tag.
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
 * A new address, in an open transaction of an act that changes something (flow/admin.h); the former one
 * ends. KF_E_NOT_FOUND: no such professional. (To end it: kf_doc_feed_revoke; to look: kf_doc_feed_get.)
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
 * What the address holds now. KF_E_NOT_FOUND: there is none, or it was ended; KF_E_TENANT_SUSPENDED;
 * KF_E_TOO_LARGE above KF_MAX_FEED. Any thread.
 */
kf_err_t *kf_flow_feed_read(kf_feed_t *out, const kf_flow_t *flow, const char *token, apr_pool_t *p);

#endif
