/* The page of the waiting list. */
#include <apr_strings.h>
#include <string.h>

#include "handle/acts.h"
#include "page/show.h"
#include "page/when.h"

/* The time zone of the day if it differs from the business's: "día de Auckland". */
static const char *zone_of(kfm_call_t *call, const json_t *row)
{
    const char *zone = kfm_say_text(row, "timezone");

    return zone && strcmp(zone, call->tenant->time_zone)
               ? kf_catalog_format(KFM_SAY(call), "waiting.zone", call->pool, "place",
                                   kfm_when_place(call, zone), NULL)
               : NULL;
}

static const kfm_show_t rows[] = {KFM_SHOW("email", LINK, .as = "mailto", .with = "mailto:"),
                                  KFM_SHOW("state", BADGE, .as = "badge", .with = "waiting"),
                                  KFM_SHOW("created_at", WHEN, .as = "since"),
                                  KFM_SHOW("offer.start", WHEN, .as = "offer"),
                                  KFM_SHOW("offered_until", WHEN, .as = "until"),
                                  KFM_SHOW_END};

static const char *date_text(kfm_call_t *call, kf_date_t date)
{
    kf_format_when_t when = kfm_when_date(date);

    return kf_format_day(call->lang, &when, call->pool);
}

/* The rows of a day; adds its group for the first row. */
static json_t *rows_of(json_t *days, kfm_call_t *call, const char *day)
{
    json_t *last = json_array_get(days, json_array_size(days) - 1), *group;
    const char *text;
    kf_date_t date;

    if (last && !strcmp(kfm_say_text(last, "day"), day)) {
        return json_object_get(last, "rows");
    }
    text = kf_date_read(&date, day, strlen(day)) ? date_text(call, date) : day;
    group = json_pack("{s:s, s:s, s:[]}", "day", day, "text", text, "rows");
    json_array_append_new(days, group);
    return json_object_get(group, "rows");
}

kf_err_t *kfm_show_waiting(kfm_shown_t *page)
{
    kfm_call_t *call = page->view.call;
    json_t *days = json_array(), *root = page->view.root;
    json_t *row;
    size_t i;

    json_array_foreach(json_object_get(page->doc, "items"), i, row) {
        kfm_put(row, "zone", zone_of(call, row));
        kfm_show(row, call, rows);
        json_array_append(rows_of(days, call, kfm_say_text(row, "day")), row);
    }
    if (!call->tenant->waiting) {
        kfm_put(root, "intro", kf_catalog_text(KFM_SAY(call), "waiting.intro_off"));
    }
    kfm_put_flag(root, "has_days", json_array_size(days) > 0);
    kfm_put_flag(root, "on", call->tenant->waiting);
    json_object_set_new(root, "days", days);
    return NULL;
}
