#ifndef KF_BASE_LIMITER_H
#define KF_BASE_LIMITER_H
/*
 * The generic cell rate algorithm: `rate` events a `period`, evenly refilled,
 * all of them at once if the client was quiet before.
 *
 * The state of a client is one number, the time at which its allowance would be
 * full again ("theoretical arrival time"). Pure arithmetic on ticks of
 * 1/16 ms; the caller brings the clock, which must not go backwards by more
 * than a period, and starts at 0 when the table is made.
 */
#include <stdbool.h>
#include <stdint.h>

typedef int64_t kf_tick_t; /* 1/16 ms */

#define KF_TICKS_PER_MS 16
#define KF_TICKS_PER_S 16000

typedef struct {
    int32_t interval;  /* ticks between two events at the even rate; 0 = no limit */
    int64_t tolerance; /* how far ahead of the clock the state may be: (rate - 1) * interval */
    int32_t rate, period_s; /* as given */
} kf_limit_t;

/** `rate` events in `period_s` seconds. False if rate or period is not in 1..100000, 1..86400. */
bool kf_limit_set(kf_limit_t *out, int rate, int period_s);

/**
 * One more event at `now` for a client with the state `tat` (0 = never seen).
 * True: allowed, and *next is its new state. False: refused, the state stays,
 * and *wait says in how many ticks it would be allowed.
 */
bool kf_limit_take(kf_tick_t *next, kf_tick_t *wait, const kf_limit_t *limit, kf_tick_t tat,
                   kf_tick_t now);

/** How many events more are allowed at once at `now` with the state `tat`, and when all are again (ticks). */
int kf_limit_left(kf_tick_t *full, const kf_limit_t *limit, kf_tick_t tat, kf_tick_t now);

#endif
