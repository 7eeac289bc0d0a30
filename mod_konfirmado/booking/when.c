/* The time of a booking that is made by hand or moved: free times by days, or a typed day and time. */
#include <string.h>

#include "booking/view.h"
#include "booking/when.h"
#include "flow_ctx.h"
#include "handle/filter.h"
#include "page/say.h"

#define STRIP 7       /* days that the page shows at once */
#define LOOK_AHEAD 28 /* days in which the first free day is searched */
#define FAR_DAYS 730  /* the database's limit */

/* -- free times -- */

static bool day_asked(kf_date_t *out, const kfm_booking_new_t *page)
{
    const char *text = kfm_filter_field(page->typed, "go");

    text = text ? text : kfm_filter_field(page->typed, "day");
    return text && kf_date_read(out, text, strlen(text)) && *out >= page->today
           && *out <= page->today + FAR_DAYS;
}

/* The first day of the strip of a day. The first strip begins today. */
static kf_date_t strip_of(kf_date_t day, kf_date_t today)
{
    return today + (day - today) / STRIP * STRIP;
}

/* The strip of the found day. With many professionals the answer may end within it; then it is read again. */
static kf_err_t *show_strip(kf_slots_t *slots, kfm_call_t *call, kf_slots_ask_t *ask, kf_date_t from)
{
    if (slots->more && slots->to < from + STRIP - 1) {
        ask->from = kf_date_text(from, call->pool);
        ask->to = kf_date_text(from + STRIP - 1, call->pool);
        KF_TRY(kf_flow_slots(slots, kfm_flow(call), ask, call->pool));
    }
    slots->from = from;
    return NULL;
}

kf_err_t *kfm_booking_find_times(const kf_slots_t **out, kfm_call_t *call, const kfm_booking_new_t *page, kf_slots_ask_t *ask)
{
    kf_slots_t *slots = apr_palloc(call->pool, sizeof(*slots));
    kf_date_t day = page->today;
    bool asked = day_asked(&day, page);
    kf_date_t from = strip_of(day, page->today);
    kf_err_t *err;

    *out = NULL;
    ask->zone = call->tenant->time_zone;
    ask->from = kf_date_text(from, call->pool);
    ask->to = kf_date_text(from + (asked ? STRIP : LOOK_AHEAD) - 1, call->pool);
    err = kf_flow_slots(slots, kfm_flow(call), ask, call->pool);
    if (!err && !asked && slots->n) {
        day = kf_instant_date(slots->starts[0], kf_zone_offset(&slots->offsets, slots->starts[0]));
        err = show_strip(slots, call, ask, strip_of(day, page->today));
    }
    if (err) {
        return err->code == KF_E_INVALID ? NULL : err;
    }
    *out = slots;
    return NULL;
}

/* -- the form -- */

/* "HH:MM" */
static bool read_time(int *minutes, const char *text)
{
    int hour, minute;

    if (!text || strlen(text) < 5 || strspn(text, "0123456789") != 2 || text[2] != ':'
        || strspn(text + 3, "0123456789") < 2) {
        return false;
    }
    hour = (text[0] - '0') * 10 + text[1] - '0';
    minute = (text[3] - '0') * 10 + text[4] - '0';
    *minutes = hour * 60 + minute;
    return hour < 24 && minute < 60;
}

/* Converts the typed day and time from the time zone of the business. */
static kf_err_t *read_typed(const char **out, kfm_call_t *call, const kf_form_t *form)
{
    const char *date = kfm_filter_field(form, "date"), *time = kfm_filter_field(form, "time");
    kf_err_t *errors = NULL;
    kf_instant_t at;
    kf_date_t day = 0;
    int32_t offset = 0;
    int minutes = 0;

    if (!date || !kf_date_read(&day, date, strlen(date))) {
        kf_err_add(&errors, kf_err_field(call->pool, KF_E_INVALID, "day", "A date is expected."));
    }
    if (!read_time(&minutes, time)) {
        kf_err_add(&errors, kf_err_field(call->pool, KF_E_INVALID, "time", "A time like 15:30 is expected."));
    }
    KF_TRY(errors);
    at = kf_date_start(day, 0) + minutes * KF_MINUTE;
    for (int i = 0; i < 2; i++) { /* the second pass is right near a change of the offset too */
        KF_TRY(kf_flow_offset(&offset, kfm_flow(call), call->tenant->time_zone,
                              i ? at - offset * KF_SECOND : at, call->pool));
    }
    *out = kf_instant_local(at - offset * KF_SECOND, offset, call->pool);
    return NULL;
}

kf_err_t *kfm_booking_read_start(const char **out, kfm_call_t *call, const kf_form_t *form)
{
    const char *start = kfm_filter_field(form, "start");
    kf_instant_t at;

    if (start && !strcmp(start, "other")) {
        return read_typed(out, call, form);
    }
    if (!start || !kf_instant_read(&at, NULL, start, strlen(start))) {
        return kf_err_field(call->pool, KF_E_INVALID, "start", "Choose one of the times shown, or type one.");
    }
    *out = start;
    return NULL;
}

bool kfm_booking_other_time(const kf_err_t *err)
{
    return err->code == KF_E_INVALID || err->code == KF_E_SLOT_UNAVAILABLE
           || err->code == KF_E_SLOT_INVALID || err->code == KF_E_DAY_FULL
           || err->code == KF_E_CALENDAR_UNREADABLE;
}
