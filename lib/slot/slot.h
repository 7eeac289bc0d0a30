#ifndef KF_SLOT_SLOT_H
#define KF_SLOT_SLOT_H
/*
 * Free time: windows minus busy, cut into starts. Pure arithmetic on instants;
 * SQL has resolved zones and local times before (kf.windows).
 *
 * A window offers the starts u with
 *     (u - origin) % step == 0,  lo <= u < hi,  u + duration <= until.
 * A working day is one window; a day with a clock change inside is
 * two that share `until`, so that a length is always true elapsed time.
 *
 * A start is free if [u - before, u + duration + after) touches nothing busy
 * and `allowed` holds u. Busy ranges include the buffers of their own bookings.
 *
 * The same rule decides a hold in the database (kf.hold_take): what is shown
 * can be claimed.
 */
#include <stddef.h>

#include "time/instant.h"

typedef struct {
    kf_instant_t origin, lo, hi, until;
} kf_window_t;

/* All in microseconds; step and duration are positive, the buffers not negative. */
typedef struct {
    int64_t step, duration, before, after;
} kf_slot_rule_t;

typedef struct {
    const kf_window_t *windows; /* sorted by lo, not overlapping */
    size_t n_windows;
    const kf_interval_t *busy;  /* sorted by start, may overlap */
    size_t n_busy;
    kf_slot_rule_t rule;
    kf_interval_t allowed;
} kf_slot_ask_t;

/** Writes the free starts in ascending order; stops at `max`. Returns how many. */
size_t kf_slot_cut(kf_instant_t *out, size_t max, const kf_slot_ask_t *ask);

/** Sorts starts of several professionals and removes duplicates, in place; returns the new count. */
size_t kf_slot_union(kf_instant_t *starts, size_t n);

#endif
