#ifndef KF_BASE_DURATION_H
#define KF_BASE_DURATION_H
/*
 * Durations as a person writes them in a configuration: a whole number and one
 * unit, "500ms", "10s", "5m", "2h". No blanks, no sign, no fraction, no sum.
 */
#include <stdbool.h>
#include <stdint.h>

#define KF_DURATION_MAX_MS (INT64_C(366) * 24 * 3600 * 1000)

/** Milliseconds; false if the text is anything else or longer than KF_DURATION_MAX_MS. */
bool kf_duration_read(int64_t *ms, const char *text);

/** A rate, "10/10s": `events` in `period_s` whole seconds. False if it is anything else. */
bool kf_rate_read(int *events, int *period_s, const char *text);

#endif
