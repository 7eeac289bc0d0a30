#include "time/zone.h"

kf_err_t *kf_zone_init(kf_zone_offsets_t *out, const kf_zone_step_t *steps, size_t n,
                       apr_pool_t *p)
{
    if (n == 0) {
        return kf_err(p, KF_E_INTERNAL, "A time zone has no offsets.");
    }
    for (size_t i = 0; i < n; i++) {
        if ((i && steps[i].from <= steps[i - 1].from) || steps[i].offset <= -86400
            || steps[i].offset >= 86400) {
            return kf_err(p, KF_E_INTERNAL, "The offsets of a time zone are not in order.");
        }
    }
    out->steps = steps;
    out->n = n;
    return NULL;
}

int32_t kf_zone_offset(const kf_zone_offsets_t *zone, kf_instant_t at)
{
    size_t low = 0, high = zone->n;

    /* the last step with from <= at lies in [low, high), or it is the first */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (zone->steps[middle].from <= at) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return zone->steps[low].offset;
}

bool kf_zone_instant(kf_instant_t *out, const kf_zone_offsets_t *zone, const kf_civil_t *civil)
{
    for (size_t i = 0; i < zone->n; i++) {
        kf_instant_t at = kf_instant_from_civil(civil, zone->steps[i].offset);

        /* a step may answer only for the time in which it holds */
        if ((i == 0 || at >= zone->steps[i].from)
            && (i + 1 == zone->n || at < zone->steps[i + 1].from)) {
            *out = at;
            return true;
        }
    }
    return false;
}
