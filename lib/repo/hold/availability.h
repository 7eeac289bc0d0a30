#ifndef KF_REPO_HOLD_AVAILABILITY_H
#define KF_REPO_HOLD_AVAILABILITY_H
/*
 * What the database knows about time: offsets of zones, working windows, busy
 * times. Read only.
 */
#include <stdbool.h>

#include "db/db.h"
#include "slot/slot.h"
#include "time/zone.h"

/* The days [from, to] of a zone as instants, and the zone's offsets in them. */
typedef struct {
    kf_interval_t range;
    kf_zone_offsets_t offsets;
} kf_zone_range_t;

/** KF_E_INVALID with field "timezone" for a zone that does not exist. */
kf_err_t *kf_repo_zone_range(kf_zone_range_t *out, kf_db_t *db, const char *zone, kf_date_t from, kf_date_t to,
                             apr_pool_t *p);

/* Professionals of one tenant, in the order that numbers the answers. */
typedef struct {
    const kf_uuid_t *tenant;
    const kf_uuid_t *ids;
    size_t n;
} kf_people_t;

/* Windows of several professionals: those of number i are list[first[i]] .. list[first[i + 1] - 1]. */
typedef struct {
    kf_window_t *list;
    size_t *first; /* n + 1 entries */
    size_t n;
} kf_windows_t;

kf_err_t *kf_repo_windows(kf_windows_t *out, kf_db_t *db, const kf_people_t *who, kf_interval_t range,
                          apr_pool_t *p);

/* Busy times of the same professionals, as above; buffers included. */
typedef struct {
    kf_interval_t *list;
    size_t *first;
    bool *unread;     /* n of them: this one's calendar cannot be read, so all is busy */
    size_t n;
    kf_instant_t now; /* the database's clock */
    int64_t version;  /* of the tenant's catalogue: data read under another version is stale */
} kf_busy_t;

/** The hot statement. With n = 0 it reads only the clock and the version. */
kf_err_t *kf_repo_busy(kf_busy_t *out, kf_db_t *db, const kf_people_t *who, kf_interval_t range, apr_pool_t *p);

/** The same without the time of one booking and its calendar event, because that booking is to be moved. */
kf_err_t *kf_repo_busy_except(kf_busy_t *out, kf_db_t *db, const kf_people_t *who, kf_interval_t range,
                              const kf_uuid_t *booking, apr_pool_t *p);

typedef struct {
    kf_interval_t *list;
    size_t n;
} kf_days_t;

typedef struct {
    const kf_uuid_t *tenant, *service;
    const kf_uuid_t *except; /* a booking that does not count, or NULL */
} kf_full_ask_t;

/** The days on which a service takes no more bookings, as ranges of starts. */
kf_err_t *kf_repo_full_days(kf_days_t *out, kf_db_t *db, const kf_full_ask_t *ask, kf_interval_t range,
                            apr_pool_t *p);

#endif
