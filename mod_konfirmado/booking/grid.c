#include "booking/grid.h"

#include <stdlib.h>
#include <string.h>

#define CELL_MINUTES 5

/* The position of an instant in a day, in cells: below 0 or above KFM_CELLS on other days. `up` rounds up. */
static bool cell_of(int *out, const char *text, kf_date_t day, bool up)
{
    kf_format_when_t when;
    kf_instant_t at;
    int minutes;

    if (!kfm_say_instant(&at, &when, text)) {
        return false;
    }
    minutes = (kf_date_from_ymd(when.year, when.month, when.day) - day) * 24 * 60 + when.hour * 60
              + when.minute;
    *out = minutes / CELL_MINUTES + (up && minutes % CELL_MINUTES != 0);
    return true;
}

/* The part of a span that lies in the day; false if none does. */
static bool span_of(int *from, int *to, const json_t *doc, kf_date_t day)
{
    if (!cell_of(from, kfm_say_text(doc, "start"), day, false)
        || !cell_of(to, kfm_say_text(doc, "end"), day, true)) {
        return false;
    }
    *from = *from < 0 ? 0 : *from;
    *to = *to > KFM_CELLS ? KFM_CELLS : *to;
    return *from < *to;
}

static bool is_of(const char *id, const char *professional)
{
    return !professional || (id && !strcmp(id, professional));
}

static void put_open(kfm_column_t *out, const json_t *doc)
{
    const json_t *who, *window;
    size_t i, k;
    int from, to;

    json_array_foreach(json_object_get(doc, "professionals"), i, who) {
        if (!is_of(kfm_say_text(who, "id"), out->professional)) {
            continue;
        }
        json_array_foreach(json_object_get(who, "windows"), k, window) {
            if (span_of(&from, &to, window, out->day)) {
                memset(out->open + from, true, (size_t)(to - from) * sizeof(*out->open));
            }
        }
    }
}

/* The calendar leaves out the bookings that no longer occupy their time. */
static bool takes_time(const json_t *doc)
{
    const char *status = kfm_say_text(doc, "status");

    return status && strcmp(status, "cancelled") && strcmp(status, "expired")
           && strcmp(status, "failed");
}

static int by_start(const void *a, const void *b)
{
    const kfm_block_t *x = a, *y = b;

    return x->from != y->from ? x->from - y->from : y->to - x->to;
}

/* Blocks first..end - 1 overlap: each gets the first free lane. */
static void put_lanes(kfm_block_t *blocks, int first, int end)
{
    int until[KFM_LANES] = {0}, used = 0;

    for (int i = first; i < end; i++) {
        int lane = 0;

        while (lane < KFM_LANES - 1 && until[lane] > blocks[i].from) {
            lane++;
        }
        until[lane] = blocks[i].to;
        blocks[i].lane = lane;
        used = lane + 1 > used ? lane + 1 : used;
    }
    for (int i = first; i < end; i++) {
        blocks[i].lanes = used;
    }
}

static void arrange(kfm_block_t *blocks, int n)
{
    int first = 0, until = 0;

    qsort(blocks, (size_t)n, sizeof(*blocks), by_start);
    for (int i = 0; i < n; i++) {
        if (i > first && blocks[i].from >= until) {
            put_lanes(blocks, first, i);
            first = i;
        }
        until = blocks[i].to > until ? blocks[i].to : until;
    }
    put_lanes(blocks, first, n);
}

void kfm_grid_column(kfm_column_t *out, const json_t *doc, kf_date_t day, const char *professional,
                     apr_pool_t *p)
{
    const json_t *bookings = json_object_get(doc, "bookings"), *one;
    size_t i;

    *out = (kfm_column_t){.day = day, .professional = professional};
    out->blocks = apr_pcalloc(p, (json_array_size(bookings) + 1) * sizeof(*out->blocks));
    put_open(out, doc);
    json_array_foreach(bookings, i, one) {
        kfm_block_t block = {.doc = one};

        if (takes_time(one) && is_of(kfm_say_text2(one, "professional", "id"), professional)
            && span_of(&block.from, &block.to, one, day)) {
            out->blocks[out->n++] = block;
        }
    }
    arrange(out->blocks, out->n);
}

void kfm_grid_hours(int *first, int *last, const kfm_column_t *column)
{
    int from = KFM_CELLS, to = 0;

    for (int i = 0; i < KFM_CELLS; i++) {
        if (column->open[i]) {
            from = i < from ? i : from;
            to = i + 1;
        }
    }
    for (int i = 0; i < column->n; i++) {
        from = column->blocks[i].from < from ? column->blocks[i].from : from;
        to = column->blocks[i].to > to ? column->blocks[i].to : to;
    }
    if (from < to) {
        *first = from / 12 < *first ? from / 12 : *first;
        *last = (to + 11) / 12 > *last ? (to + 11) / 12 : *last;
    }
}
