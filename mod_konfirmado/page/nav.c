#include "page/nav.h"

#include <apr_strings.h>
#include <string.h>

/* `bar`: one of the four items of the bar on phones. `icon`: an SVG path in a 24 x 24 view box. */
typedef struct {
    const char *group, *key, *url, *icon;
    bool staff, bar;
} item_t;

static const item_t items[] = {
    {"daily", "home", "/dashboard", "M4 11l8-7 8 7v9h-5v-6H9v6H4z", false, true},
    {"daily", "bookings", "/dashboard/bookings", "M4 6h16M4 12h16M4 18h10", true, true},
    {"daily", "calendar", "/dashboard/calendar", "M4 6h16v14H4zM4 10.5h16M8.5 3v4M15.5 3v4", true, true},
    {"daily", "waiting", "/dashboard/waiting", "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3 2.5", true, false},
    {"daily", "refunds", "/dashboard/refunds", "M4.5 12a7.5 7.5 0 1 0 2.6-5.7L4 9M4 4.5V9h4.5", false, false},
    {"setup", "services", "/dashboard/services", "M4 4h8l8 8-8 8-8-8zM8.5 8.4v.2", false, false},
    {"setup", "professionals", "/dashboard/professionals",
     "M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5a7.5 7.5 0 0 1 15 0", false, false},
    {"setup", "closed_days", "/dashboard/closed-days", "M4 6h16v14H4zM8.5 3v4M15.5 3v4M9.5 11l5 5M14.5 11l-5 5",
     false, false},
    {"setup", "links", "/dashboard/links",
     "M10 14a4 4 0 0 0 6 0l3-3a4.2 4.2 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4.2 4.2 0 0 0 6 6l1-1", false, true},
    {"setup", "branding", "/dashboard/branding",
     "M12 3.5a8.5 8.5 0 0 0 0 17c1.8 0 2-1.4 1.5-2.4s0-2.6 1.5-2.6h2.5a3 3 0 0 0 3-3c0-5-3.8-9-8.5-9zM7.5 11v.2M10 7.4v.2"
     "M14.5 7.4v.2", false, false},
    {"setup", "payments", "/dashboard/payments", "M3 6h18v12.5H3zM3 10.5h18M7 15h3.5", false, false},
    {"setup", "mails", "/dashboard/mails", "M3 6h18v12.5H3zM3 7l9 6.5L21 7", false, false},
    {"watch", "analytics", "/dashboard/analytics", "M5 20v-9M12 20V4M19 20v-6", false, false},
    {"watch", "callbacks", "/dashboard/callbacks", "M4 12h12M11.5 7.5L16 12l-4.5 4.5M20 5v14", false, false},
    {"watch", "audit", "/dashboard/audit", "M6 3.5h8.5l4 4v13H6zM9.5 12h5.5M9.5 16h5.5M9.5 8h2", false, false},
    {"watch", "docs", "/docs", "M8.5 8L4.5 12l4 4M15.5 8l4 4-4 4M13.5 5.5l-3 13", false, false},
    {"people", "staff", "/dashboard/staff",
     "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 20a6 6 0 0 1 12 0M16 4.4a3.5 3.5 0 0 1 0 6.2M18 14.6a6 6 0 0 1 3 5.4",
     false, false},
    {"people", "privacy", "/dashboard/privacy", "M12 3.5l7 2.5v5.5c0 4.5-3 7.5-7 9-4-1.5-7-4.5-7-9V6z", false, false},
    {"people", "api_keys", "/dashboard/api-keys", "M15 4a5 5 0 1 1-3.8 8.2L4 19.5V20h3v-2.5h2.5V15H12M16.2 7.8v.2", false,
     false},
    {"people", "account", "/dashboard/account",
     "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 0 0 0-5.2zM6.8 18.4a6 6 0 0 1 10.4 0",
     true, false},
};

static json_t *item_of(kfm_call_t *call, const item_t *item, const char *current)
{
    return json_pack("{s:s?, s:s?, s:s?, s:b}", "url", item->url, "icon", item->icon,
                     "name", kfm_words(call, apr_pstrcat(call->pool, "dash.nav.", item->key, NULL), item->key),
                     "current", current && !strcmp(current, item->key));
}

/* The items of a group, created with the first one. */
static json_t *group_of(json_t *groups, kfm_call_t *call, const char *key)
{
    json_t *last = json_array_get(groups, json_array_size(groups) - 1), *group;
    const char *name = kfm_words(call, apr_pstrcat(call->pool, "dash.nav.group_", key, NULL), key);

    if (last && !strcmp(json_string_value(json_object_get(last, "name")), name)) {
        return json_object_get(last, "items");
    }
    group = json_object();
    kfm_put(group, "name", name);
    json_object_set_new(group, "items", json_array());
    json_array_append_new(groups, group);
    return json_object_get(group, "items");
}

void kfm_dash_nav(kfm_view_t *view, const char *current)
{
    kfm_call_t *call = view->call;
    json_t *groups = json_array(), *bar = json_array();

    if (!call->who) {
        json_decref(groups);
        json_decref(bar);
        kfm_put_null(view->root, "nav");
        return;
    }
    for (size_t i = 0; i < sizeof(items) / sizeof(*items); i++) {
        if (!call->who->owner && !items[i].staff) {
            continue;
        }
        json_array_append_new(group_of(groups, call, items[i].group), item_of(call, &items[i], current));
        if (items[i].bar) {
            json_array_append_new(bar, item_of(call, &items[i], current));
        }
    }
    json_object_set_new(view->root, "nav", json_pack("{s:o, s:o, s:b}", "groups", groups, "bar", bar,
                                                     "owner", call->who->owner));
}
