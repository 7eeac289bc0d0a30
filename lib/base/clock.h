#ifndef KF_BASE_CLOCK_H
#define KF_BASE_CLOCK_H
/*
 * A clock for measuring durations: monotonic, independent of changes to the
 * time of day, and the same in all processes of a machine. For the time of day
 * use apr_time_now() and time/instant.h.
 */
#include <stdint.h>
#include <time.h>

/** Nanoseconds since some moment before this machine began. */
static inline int64_t kf_clock_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/** The same in milliseconds. */
static inline int64_t kf_clock_ms(void)
{
    return kf_clock_ns() / 1000000;
}

#endif
