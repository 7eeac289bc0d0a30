/* The list of bookings. */
#include <apr_strings.h>
#include <string.h>

#include "booking/view.h"
#include "page/show.h"

#define PATH "/dashboard/bookings"

static const char *const fields[] = {"from", "to", "service", "professional", "status", "search",
                                     NULL};
static const char *const statuses[] = {"pending",   "paid",      "confirmed", "completed", "no_show",
                                       "cancelled", "expired",   "failed",    NULL};

static const kfm_show_t row[] = {KFM_SHOW("id", LINK, .as = "url", .with = PATH "/"),
                                 KFM_SHOW("start", WHEN, .as = "when"),
                                 KFM_SHOW("price_cents", SUM, .as = "amount"),
                                 KFM_SHOW("status", BADGE, .as = "badge", .with = "status"),
                                 KFM_SHOW_END};

/* -- ranges -- */

static kf_date_t month_start(kf_date_t day)
{
    kf_civil_t civil;

    kf_date_to_civil(&civil, day);
    return day - civil.day + 1;
}

static bool same(const char *a, const char *b)
{
    return a && b ? !strcmp(a, b) : a == b;
}

static void add_preset(json_t *list, kfm_call_t *call, const kf_form_t *query, const char *word,
                       kf_date_t from, kf_date_t to)
{
    static const char *const others[] = {"service", "professional", "status", "search", NULL};
    const char *first = from ? kf_date_text(from, call->pool) : NULL;
    const char *last = to ? kf_date_text(to, call->pool) : NULL;
    const char *shown_first = kfm_filter_field(query, "from"), *shown_last = kfm_filter_field(query, "to");
    const char *url = kfm_filter_url(call, PATH, query, others, "from", first);
    bool current = same(first, shown_first) && same(last, shown_last);

    json_array_append_new(list, json_pack("{s:s, s:s, s:b}", "url", last ? kfm_url_add(call->pool, url, "to", last) : url,
                                          "text", kfm_say_word(call, "preset", word), "current", current));
}

static void put_presets(kfm_view_t *view, const kfm_filter_t *filter)
{
    kf_date_t today = filter->today, monday = today - kf_date_weekday(today) + 1;
    kf_date_t month = month_start(today);
    json_t *list = json_array();

    add_preset(list, view->call, filter->query, "all", 0, 0);
    add_preset(list, view->call, filter->query, "ahead", today, 0);
    add_preset(list, view->call, filter->query, "today", today, today);
    add_preset(list, view->call, filter->query, "week", monday, monday + 6);
    add_preset(list, view->call, filter->query, "month", month, month_start(month + 31) - 1);
    json_object_set_new(view->root, "presets", list);
}

/* -- filters -- */

static void put_filters(kfm_view_t *view, const kfm_filter_t *filter)
{
    const kf_form_t *query = filter->query;
    bool any = false, more = false;

    for (const char *const *name = fields; *name; name++) {
        any = any || kfm_filter_field(query, *name);
        more = more || (strcmp(*name, "search") && kfm_filter_field(query, *name));
    }
    json_object_set_new(view->root, "filter",
                        json_pack("{s:s?, s:s?, s:s?, s:b, s:b, s:o, s:o, s:o}", "from", kfm_filter_date(query, "from"),
                                  "to", kfm_filter_date(query, "to"), "search", kfm_filter_field(query, "search"),
                                  "any", any, "open", more, "services",
                                  kfm_filter_choices(filter->services, kfm_filter_field(query, "service")), "professionals",
                                  kfm_filter_choices(filter->professionals, kfm_filter_field(query, "professional")), "statuses",
                                  kfm_filter_choices_words(view->call, "status", statuses, kfm_filter_field(query, "status"))));
}

/* One link with the separator that spreadsheets expect in the page's language, one with the other. */
static void put_export(kfm_view_t *view, const kfm_filter_t *filter)
{
    static const char path[] = "/api/export/bookings.csv";
    kfm_call_t *call = view->call;
    bool commas = strcmp(call->lang, "es") != 0;
    const char *own = commas ? "comma" : "semicolon", *other = commas ? "semicolon" : "comma";

    if (!call->who->owner) {
        return;
    }
    kfm_put(view->root, "export_url", kfm_filter_url(call, path, filter->query, fields, "sep", own));
    kfm_put(view->root, "export_other_url", kfm_filter_url(call, path, filter->query, fields, "sep", other));
    kfm_put(view->root, "export_other", kfm_say_word(call, "bookings", commas ? "export_semicolon" : "export_comma"));
}

kf_err_t *kfm_page_bookings(kfm_call_t *call, const kfm_filter_t *filter, json_t *doc,
                            const kf_err_t *problem)
{
    kfm_view_t view;

    KF_TRY(kfm_say_begin(&view, call, "bookings", kf_catalog_text(KFM_SAY(call), "ops.bookings.title")));
    if (problem) {
        kfm_view_message(&view, kf_catalog_text(KFM_SAY(call), "ops.errors_title"),
                         kfm_say_error_text(call, problem->field ? problem->field : "any"), NULL);
    }
    kfm_show_rows(&view, doc, row);
    put_presets(&view, filter);
    put_filters(&view, filter);
    kfm_filter_put_pages(&view, PATH, filter->query, fields, doc);
    put_export(&view, filter);
    return kfm_dash_send(&view, problem ? kf_code_http(problem->code) : 200, "booking/list");
}
