#ifndef KFM_WIZARD_TIME_VIEW_H
#define KFM_WIZARD_TIME_VIEW_H
/* The parts of step 2. Private to page/. */
#include "page/when.h"
#include "wizard/view.h"

typedef struct {
    kfm_view_t view;
    const kfm_time_page_t *page;
    const kf_slots_t *slots;
    const char *business; /* the zone of whoever gives the service */
    kf_date_t today;      /* in the zone of the page */
    kf_date_t day;        /* the chosen day */
} kfm_time_view_t;

/** Chooses the day; the view itself has been begun by the page. */
void kfm_time_begin(kfm_time_view_t *time, const kfm_time_page_t *page);
/** message: why a time was refused, or whose times are missing */
void kfm_time_put_problem(kfm_time_view_t *time);

/** The offset of the page's zone at an instant. */
int32_t kfm_time_offset(const kfm_time_view_t *time, kf_instant_t at);
/** The date of an instant in the page's zone. */
kf_date_t kfm_time_date(const kfm_time_view_t *time, kf_instant_t at);
/** Step 2 with the strip of days that begins with `from`; its first free day is chosen. */
const char *kfm_time_strip_url(const kfm_time_view_t *time, kf_date_t from);
/** The same with that day chosen. */
const char *kfm_time_url(const kfm_time_view_t *time, kf_date_t from, kf_date_t day);

/** How many professionals can be chosen here. */
int kfm_time_professionals(const kfm_time_view_t *time);
/** None of those asked for has a calendar that can be read now. */
bool kfm_time_nobody_read(const kfm_time_view_t *time);

/** month_text, days, previous, next */
void kfm_time_put_strip(kfm_time_view_t *time);
/** day_text, has_slots, periods */
kf_err_t *kfm_time_put_day(kfm_time_view_t *time);
/** empty: where else to look, when the chosen day has no times */
kf_err_t *kfm_time_put_empty(kfm_time_view_t *time);
/** zone */
kf_err_t *kfm_time_put_zone(kfm_time_view_t *time);

#endif
