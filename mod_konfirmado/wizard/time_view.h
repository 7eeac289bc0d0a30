#ifndef KFM_WIZARD_TIME_VIEW_H
#define KFM_WIZARD_TIME_VIEW_H
/* The parts of step 2, which the customer's page for moving a booking shares. */
#include "page/when.h"
#include "wizard/view.h"

typedef struct {
    kfm_view_t view;
    const kfm_time_page_t *page;
    const kf_slots_t *slots;
    const char *business; /* the zone of the professional */
    kf_date_t today;      /* in the zone of the page */
    kf_date_t day;        /* the chosen day */
} kfm_time_view_t;

/** Chooses the day. The page has begun the view already. */
void kfm_time_begin(kfm_time_view_t *time, const kfm_time_page_t *page);
/** Sets message: why a time was refused, or whose times are missing. */
void kfm_time_put_problem(kfm_time_view_t *time);

/** The offset of the page's zone at an instant. */
int32_t kfm_time_offset(const kfm_time_view_t *time, kf_instant_t at);
/** The date of an instant in the page's zone. */
kf_date_t kfm_time_date(const kfm_time_view_t *time, kf_instant_t at);
/** The URL of step 2 with a strip that begins with `from`; its first free day is chosen. */
const char *kfm_time_strip_url(const kfm_time_view_t *time, kf_date_t from);
/** The same with `day` chosen. */
const char *kfm_time_url(const kfm_time_view_t *time, kf_date_t from, kf_date_t day);

/** The number of professionals that can be chosen. */
int kfm_time_professionals(const kfm_time_view_t *time);
/** True if no calendar of the requested professionals can be read now. */
bool kfm_time_nobody_read(const kfm_time_view_t *time);

/** Sets month_text, days, previous, next. */
void kfm_time_put_strip(kfm_time_view_t *time);
/** Sets day_text, has_slots, periods. */
kf_err_t *kfm_time_put_day(kfm_time_view_t *time);
/** Sets empty: the alternatives if the chosen day has no times. */
kf_err_t *kfm_time_put_empty(kfm_time_view_t *time);
/** Sets zone. */
kf_err_t *kfm_time_put_zone(kfm_time_view_t *time);

#endif
