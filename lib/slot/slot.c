#include "slot/slot.h"

#include <stdlib.h>

/* The first start of the window's grid that is not before `at`. */
static kf_instant_t on_grid(const kf_window_t *window, int64_t step, kf_instant_t at)
{
    int64_t past = (at - window->origin) % step;

    if (past < 0) {
        past += step;
    }
    return past ? at + step - past : at;
}

static kf_instant_t later(kf_instant_t a, kf_instant_t b)
{
    return a > b ? a : b;
}

static kf_instant_t earlier(kf_instant_t a, kf_instant_t b)
{
    return a < b ? a : b;
}

/*
 * Starts only grow, so a busy range that ends before the current start's claim
 * is never needed again. A long range may extend past shorter ones that follow
 * it, so the scan keeps the furthest end.
 */
typedef struct {
    const kf_interval_t *busy;
    size_t n, next;
    kf_instant_t reach; /* the furthest end of all ranges before `next` */
} scan_t;

/* The end of what is busy in [from, to), or `from` if that is free. */
static kf_instant_t blocked_until(scan_t *scan, kf_instant_t from, kf_instant_t to)
{
    while (scan->next < scan->n && scan->busy[scan->next].start < to) {
        scan->reach = later(scan->reach, scan->busy[scan->next].end);
        scan->next++;
    }
    return later(scan->reach, from);
}

size_t kf_slot_cut(kf_instant_t *out, size_t max, const kf_slot_ask_t *ask)
{
    const kf_slot_rule_t *rule = &ask->rule;
    scan_t scan = {ask->busy, ask->n_busy, 0, INT64_MIN};
    size_t n = 0;

    for (size_t i = 0; i < ask->n_windows && n < max; i++) {
        const kf_window_t *window = &ask->windows[i];
        kf_instant_t end = earlier(earlier(window->hi, ask->allowed.end), window->until - rule->duration + 1);
        kf_instant_t at = on_grid(window, rule->step, later(window->lo, ask->allowed.start));

        while (at < end && n < max) {
            kf_instant_t from = at - rule->before;
            kf_instant_t free_from = blocked_until(&scan, from, at + rule->duration + rule->after);

            if (free_from == from) {
                out[n++] = at;
                at += rule->step;
            }
            else { /* jump over the busy range instead of trying every step in it */
                at = on_grid(window, rule->step, free_from + rule->before);
            }
        }
    }
    return n;
}

static int by_time(const void *a, const void *b)
{
    kf_instant_t x = *(const kf_instant_t *)a, y = *(const kf_instant_t *)b;

    return (x > y) - (x < y);
}

size_t kf_slot_union(kf_instant_t *starts, size_t n)
{
    size_t kept = 0;

    qsort(starts, n, sizeof(*starts), by_time);
    for (size_t i = 0; i < n; i++) {
        if (!kept || starts[i] != starts[kept - 1]) {
            starts[kept++] = starts[i];
        }
    }
    return kept;
}
