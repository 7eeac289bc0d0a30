#ifndef KF_FLOW_HOLD_AVAILABILITY_H
#define KF_FLOW_HOLD_AVAILABILITY_H
/*
 * The free times of a service. A hot path: when this process has the offer, the
 * working windows and the zone in its cache, one statement (busy times, the clock and
 * the catalogue's version) answers; everything else is arithmetic.
 */
#include "flow/hold/offer.h"
#include "repo/hold/availability.h"
#include "time/zone.h"

typedef struct {
    const kf_tenant_t *tenant; /* of the host, or NULL on the platform's */
    const char *link;
    const char *service;       /* id; NULL = the link's own */
    const char *professional;  /* id; NULL, "" or "any" = any */
    const char *zone;          /* IANA name; NULL = the professional's or the tenant's */
    const char *from, *to;     /* dates in that zone, inclusive; NULL: today and 13 days later */
    /* A booking to be moved: its service and, unless another is named, its professional are used, and its
     * own time counts as free. `tenant` is needed, `link` is ignored. NULL: none. */
    const kf_uuid_t *moves;
} kf_slots_ask_t;

typedef struct {
    const kf_offer_t *offer;
    int service;           /* index */
    int professional;      /* index, or -1 = any */
    const char *zone;
    kf_date_t from, to;
    bool more;             /* `to` is before the day asked for: KF_MAX_PERSON_DAYS limits professionals x days */
    kf_instant_t now;
    kf_interval_t range;   /* the days asked for, as instants */
    kf_zone_offsets_t offsets;
    kf_instant_t *starts;  /* ascending */
    size_t n;
    int *unread;           /* professionals (indexes) whose calendar cannot be read now: no times of theirs */
    size_t n_unread;
    const kf_windows_t *open; /* of the professionals whose times these are */
} kf_slots_t;

/**
 * KF_E_LINK_*, KF_E_TENANT_SUSPENDED; KF_E_INVALID with field service,
 * professional, from, to or timezone (a range of more than KF_MAX_RANGE_DAYS
 * days, a date that does not exist, ...).
 */
kf_err_t *kf_flow_slots(kf_slots_t *out, const kf_flow_t *flow, const kf_slots_ask_t *ask, apr_pool_t *p);

/**
 * Whether a professional with a readable calendar works on a day at a time that would be bookable if nothing else
 * were booked: then a day without free times is full. The database applies the same rule (kf.waiting_day_check).
 */
bool kf_slots_worked(const kf_slots_t *slots, kf_interval_t day);

/** The offset of a zone at an instant, in seconds east of UTC; cached. KF_E_INVALID: no such zone. */
kf_err_t *kf_flow_offset(int32_t *out, const kf_flow_t *flow, const char *zone, kf_instant_t at, apr_pool_t *p);

#endif
