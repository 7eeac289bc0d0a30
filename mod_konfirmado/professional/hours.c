/* Shows the hours in the editor. hours_read.c reads the posted hours. */
#include "professional/hours.h"

#include <apr_strings.h>
#include <string.h>

#include "professional/hours_int.h"
#include "text/hours.h"

#define USUAL_DAYS 5 /* Monday to Friday */

static const char *const usual[] = {"08:00", "12:00", "14:00", "18:00"};

/* -- spans of a saved day: the working hours less the breaks -- */

static int minutes_of(const json_t *row, const char *member)
{
    return kfm_hours_minutes(kfm_dash_text(row, member));
}

static bool is_row(const json_t *row, int weekday, const char *kind)
{
    const char *own = kfm_dash_text(row, "kind");

    return json_integer_value(json_object_get(row, "weekday")) == weekday && !strcmp(own ? own : "work", kind);
}

static void add_span(kfm_spans_t *out, int starts, int ends)
{
    if (starts < ends && out->n < KFM_HOURS_SPANS) {
        out->spans[out->n++] = (kf_hours_t){0, starts, ends};
    }
}

/* Cuts one break out of the spans. */
static void cut(kfm_spans_t *spans, int starts, int ends)
{
    kfm_spans_t left = {.n = 0};

    for (int i = 0; i < spans->n; i++) {
        kf_hours_t s = spans->spans[i];

        if (ends <= s.starts || starts >= s.ends) {
            add_span(&left, s.starts, s.ends);
        } else {
            add_span(&left, s.starts, starts);
            add_span(&left, ends, s.ends);
        }
    }
    *spans = left;
}

static kfm_spans_t saved_spans(const json_t *hours, int weekday)
{
    kfm_spans_t spans = {.n = 0};
    json_t *row;
    size_t i;

    json_array_foreach((json_t *)hours, i, row) {
        if (is_row(row, weekday, "work")) {
            add_span(&spans, minutes_of(row, "starts"), minutes_of(row, "ends"));
        }
    }
    json_array_foreach((json_t *)hours, i, row) {
        if (is_row(row, weekday, "break")) {
            cut(&spans, minutes_of(row, "starts"), minutes_of(row, "ends"));
        }
    }
    return spans;
}

/* -- the view -- */

/* A browser's time field ends at 23:59, so 24:00 is shown as 23:59. */
static const char *clock_text(int minutes, apr_pool_t *p)
{
    return kf_hours_clock(minutes >= 24 * 60 ? 24 * 60 - 1 : minutes, p);
}

static void put_span(json_t *list, kfm_call_t *call, const char *field, const char *from, const char *to)
{
    const char *n = apr_itoa(call->pool, (int)json_array_size(list) + 1);

    json_array_append_new(list, json_pack("{s:s?, s:s?, s:s?, s:s?, s:s?}",
                                          "from_name", apr_pstrcat(call->pool, field, ".", n, "a", NULL),
                                          "to_name", apr_pstrcat(call->pool, field, ".", n, "b", NULL),
                                          "from", from ? from : "", "to", to ? to : "", "number", n));
}

static const char *typed(const kfm_form_t *form, const char *field, int n, const char *end)
{
    return kf_form_get(form->posted, apr_pstrcat(form->call->pool, field, ".", apr_itoa(form->call->pool, n), end, NULL));
}

/* Adds the spans of a day. True if it is a working day. */
static bool put_spans(json_t *list, const kfm_form_t *form, const char *field, int weekday)
{
    kfm_call_t *call = form->call;
    kfm_spans_t spans;

    if (form->posted) {
        for (int n = 1; n <= KFM_HOURS_SPANS; n++) {
            const char *from = typed(form, field, n, "a"), *to = typed(form, field, n, "b");

            if (from || to) {
                put_span(list, call, field, from, to);
            }
        }
        return kf_form_get(form->posted, field) != NULL;
    }
    if (!form->doc) {
        for (size_t i = 0; weekday <= USUAL_DAYS && i < sizeof(usual) / sizeof(*usual); i += 2) {
            put_span(list, call, field, usual[i], usual[i + 1]);
        }
        return weekday <= USUAL_DAYS;
    }
    spans = saved_spans(json_object_get(form->doc, "hours"), weekday);
    for (int i = 0; i < spans.n; i++) {
        put_span(list, call, field, clock_text(spans.spans[i].starts, call->pool),
                 clock_text(spans.spans[i].ends, call->pool));
    }
    return spans.n > 0;
}

const char *kfm_hours_weekday(kfm_call_t *call, int weekday)
{
    return kf_catalog_text(KFM_SAY(call), apr_psprintf(call->pool, "weekday.d%d", weekday));
}

/* The error of a day's field, or NULL. */
static const char *fault_of(const kfm_form_t *form, const char *field)
{
    for (const kf_err_t *err = form->errors; err; err = err->next) {
        if (err->field && !strcmp(err->field, field)) {
            return err->detail;
        }
    }
    return NULL;
}

static json_t *day_item(const kfm_form_t *form, int weekday)
{
    kfm_call_t *call = form->call;
    const char *field = apr_pstrcat(call->pool, "h", apr_itoa(call->pool, weekday), NULL);
    json_t *day = json_object(), *spans = json_array();

    kfm_put(day, "field", field);
    kfm_put(day, "name", kfm_hours_weekday(call, weekday));
    kfm_put(day, "error", fault_of(form, field));
    kfm_put_flag(day, "on", put_spans(spans, form, field, weekday));
    while (json_array_size(spans) < 2) {
        put_span(spans, call, field, NULL, NULL);
    }
    if (json_array_size(spans) < KFM_HOURS_SPANS) {
        put_span(spans, call, field, NULL, NULL);
    }
    json_object_set_new(day, "spans", spans);
    return day;
}

static void put_override(json_t *list, const kfm_form_t *form, const json_t *row)
{
    kfm_call_t *call = form->call;
    const char *n = apr_itoa(call->pool, (int)json_array_size(list) + 1);
    const char *field = apr_pstrcat(call->pool, "o", n, NULL);

    json_array_append_new(list, json_pack("{s:s?, s:s?, s:s?, s:s?, s:s?, s:s?, s:b}", "field", field, "number", n,
                                          "error", fault_of(form, apr_pstrcat(call->pool, field, ".day", NULL)),
                                          "day", kfm_dash_text(row, "day"), "from", kfm_dash_text(row, "starts"),
                                          "to", kfm_dash_text(row, "ends"), "closed", kfm_dash_is(row, "closed")));
}

static void put_overrides(kfm_view_t *view, const kfm_form_t *form)
{
    json_t *list = json_array(), *row, *posted = form->posted ? kfm_hours_posted(form) : NULL;
    json_t *rows = posted ? posted : json_object_get(form->doc, "overrides");
    size_t i, shown = 0;

    json_array_foreach(rows, i, row) {
        if (posted || (kfm_hours_is_shown(row) && shown++ < KFM_HOURS_OVERRIDES)) {
            put_override(list, form, row);
        }
    }
    for (i = 0; i < KFM_HOURS_MORE; i++) {
        put_override(list, form, NULL);
    }
    json_decref(posted);
    json_object_set_new(view->root, "overrides", list);
}

void kfm_hours_show(kfm_view_t *view, const kfm_form_t *form)
{
    json_t *days = json_array();

    for (int weekday = 1; weekday <= 7; weekday++) {
        json_array_append_new(days, day_item(form, weekday));
    }
    json_object_set_new(view->root, "days", days);
    put_overrides(view, form);
}
