#ifndef KF_REPO_CALENDAR_FEED_H
#define KF_REPO_CALENDAR_FEED_H
/*
 * Feeds of professionals: the owner of an address, and the feed's contents.
 */
#include "crypto/token.h"
#include "db/db.h"
#include "time/instant.h"

typedef struct {
    kf_uuid_t tenant, feed;
    const char *professional, *business, *language;
    const char *state; /* "open", "over", "suspended" */
} kf_feed_owner_t;

/** The feed of a token's hash; *found is false if there is none. */
kf_err_t *kf_repo_feed_find(kf_feed_owner_t *out, bool *found, kf_db_t *db, const uint8_t *hash, apr_pool_t *p);

typedef struct {
    kf_uuid_t booking;
    int sequence;
    kf_instant_t changed_at, start, end;
    const char *service, *customer, *phone, *place;
    const char *meeting_url; /* NULL: none */
    const char *organizer;   /* the business's own address for mails; NULL: it has none */
} kf_feed_row_t;

/** Its bookings by start: `*rows` is an array of `*n` in the pool. */
kf_err_t *kf_repo_feed_read(kf_feed_row_t **rows, int *n, kf_db_t *db, const kf_feed_owner_t *owner, apr_pool_t *p);

#endif
