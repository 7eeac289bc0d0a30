/* Reads the posted hours. */
#include <apr_lib.h>
#include <apr_strings.h>
#include <apr_time.h>
#include <string.h>

#include "page/field.h"
#include "page/when.h"
#include "professional/hours_int.h"
#include "time/instant.h"

int kfm_hours_minutes(const char *text)
{
    int hour, minute;

    if (!text || strlen(text) < 5 || text[2] != ':' || !apr_isdigit(text[0]) || !apr_isdigit(text[1])
        || !apr_isdigit(text[3]) || !apr_isdigit(text[4]) || (text[5] && text[5] != ':')) {
        return -1;
    }
    hour = (text[0] - '0') * 10 + (text[1] - '0');
    minute = (text[3] - '0') * 10 + (text[4] - '0');
    return hour * 60 + minute <= 24 * 60 && minute < 60 ? hour * 60 + minute : -1;
}

/* No zone's today is earlier than yesterday in UTC. */
bool kfm_hours_is_shown(const json_t *row)
{
    const char *day = kfm_dash_text(row, "day");
    kf_date_t date, today = kf_instant_date((kf_instant_t)apr_time_now(), 0);

    return day && kf_date_read(&date, day, strlen(day)) && date >= today - 1;
}

static const char *posted(const kfm_form_t *form, const char *field, const char *end)
{
    const char *text = kf_form_get(form->posted, apr_pstrcat(form->call->pool, field, end, NULL));

    return text && *text ? text : NULL;
}

/* Adds an error of a field, at most one each. `day`: the day in words, for the text. */
static void wrong(kfm_form_t *form, const char *field, const char *key, const char *day)
{
    kfm_call_t *call = form->call;
    const char *text = kf_catalog_format(KFM_SAY(call), key, call->pool, "day", day, NULL);
    kf_err_t *err = kf_err_field(call->pool, KF_E_INVALID, field, "%s", text);

    for (const kf_err_t *old = form->errors; old; old = old->next) {
        if (old->field && !strcmp(old->field, field)) {
            return;
        }
    }
    kf_err_add(&form->errors, kf_err_because(call->pool, err, "%s", KFM_FORM_OWN));
}

/* 23:59 of a time field means the end of the day. */
static const char *end_text(const char *text)
{
    return !strncmp(text, "23:59", 5) ? "24:00" : text;
}

static void add_row(json_t *list, int weekday, const char *starts, const char *ends)
{
    json_array_append_new(list, json_pack("{s:i, s:s, s:s, s:s}", "weekday", weekday, "kind", "work", "starts", starts,
                                          "ends", ends));
}

/* Reads one day. Its spans must be in order and must not overlap. */
static void read_day(json_t *list, kfm_form_t *form, int weekday)
{
    apr_pool_t *p = form->call->pool;
    const char *field = apr_pstrcat(p, "h", apr_itoa(p, weekday), NULL);
    const char *day = kfm_hours_weekday(form->call, weekday);
    int before = -1, spans = 0;

    if (!kf_form_get(form->posted, field)) {
        return;
    }
    for (int n = 1; n <= KFM_HOURS_SPANS; n++) {
        const char *from = posted(form, field, apr_psprintf(p, ".%da", n)), *to = posted(form, field, apr_psprintf(p, ".%db", n));
        int starts = kfm_hours_minutes(from), ends = to ? kfm_hours_minutes(end_text(to)) : -1;

        if (!from && !to) {
            continue;
        }
        if (starts < 0 || ends < 0 || starts >= ends || starts < before) {
            wrong(form, field, "hours.wrong", day);
            return;
        }
        add_row(list, weekday, kf_hours_clock(starts, p), kf_hours_clock(ends, p));
        before = ends;
        spans++;
    }
    if (!spans) {
        wrong(form, field, "hours.empty_day", day);
    }
}

/* -- overrides -- */

json_t *kfm_hours_posted(const kfm_form_t *form)
{
    apr_pool_t *p = form->call->pool;
    json_t *list = json_array();

    for (int n = 1; n <= KFM_HOURS_OVERRIDES + KFM_HOURS_MORE; n++) {
        const char *field = apr_pstrcat(p, "o", apr_itoa(p, n), NULL), *day = posted(form, field, ".day");
        json_t *row;

        if (!day) {
            continue;
        }
        row = json_object();
        kfm_put(row, "day", day);
        if (posted(form, field, ".closed")) {
            json_object_set_new(row, "closed", json_true());
        } else {
            kfm_put(row, "starts", posted(form, field, ".a"));
            kfm_put(row, "ends", posted(form, field, ".b"));
        }
        json_array_append_new(list, row);
    }
    return list;
}

static bool check_override(json_t *row, kfm_form_t *form)
{
    const char *day = kfm_dash_text(row, "day"), *to = kfm_dash_text(row, "ends");
    int starts = kfm_hours_minutes(kfm_dash_text(row, "starts"));
    kf_date_t date;

    if (!kf_date_read(&date, day, strlen(day))) {
        return false;
    }
    if (kfm_dash_is(row, "closed")) {
        return true;
    }
    if (starts < 0 || !to || kfm_hours_minutes(end_text(to)) <= starts) {
        return false;
    }
    kfm_put(row, "starts", kf_hours_clock(starts, form->call->pool));
    kfm_put(row, "ends", kf_hours_clock(kfm_hours_minutes(end_text(to)), form->call->pool));
    return true;
}

/* "24 de diciembre de 2027", or the typed text if it is no date. */
static const char *day_words(kfm_call_t *call, const char *day)
{
    kf_format_when_t when;
    kf_date_t date;

    if (!kf_date_read(&date, day, strlen(day))) {
        return day;
    }
    when = kfm_when_date(date);
    return kf_format_date(call->lang, &when, call->pool);
}

/* Keeps the saved overrides that the page did not show. */
static void keep_others(json_t *list, const kfm_form_t *form)
{
    json_t *row;
    size_t i, shown = 0;

    json_array_foreach(json_object_get(form->doc, "overrides"), i, row) {
        if (!kfm_hours_is_shown(row) || shown++ >= KFM_HOURS_OVERRIDES) {
            json_array_append(list, row);
        }
    }
}

void kfm_hours_read(json_t *doc, kfm_form_t *form)
{
    json_t *hours = json_array(), *overrides = kfm_hours_posted(form), *row;
    size_t i;

    for (int weekday = 1; weekday <= 7; weekday++) {
        read_day(hours, form, weekday);
    }
    json_array_foreach(overrides, i, row) {
        if (!check_override(row, form)) {
            wrong(form, apr_psprintf(form->call->pool, "o%d.day", (int)i + 1), "hours.wrong_override",
                  day_words(form->call, kfm_dash_text(row, "day")));
        }
    }
    keep_others(overrides, form);
    json_object_set_new(doc, "hours", hours);
    json_object_set_new(doc, "overrides", overrides);
}
