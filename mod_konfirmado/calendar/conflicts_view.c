/* Conflicts of bookings with calendars, failed writes, and the overview's banner about both. */
#include <apr_strings.h>
#include <string.h>

#include "calendar/pages_view.h"
#include "flow/provider.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "page/show.h"

#define CONFLICTS "/dashboard/conflicts"

/* -- the page -- */

static const kfm_show_t conflict_rows[] = {
    KFM_SHOW("booking.id", LINK, .as = "url", .with = "/dashboard/bookings/"),
    KFM_SHOW("kind", WORD, .as = "text", .with = "connect.conflicts"),
    KFM_SHOW("booking.start", WHEN, .as = "when"),
    KFM_SHOW("start", WHEN, .as = "from"),
    KFM_SHOW("end", WHEN, .as = "to"),
    KFM_SHOW_END};
static const kfm_show_t event_rows[] = {KFM_SHOW("id", LINK, .as = "url", .with = "/dashboard/bookings/"),
                                        KFM_SHOW("start", WHEN, .as = "when"), KFM_SHOW_END};

kf_err_t *kfm_show_conflicts(kfm_shown_t *page)
{
    kfm_view_t *view = &page->view;
    kfm_call_t *call = view->call;
    json_t *trouble, *events;

    KF_TRY(kfm_admin_doc(&trouble, call, false, &kf_doc_calendar_trouble, KFM_ARGS(KFM_TENANT(call))));
    events = json_object_get(trouble, "events");
    kfm_dash_back(view, "/dashboard/calendar", kf_catalog_text(KFM_SAY(call), "dash.nav.calendar"));
    kfm_put(view->root, "none_text", kfm_words_of(call, "connect.conflicts.none_text",
                                                  kf_flow_calendar_provider(kfm_flow(call))->name));
    kfm_show_rows(view, page->doc, conflict_rows);
    kfm_show(events, call, event_rows);
    kfm_put_flag(view->root, "has_events", json_array_size(events) > 0);
    json_object_set(view->root, "events", events);
    if (page->problem && page->problem->code == KF_E_CONFLICT) {
        kfm_view_message(view, kf_catalog_text(KFM_SAY(call), "connect.conflicts.stopped_title"),
                         kf_catalog_text(KFM_SAY(call), "connect.conflicts.stopped_text"), NULL);
        page->problem = NULL;
    }
    return NULL;
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
