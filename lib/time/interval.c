/* Sets of half-open intervals: the contract is time/instant.h. */
#include "time/instant.h"

#include <stdlib.h>

kf_interval_t kf_interval_intersect(kf_interval_t a, kf_interval_t b)
{
    return (kf_interval_t){
        .start = a.start > b.start ? a.start : b.start,
        .end = a.end < b.end ? a.end : b.end,
    };
}

static int by_start(const void *a, const void *b)
{
    kf_instant_t x = ((const kf_interval_t *)a)->start;
    kf_instant_t y = ((const kf_interval_t *)b)->start;

    return (x > y) - (x < y);
}

size_t kf_interval_merge(kf_interval_t *list, size_t n)
{
    size_t kept = 0;

    if (n) {
        qsort(list, n, sizeof(*list), by_start);
    }
    for (size_t i = 0; i < n; i++) {
        if (kf_interval_empty(list[i])) {
            continue;
        }
        if (!kept || list[i].start > list[kept - 1].end) {
            list[kept++] = list[i];
        } else if (list[i].end > list[kept - 1].end) {
            list[kept - 1].end = list[i].end;
        }
    }
    return kept;
}

size_t kf_interval_subtract(kf_interval_t *out, const kf_interval_t *open, size_t n_open,
                            const kf_interval_t *busy, size_t n_busy)
{
    size_t n = 0, first = 0;

    for (size_t i = 0; i < n_open; i++) {
        kf_instant_t from = open[i].start;

        /* a busy one that ended before this open one cannot matter to the next ones */
        while (first < n_busy && busy[first].end <= open[i].start) {
            first++;
        }
        for (size_t j = first; j < n_busy && busy[j].start < open[i].end; j++) {
            if (kf_interval_empty(busy[j])) {
                continue;
            }
            if (busy[j].start > from) {
                out[n++] = (kf_interval_t){from, busy[j].start};
            }
            from = busy[j].end > from ? busy[j].end : from;
        }
        if (from < open[i].end) {
            out[n++] = (kf_interval_t){from, open[i].end};
        }
    }
    return n;
}
