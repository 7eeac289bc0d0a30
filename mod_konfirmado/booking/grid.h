#ifndef KFM_BOOKING_GRID_H
#define KFM_BOOKING_GRID_H
/*
 * The arithmetic of the calendar: one column (a day, or a professional's day) in cells of five
 * minutes, from 0 (midnight) to KFM_CELLS. Private to booking/calendar_view.c.
 */
#include "page/say.h"

#define KFM_CELLS (24 * 12)
#define KFM_LANES 6 /* side by side; further blocks share the last lane */

typedef struct {
    const json_t *doc; /* of the booking */
    int from, to;      /* cells; from < to */
    int lane, lanes;   /* 0-based, of how many */
} kfm_block_t;

typedef struct {
    kf_date_t day;
    const char *professional; /* id; NULL: all professionals */
    bool open[KFM_CELLS];     /* within working hours */
    kfm_block_t *blocks;      /* sorted by start */
    int n;
} kfm_column_t;

/** Reads a column's bookings and working windows from `doc` of kf.calendar_read. Lives in `p`. */
void kfm_grid_column(kfm_column_t *out, const json_t *doc, kf_date_t day, const char *professional,
                     apr_pool_t *p);
/** Widens first..last (hours) so that the column fits. */
void kfm_grid_hours(int *first, int *last, const kfm_column_t *column);

#endif
