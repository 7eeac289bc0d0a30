/* Conflicts of bookings with calendars, failed writes, and the overview's banner about both. */
#include <apr_strings.h>
#include <string.h>

#include "calendar/pages_view.h"
#include "flow/provider.h"
#include "flow_ctx.h"
#include "page/say.h"

#define CONFLICTS "/dashboard/conflicts"

static const char *booking_url(kfm_call_t *call, const json_t *booking)
{
    return apr_pstrcat(call->pool, "/dashboard/bookings/", kfm_say_text(booking, "id"), NULL);
}

/* -- the page -- */

static json_t *conflict_item(kfm_call_t *call, const json_t *doc)
{
    const json_t *booking = json_object_get(doc, "booking");
    const char *kind = kfm_say_text(doc, "kind");
    json_t *item = json_object();

    kfm_put(item, "id", kfm_say_text(doc, "id"));
    kfm_put(item, "url", booking_url(call, booking));
    kfm_put(item, "customer", kfm_say_text(booking, "customer_name"));
    kfm_put(item, "service", kfm_say_text(booking, "service_name"));
    kfm_put(item, "professional", kfm_say_text2(doc, "professional", "name"));
    kfm_put(item, "text", kfm_words(call, apr_pstrcat(call->pool, "connect.conflicts.", kind, NULL), kind));
    kfm_put(item, "calendar", kfm_say_text(doc, "calendar"));
    kfm_say_put_when(item, "when", call, kfm_say_text(booking, "start"));
    kfm_say_put_when(item, "from", call, kfm_say_text(doc, "start"));
    kfm_say_put_when(item, "to", call, kfm_say_text(doc, "end"));
    return item;
}

static json_t *event_item(kfm_call_t *call, const json_t *doc)
{
    json_t *item = json_object();

    kfm_put(item, "url", booking_url(call, doc));
    kfm_put(item, "customer", kfm_say_text(doc, "customer_name"));
    kfm_put(item, "service", kfm_say_text(doc, "service_name"));
    kfm_put(item, "professional", kfm_say_text(doc, "professional_name"));
    kfm_say_put_when(item, "when", call, kfm_say_text(doc, "start"));
    kfm_put_flag(item, "can_retry", kfm_say_true(doc, "can_retry"));
    return item;
}

static void put_list(kfm_view_t *view, const char *name, const json_t *docs, json_t *make(kfm_call_t *, const json_t *))
{
    json_t *list = json_array(), *doc;
    size_t i;

    json_array_foreach((json_t *)docs, i, doc) {
        json_array_append_new(list, make(view->call, doc));
    }
    kfm_put_flag(view->root, apr_pstrcat(view->call->pool, "has_", name, NULL), json_array_size(list) > 0);
    json_object_set_new(view->root, name, list);
}

kf_err_t *kfm_page_conflicts(kfm_call_t *call, json_t *doc, json_t *trouble, const kf_err_t *problem)
{
    static const char *const names[] = {NULL};
    const kf_form_t *query;
    kfm_view_t view;

    KF_TRY(kfm_call_query(&query, call));
    KF_TRY(kfm_say_begin(&view, call, "calendar", kf_catalog_text(KFM_SAY(call), "connect.conflicts.title")));
    kfm_dash_back(&view, "/dashboard/calendar", kf_catalog_text(KFM_SAY(call), "dash.nav.calendar"));
    kfm_put(view.root, "intro", kf_catalog_text(KFM_SAY(call), "connect.conflicts.intro"));
    kfm_put(view.root, "none_text", kfm_words_of(call, "connect.conflicts.none_text",
                                                 kf_flow_calendar_provider(kfm_flow(call))->name));
    put_list(&view, "conflicts", json_object_get(doc, "items"), conflict_item);
    put_list(&view, "events", json_object_get(trouble, "events"), event_item);
    kfm_filter_put_pages(&view, CONFLICTS, query, names, doc);
    if (problem && problem->code == KF_E_CONFLICT) {
        kfm_view_message(&view, kf_catalog_text(KFM_SAY(call), "connect.conflicts.stopped_title"),
                         kf_catalog_text(KFM_SAY(call), "connect.conflicts.stopped_text"), NULL);
    } else if (problem) {
        kfm_dash_problem(&view, problem);
    }
    return kfm_dash_send(&view, problem ? kf_code_http(problem->code) : 200, "calendar/conflicts");
}

/* -- the overview -- */

static void add_line(json_t *list, const char *text, const char *url)
{
    json_t *item = json_object();

    kfm_put(item, "text", text);
    kfm_put(item, "url", url);
    json_array_append_new(list, item);
}

static void add_count(json_t *list, kfm_call_t *call, const json_t *trouble, const char *name)
{
    long n = (long)kfm_say_int(trouble, name);

    if (n > 0) {
        add_line(list, kf_catalog_plural(KFM_SAY(call), apr_pstrcat(call->pool, "connect.trouble.", name, NULL), n,
                                         call->pool),
                 CONFLICTS);
    }
}

void kfm_calendar_banner(kfm_view_t *view, const json_t *trouble)
{
    kfm_call_t *call = view->call;
    json_t *list = json_array(), *one;
    size_t i;

    json_array_foreach(json_object_get(trouble, "calendars"), i, one) {
        const char *key = apr_pstrcat(call->pool, "connect.trouble.", kfm_say_text(one, "state"), NULL);

        add_line(list, kf_catalog_format(KFM_SAY(call), key, call->pool, "name", kfm_say_text(one, "name"), NULL),
                 apr_pstrcat(call->pool, "/dashboard/professionals/", kfm_say_text(one, "id"), "/calendar", NULL));
    }
    add_count(list, call, trouble, "conflicts");
    add_count(list, call, trouble, "failed");
    kfm_put_flag(view->root, "has_trouble", json_array_size(list) > 0);
    json_object_set_new(view->root, "trouble", list);
}
