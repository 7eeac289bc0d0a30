#include "base/limiter.h"

bool kf_limit_set(kf_limit_t *out, int rate, int period_s)
{
    if (rate < 1 || rate > 100000 || period_s < 1 || period_s > 86400) {
        return false;
    }
    out->interval = (int32_t)((int64_t)period_s * KF_TICKS_PER_S / rate);
    if (out->interval < 1) {
        out->interval = 1;
    }
    out->tolerance = (int64_t)(rate - 1) * out->interval;
    out->rate = rate;
    out->period_s = period_s;
    return true;
}

bool kf_limit_take(kf_tick_t *next, kf_tick_t *wait, const kf_limit_t *limit, kf_tick_t tat,
                   kf_tick_t now)
{
    kf_tick_t base = tat > now ? tat : now;
    kf_tick_t excess = base - now - limit->tolerance;

    if (limit->interval != 0 && excess > 0) {
        *wait = excess;
        return false;
    }
    *wait = 0;
    *next = base + limit->interval;
    return true;
}

int kf_limit_left(kf_tick_t *full, const kf_limit_t *limit, kf_tick_t tat, kf_tick_t now)
{
    kf_tick_t ahead = tat > now ? tat - now : 0;
    kf_tick_t left = limit->interval ? (limit->tolerance + limit->interval - ahead) / limit->interval : 0;

    *full = ahead;
    return left > 0 ? (int)left : 0;
}
