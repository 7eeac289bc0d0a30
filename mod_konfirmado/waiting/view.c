/* Who waits for a time. */
#include <apr_strings.h>
#include <string.h>

#include "page/say.h"
#include "page/when.h"
#include "waiting/view.h"

static const char *say(kfm_call_t *call, const char *key)
{
    return kf_catalog_text(KFM_SAY(call), key);
}

/* Whose clock the day goes by, where it is not the business's: "día de Auckland". */
static const char *zone_of(kfm_call_t *call, const json_t *row)
{
    const char *zone = kfm_say_text(row, "timezone");

    return zone && strcmp(zone, call->tenant->time_zone)
               ? kf_catalog_format(KFM_SAY(call), "waiting.zone", call->pool, "place",
                                   kfm_when_place(call, zone), NULL)
               : NULL;
}

static json_t *waiting_item(kfm_call_t *call, const json_t *row)
{
    const json_t *offer = json_object_get(row, "offer");
    const char *who = kfm_say_text2(row, "professional", "name");
    json_t *item = json_object();

    kfm_put(item, "id", kfm_say_text(row, "id"));
    kfm_put(item, "name", kfm_say_text(row, "name"));
    kfm_put(item, "email", kfm_say_text(row, "email"));
    kfm_put(item, "mailto", apr_pstrcat(call->pool, "mailto:", kfm_say_text(row, "email"), NULL));
    kfm_put(item, "service", kfm_say_text2(row, "service", "name"));
    kfm_put(item, "zone", zone_of(call, row));
    kfm_put(item, "professional", who ? who : say(call, "waiting.anybody"));
    kfm_say_put_badge(item, "badge", call, "waiting", kfm_say_text(row, "state"));
    kfm_say_put_when(item, "since", call, kfm_say_text(row, "created_at"));
    kfm_say_put_when(item, "offer", call, kfm_say_text(offer, "start"));
    kfm_say_put_when(item, "until", call, kfm_say_text(row, "offered_until"));
    return item;
}

/* The group of a day, made when its first row comes. */
static json_t *rows_of(json_t *days, kfm_call_t *call, const char *day)
{
    json_t *last = json_array_get(days, json_array_size(days) - 1), *group;
    kf_date_t date;

    if (last && !strcmp(kfm_say_text(last, "day"), day)) {
        return json_object_get(last, "rows");
    }
    group = json_object();
    kfm_put(group, "day", day);
    kfm_put(group, "text", day);
    if (kf_date_read(&date, day, strlen(day))) {
        kf_format_when_t when = kfm_when_date(date);

        kfm_put(group, "text", kf_format_day(call->lang, &when, call->pool));
    }
    json_object_set_new(group, "rows", json_array());
    json_array_append_new(days, group);
    return json_object_get(group, "rows");
}

kf_err_t *kfm_page_waiting_list(kfm_call_t *call, const kf_form_t *query, json_t *doc, const kf_err_t *problem)
{
    static const char *const names[] = {"after", "back", NULL};
    const bool on = call->tenant->waiting;
    json_t *days = json_array();
    const json_t *row;
    kfm_view_t view;
    size_t i;

    json_array_foreach(json_object_get(doc, "items"), i, row) {
        json_array_append_new(rows_of(days, call, kfm_say_text(row, "day")), waiting_item(call, row));
    }
    KF_TRY(kfm_say_begin(&view, call, "waiting", say(call, "waiting.title")));
    kfm_put(view.root, "intro", say(call, on ? "waiting.intro" : "waiting.intro_off"));
    kfm_put_flag(view.root, "has_days", json_array_size(days) > 0);
    kfm_put_flag(view.root, "on", on);
    json_object_set_new(view.root, "days", days);
    kfm_filter_put_pages(&view, "/dashboard/waiting", query, names, doc);
    if (problem) {
        kfm_dash_problem(&view, problem);
    }
    return kfm_dash_send(&view, problem ? kf_code_http(problem->code) : 200, "waiting/list");
}
