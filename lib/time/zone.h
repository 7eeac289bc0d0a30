#ifndef KF_TIME_ZONE_H
#define KF_TIME_ZONE_H
/*
 * The offsets of one time zone over a range, as PostgreSQL told them: there is
 * no second copy of the zone rules in C. Entry i holds from its `from` until the
 * next entry's; the first also holds before its own, the last for ever.
 */
#include "time/instant.h"

#include <stddef.h>

typedef struct {
    kf_instant_t from;
    int32_t offset;   /* seconds east of UTC */
} kf_zone_step_t;

typedef struct {
    const kf_zone_step_t *steps;   /* sorted by `from`, at least one */
    size_t n;
} kf_zone_offsets_t;

/**
 * Takes `n` steps (not copied). KF_E_INTERNAL if there is none, they are not
 * strictly ascending, or an offset is a day or more.
 */
kf_err_t *kf_zone_init(kf_zone_offsets_t *out, const kf_zone_step_t *steps, size_t n,
                       apr_pool_t *p);

/** The offset at an instant, in seconds east of UTC. */
int32_t kf_zone_offset(const kf_zone_offsets_t *zone, kf_instant_t at);

/**
 * The same for a walk forward in time: `*cursor` starts at 0 and is kept by the
 * caller; `at` may not go back between calls.
 */
static inline int32_t kf_zone_offset_next(const kf_zone_offsets_t *zone, size_t *cursor,
                                          kf_instant_t at)
{
    while (*cursor + 1 < zone->n && zone->steps[*cursor + 1].from <= at) {
        ++*cursor;
    }
    return zone->steps[*cursor].offset;
}

/**
 * The instant at which the zone's clock shows `civil`. False if it never does
 * (the gap of a change forward); of a time that comes twice, the first.
 */
bool kf_zone_instant(kf_instant_t *out, const kf_zone_offsets_t *zone, const kf_civil_t *civil);

#endif
