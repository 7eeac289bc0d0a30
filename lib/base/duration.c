#include "base/duration.h"

#include <string.h>

/* Digits up to the first other character, where *end then points. */
static bool read_digits(int64_t *out, const char **end, const char *text)
{
    const char *at = text;
    int64_t n = 0;

    while (*at >= '0' && *at <= '9' && at - text < 12) {
        n = n * 10 + (*at++ - '0');
    }
    *out = n;
    *end = at;
    return at != text && !(*at >= '0' && *at <= '9');
}

static int64_t unit_ms(const char *unit)
{
    static const struct {
        const char *name;
        int64_t ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}};

    for (unsigned i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (strcmp(unit, units[i].name) == 0) {
            return units[i].ms;
        }
    }
    return 0;
}

bool kf_duration_read(int64_t *ms, const char *text)
{
    const char *unit;
    int64_t n, factor;

    if (!read_digits(&n, &unit, text)) {
        return false;
    }
    factor = unit_ms(unit);
    if (factor == 0 || n > KF_DURATION_MAX_MS / factor) {
        return false;
    }
    *ms = n * factor;
    return true;
}

bool kf_rate_read(int *events, int *period_s, const char *text)
{
    const char *slash;
    int64_t n, ms;

    if (!read_digits(&n, &slash, text) || *slash != '/' || n < 1 || n > 100000) {
        return false;
    }
    if (!kf_duration_read(&ms, slash + 1) || ms < 1000 || ms % 1000 != 0 || ms > 86400000) {
        return false;
    }
    *events = (int)n;
    *period_s = (int)(ms / 1000);
    return true;
}
