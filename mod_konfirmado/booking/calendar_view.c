/* The calendar page: a day or a week. */
#include <apr_strings.h>
#include <string.h>

#include "booking/grid.h"
#include "booking/view.h"
#include "page/say.h"

#define PATH "/dashboard/calendar"
#define BAND 6        /* professionals side by side; the others follow below */
#define FIRST_HOUR 8  /* these hours are always shown */
#define LAST_HOUR 18
#define MAX_BLOCKS 1000 /* bookings of one page, which must stay below KF_MAX_PAGE */

typedef struct {
    kfm_call_t *call;
    const kfm_booking_calendar_t *page;
    int first, last; /* hours of the grid */
    int *left;       /* how many more blocks fit; negative: some were left out */
} frame_t;

/* -- positions: classes of the stylesheet -- */

/* "h8 m6 i9 k0": start and end as hours and cells, counted from the first hour of the grid. */
static const char *place(const frame_t *frame, int from, int to)
{
    int top = frame->first * 12;

    from = from > top ? from - top : 0;
    to = to - top;
    return apr_psprintf(frame->call->pool, "h%d m%d i%d k%d", from / 12, from % 12, to / 12, to % 12);
}

static void add_shade(json_t *list, const frame_t *frame, int from, int to)
{
    json_array_append_new(list, json_pack("{s:s?}", "place", place(frame, from, to)));
}

/* The spans outside working hours. */
static json_t *shades(const frame_t *frame, const kfm_column_t *column)
{
    json_t *list = json_array();
    int end = frame->last * 12, from = -1;

    for (int i = frame->first * 12; i < end; i++) {
        if (!column->open[i] && from < 0) {
            from = i;
        } else if (column->open[i] && from >= 0) {
            add_shade(list, frame, from, i);
            from = -1;
        }
    }
    if (from >= 0) {
        add_shade(list, frame, from, end);
    }
    return list;
}

static json_t *block(const frame_t *frame, const kfm_block_t *at)
{
    kfm_call_t *call = frame->call;
    json_t *item = json_object();

    kfm_put(item, "place", apr_psprintf(call->pool, "%s l%d n%d", place(frame, at->from, at->to),
                                        at->lane, at->lanes));
    kfm_put(item, "url",
            apr_pstrcat(call->pool, "/dashboard/bookings/", kfm_say_text(at->doc, "id"), NULL));
    kfm_say_put_when(item, "when", call, kfm_say_text(at->doc, "start"));
    kfm_put(item, "customer", kfm_say_text2(at->doc, "customer", "name"));
    kfm_put(item, "service", kfm_say_text2(at->doc, "service", "name"));
    kfm_put(item, "professional", kfm_say_text2(at->doc, "professional", "name"));
    kfm_say_put_badge(item, "badge", call, "status", kfm_say_text(at->doc, "status"));
    kfm_put_flag(item, "conflict", kfm_say_true(at->doc, "conflict"));
    return item;
}

/* -- columns -- */

static const char *closed_text(const frame_t *frame, kf_date_t day)
{
    kfm_call_t *call = frame->call;
    const char *text = kf_date_text(day, call->pool), *reason;
    const json_t *one;
    size_t i;

    json_array_foreach(json_object_get(frame->page->doc, "closed_days"), i, one) {
        const char *closed = kfm_say_text(one, "day");

        if (closed && !strcmp(closed, text)) {
            reason = kfm_say_text(one, "reason");
            return reason && *reason
                       ? kf_catalog_format(KFM_SAY(call), "ops.calendar.closed_reason", call->pool,
                                           "reason", reason, NULL)
                       : kf_catalog_text(KFM_SAY(call), "ops.calendar.closed");
        }
    }
    return NULL;
}

static json_t *column(const frame_t *frame, const kfm_column_t *col, const char *title,
                      const char *url)
{
    kfm_call_t *call = frame->call;
    bool today = col->day == frame->page->today;
    int now = frame->page->minute / 5;
    json_t *item = json_object(), *list = json_array();

    for (int i = 0; i < col->n && --*frame->left >= 0; i++) {
        json_array_append_new(list, block(frame, &col->blocks[i]));
    }
    kfm_put(item, "title", title);
    kfm_put(item, "url", url);
    kfm_put_flag(item, "today", today && url); /* a day's columns are all of today */
    kfm_put(item, "closed", closed_text(frame, col->day));
    kfm_put(item, "now", today && now >= frame->first * 12 && now < frame->last * 12
                             ? place(frame, now, now + 1) : NULL);
    kfm_put(item, "count", kf_catalog_plural(KFM_SAY(call), "ops.calendar.count", col->n, call->pool));
    kfm_put_flag(item, "any", col->n > 0);
    json_object_set_new(item, "shades", shades(frame, col));
    json_object_set_new(item, "blocks", list);
    return item;
}

/* This page on another day, or another view of it. */
static const char *address(const frame_t *frame, bool week, kf_date_t day)
{
    static const char *const kept[] = {"professional", NULL};
    kfm_call_t *call = frame->call;

    return kfm_url_add(call->pool,
                       kfm_filter_url(call, PATH, frame->page->query, kept, "view",
                                      week ? "week" : "day"),
                       "date", kf_date_text(day, call->pool));
}

static void add_band(json_t *bands, const frame_t *frame, json_t *columns)
{
    json_t *band = json_object(), *hours = json_array();

    for (int hour = frame->first; hour < frame->last; hour++) {
        kf_format_when_t when = {.hour = hour};

        json_array_append_new(hours, json_pack("{s:s?, s:s?}", "place", place(frame, hour * 12, hour * 12 + 12),
                                               "text", kf_format_time(frame->call->lang, &when, frame->call->pool)));
    }
    kfm_put(band, "size", apr_psprintf(frame->call->pool, "c%d t%d",
                                       (int)json_array_size(columns), frame->last - frame->first));
    json_object_set_new(band, "hours", hours);
    json_object_set_new(band, "columns", columns);
    json_array_append_new(bands, band);
}

static void put_week(json_t *bands, frame_t *frame)
{
    const kfm_booking_calendar_t *page = frame->page;
    kfm_call_t *call = frame->call;
    kfm_column_t *cols = apr_pcalloc(call->pool, 7 * sizeof(*cols));
    json_t *columns = json_array();

    for (int i = 0; i < 7; i++) {
        kfm_grid_column(&cols[i], page->doc, page->from + i, kfm_filter_field(page->query, "professional"),
                        call->pool);
        kfm_grid_hours(&frame->first, &frame->last, &cols[i]);
    }
    for (int i = 0; i < 7; i++) {
        kf_format_when_t when = kfm_when_date(page->from + i);

        json_array_append_new(columns, column(frame, &cols[i], kfm_say_day(call, &when),
                                              address(frame, false, page->from + i)));
    }
    add_band(bands, frame, columns);
}

static void put_day(json_t *bands, frame_t *frame)
{
    const kfm_booking_calendar_t *page = frame->page;
    const json_t *all = json_object_get(page->doc, "professionals"), *one;
    size_t n = json_array_size(all), i;
    kfm_column_t *cols = apr_pcalloc(frame->call->pool, (n + 1) * sizeof(*cols));
    json_t *columns = NULL;

    json_array_foreach(all, i, one) {
        kfm_grid_column(&cols[i], page->doc, page->from, kfm_say_text(one, "id"), frame->call->pool);
        kfm_grid_hours(&frame->first, &frame->last, &cols[i]);
    }
    json_array_foreach(all, i, one) {
        columns = columns ? columns : json_array();
        json_array_append_new(columns, column(frame, &cols[i], kfm_say_text(one, "name"), NULL));
        if (json_array_size(columns) == BAND || i + 1 == n) {
            add_band(bands, frame, columns);
            columns = NULL;
        }
    }
}

/* -- the head -- */

static const char *range_text(const frame_t *frame)
{
    const kfm_booking_calendar_t *page = frame->page;
    kfm_call_t *call = frame->call;
    kf_format_when_t from = kfm_when_date(page->from), to = kfm_when_date(page->to);

    if (!page->week) {
        return kf_format_date(call->lang, &from, call->pool);
    }
    return apr_pstrcat(call->pool,
                       from.month == to.month ? kf_format_day_short(call->lang, &from, call->pool)
                                              : kfm_say_day(call, &from),
                       " \xe2\x80\x93 ", kfm_say_day(call, &to), " ", apr_itoa(call->pool, to.year), NULL);
}

static void put_head(kfm_view_t *view, const frame_t *frame)
{
    const kfm_booking_calendar_t *page = frame->page;
    int step = page->week ? 7 : 1;

    json_object_set_new(view->root, "urls", json_pack("{s:s?, s:s?, s:s?, s:s?, s:s?}",
                                                      "previous", address(frame, page->week, page->date - step),
                                                      "next", address(frame, page->week, page->date + step),
                                                      "today", address(frame, page->week, page->today),
                                                      "week", address(frame, true, page->date),
                                                      "day", address(frame, false, page->date)));
    kfm_put_flag(view->root, "week", page->week);
    kfm_put(view->root, "date", kf_date_text(page->date, view->call->pool));
    kfm_put(view->root, "range", range_text(frame));
}

kf_err_t *kfm_page_booking_calendar(kfm_call_t *call, const kfm_booking_calendar_t *page)
{
    int left = MAX_BLOCKS;
    frame_t frame = {call, page, FIRST_HOUR, LAST_HOUR, &left};
    json_t *bands = json_array();
    kfm_view_t view;
    kf_err_t *err = kfm_say_begin(&view, call, "calendar",
                                  kf_catalog_text(KFM_SAY(call), "ops.calendar.title"));

    if (err) {
        json_decref(bands);
        return err;
    }
    json_object_set_new(view.root, "bands", bands);
    put_head(&view, &frame);
    json_object_set_new(view.root, "professionals",
                        kfm_filter_choices(page->professionals,
                                           kfm_filter_field(page->query, "professional")));
    kfm_put_flag(view.root, "has_professionals", json_array_size(page->professionals) > 0);
    if (page->week) {
        put_week(bands, &frame);
    } else {
        put_day(bands, &frame);
    }
    kfm_put_flag(view.root, "many", left < 0);
    return kfm_dash_send(&view, 200, "booking/calendar");
}
