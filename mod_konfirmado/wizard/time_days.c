/* Step 2: the strip of days, the times of the chosen day, and the alternatives to an empty day. */
#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

#include "flow_ctx.h"
#include "wizard/time_view.h"

#define STRIP_DAYS 14

/* -- the strip -- */

/* "Diciembre de 2026", "Noviembre – diciembre de 2026" */
static const char *month_text(const kfm_time_view_t *time)
{
    kfm_call_t *call = time->view.call;
    kf_format_when_t first = kfm_when_date(time->slots->from);
    kf_format_when_t last = kfm_when_date(time->slots->to);
    const char *a = kf_format_month(call->lang, &first, call->pool);
    char *b;

    if (first.month == last.month && first.year == last.year) {
        return a;
    }
    b = apr_pstrdup(call->pool, kf_format_month(call->lang, &last, call->pool));
    if (strcmp(call->lang, "en")) {
        b[0] = (char)apr_tolower(b[0]);
    }
    if (first.year == last.year) {
        a = apr_pstrmemdup(call->pool, a, strcspn(a, " "));
    }
    return apr_pstrcat(call->pool, a, " – ", b, NULL);
}

/* The index of the first start on or after a day; slots->n if there is none. */
static size_t first_on(const kfm_time_view_t *time, kf_date_t day)
{
    size_t i = 0;

    while (i < time->slots->n && kfm_time_date(time, time->slots->starts[i]) < day) {
        i++;
    }
    return i;
}

static bool is_free(const kfm_time_view_t *time, kf_date_t day)
{
    size_t i = first_on(time, day);

    return i < time->slots->n && kfm_time_date(time, time->slots->starts[i]) == day;
}

static json_t *day_item(const kfm_time_view_t *time, kf_date_t day, bool free)
{
    kfm_call_t *call = time->view.call;
    kf_format_when_t when = kfm_when_date(day);
    const char *brief = kf_format_day_short(call->lang, &when, call->pool);

    return json_pack("{s:s?, s:s?, s:s?, s:s?, s:b, s:b, s:b}", "url", kfm_time_url(time, time->slots->from, day),
                     "dow", apr_pstrmemdup(call->pool, brief, strcspn(brief, " ")),
                     "day", apr_itoa(call->pool, when.day), "label", kf_format_day(call->lang, &when, call->pool),
                     "free", free, "today", day == time->today, "selected", day == time->day);
}

/* A link to other days. It names no day, so that the first free one is shown. */
static json_t *arrow(const kfm_time_view_t *time, kf_date_t from)
{
    return json_pack("{s:s?}", "url", kfm_time_strip_url(time, from));
}

void kfm_time_put_strip(kfm_time_view_t *time)
{
    const kf_slots_t *slots = time->slots;
    const kf_service_t *service = &slots->offer->services[slots->service];
    json_t *root = time->view.root, *days = json_array();
    kf_date_t before = slots->from - STRIP_DAYS;

    for (kf_date_t day = slots->from; day <= slots->to; day++) {
        json_array_append_new(days, day_item(time, day, is_free(time, day)));
    }
    kfm_put(root, "month_text", month_text(time));
    json_object_set_new(root, "days", days);
    json_object_set_new(root, "previous",
                        slots->from > time->today
                            ? arrow(time, before > time->today ? before : time->today)
                            : json_null());
    json_object_set_new(root, "next",
                        slots->range.end <= slots->now + service->horizon
                            ? arrow(time, slots->to + 1)
                            : json_null());
}

/* -- the times of the chosen day -- */

static json_t *add_period(json_t *periods, kfm_call_t *call, int hour)
{
    const char *id = hour < 12 ? "morning" : hour < 18 ? "afternoon" : "evening";
    size_t n = json_array_size(periods);
    json_t *last = n ? json_array_get(periods, n - 1) : NULL;

    if (last && !strcmp(json_string_value(json_object_get(last, "id")), id)) {
        return json_object_get(last, "slots");
    }
    last = json_object();
    kfm_put(last, "id", id);
    kfm_put(last, "name", kfm_words(call, apr_pstrcat(call->pool, "time.", id, NULL), id));
    json_object_set_new(last, "slots", json_array());
    json_array_append_new(periods, last);
    return json_object_get(last, "slots");
}

static kf_err_t *add_slot(json_t *periods, const kfm_time_view_t *time, kf_instant_t start)
{
    kfm_call_t *call = time->view.call;
    int32_t here = kfm_time_offset(time, start), there;
    kf_format_when_t when = kfm_when_local(start, here), other;
    json_t *item = json_object();

    json_array_append_new(add_period(periods, call, when.hour), item);
    KF_TRY(kf_flow_offset(&there, kfm_flow(call), time->business, start, call->pool));
    other = kfm_when_local(start, there);
    kfm_put(item, "start", kf_instant_local(start, here, call->pool));
    kfm_put(item, "text", kf_format_time(call->lang, &when, call->pool));
    kfm_put(item, "other_text",
            here == there ? NULL : kf_format_time(call->lang, &other, call->pool));
    return NULL;
}

kf_err_t *kfm_time_put_day(kfm_time_view_t *time)
{
    const kf_slots_t *slots = time->slots;
    kfm_call_t *call = time->view.call;
    kf_format_when_t when = kfm_when_date(time->day);
    char *text = apr_pstrdup(call->pool, kf_format_day(call->lang, &when, call->pool));
    json_t *periods = json_array();

    text[0] = (char)apr_toupper(text[0]); /* the names of the days begin with ASCII letters */
    kfm_put(time->view.root, "day_text", text);
    json_object_set_new(time->view.root, "periods", periods);
    for (size_t i = first_on(time, time->day); i < slots->n; i++) {
        if (kfm_time_date(time, slots->starts[i]) != time->day) {
            break;
        }
        KF_TRY(add_slot(periods, time, slots->starts[i]));
    }
    kfm_put_flag(time->view.root, "has_slots", json_array_size(periods) > 0);
    return NULL;
}

/* -- alternatives -- */

/* The next free time after the chosen day, else the first of the strip, else the next after the strip; 0 = none. */
static kf_instant_t next_free(const kfm_time_view_t *time)
{
    const kf_slots_t *slots = time->slots;
    size_t after = first_on(time, time->day + 1);

    if (!slots->n) {
        return time->page->later;
    }
    return slots->starts[after < slots->n ? after : 0];
}

static kf_err_t *next_item(json_t **out, const kfm_time_view_t *time, kf_instant_t at)
{
    kfm_call_t *call = time->view.call;
    kf_format_when_t when;
    int32_t offset;
    kf_date_t day;
    json_t *item;

    *out = NULL;
    if (!at) {
        return NULL;
    }
    KF_TRY(kf_flow_offset(&offset, kfm_flow(call), time->slots->zone, at, call->pool));
    when = kfm_when_local(at, offset);
    day = kf_instant_date(at, offset);
    *out = item = json_object();
    kfm_put(item, "text",
            kf_catalog_format(KFM_SAY(call), "time.next_text", call->pool, "when",
                              kf_format_datetime(call->lang, &when, call->pool), NULL));
    kfm_put(item, "url", kfm_time_url(time, day <= time->slots->to ? time->slots->from : day, day));
    kfm_put(item, "button",
            kf_catalog_format(KFM_SAY(call), "time.next_button", call->pool, "day",
                              kf_format_day(call->lang, &when, call->pool), NULL));
    return NULL;
}

static kf_instant_t midnight(const kfm_time_view_t *time, kf_date_t day)
{
    return kf_date_start(day, kfm_time_offset(time, kf_date_start(day, 0)));
}

/* The URL of the waiting list: for a full day, on the link's own page, if the business has a waiting list. */
static const char *waiting_url(const kfm_time_view_t *time)
{
    const kf_slots_t *slots = time->slots;
    const kf_service_t *service = &slots->offer->services[slots->service];
    kf_interval_t day = {midnight(time, time->day), midnight(time, time->day + 1)};

    if (time->page->base || !time->view.call->tenant->waiting || !kf_slots_worked(slots, day)) {
        return NULL;
    }
    return kfm_url(time->view.call->pool, slots->offer->public_id, "/waiting", "service", service->id_text, "professional",
                   slots->professional < 0 ? "any" : slots->offer->professionals[slots->professional].id_text, "timezone",
                   slots->zone, "day", kf_date_text(time->day, time->view.call->pool), "lang",
                   time->view.forced, NULL);
}

kf_err_t *kfm_time_put_empty(kfm_time_view_t *time)
{
    kfm_call_t *call = time->view.call;
    bool nobody = kfm_time_nobody_read(time);
    json_t *next;

    kfm_put_null(time->view.root, "waiting_url");

    if (is_free(time, time->day)) {
        kfm_put_null(time->view.root, "empty");
        return NULL;
    }
    KF_TRY(next_item(&next, time, next_free(time)));
    kfm_put(time->view.root, "waiting_url", nobody ? NULL : waiting_url(time));
    json_object_set_new(time->view.root, "empty",
                        json_pack("{s:s?, s:s?, s:o}", "text",
                                  time->slots->n ? kf_catalog_text(KFM_SAY(call), "time.empty_day")
                                  : nobody       ? kf_catalog_text(KFM_SAY(call), "time.unread_empty")
                                                 : kf_catalog_text(KFM_SAY(call), "time.empty_range"),
                                  "ahead",
                                  nobody ? kf_catalog_text(KFM_SAY(call), "time.unread_ahead")
                                         : kf_catalog_text(KFM_SAY(call), "time.none_ahead"),
                                  "next", next ? next : json_null()));
    return NULL;
}
