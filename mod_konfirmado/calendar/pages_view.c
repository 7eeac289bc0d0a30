#include "calendar/pages_view.h"

#include <apr_strings.h>
#include <string.h>

#include "flow/provider.h"
#include "flow_ctx.h"

#define PROFESSIONALS "/dashboard/professionals/"

static const char *say(kfm_call_t *call, const char *group, const char *name, const char *fallback)
{
    const char *text = kfm_words_of(call, apr_pstrcat(call->pool, "connect.", group, name, NULL),
                                    kf_flow_calendar_provider(kfm_flow(call))->name);

    return text ? text : fallback;
}

/* -- shared parts -- */

static const char *class_of(const char *state)
{
    return !strcmp(state, "connected") ? "good" : !strcmp(state, "error") ? "bad" : !strcmp(state, "pending") ? "wait" : "off";
}

void kfm_calendar_badge(json_t *item, kfm_call_t *call)
{
    const char *state = kfm_dash_text(item, "calendar");

    state = state ? state : "builtin";
    kfm_put(item, "badge_text", say(call, "badge.", state, state));
    kfm_put(item, "badge_class", class_of(state));
}

/* Why a calendar cannot be read, in words. An unknown error has generic words. */
static const char *reason(kfm_call_t *call, const char *error)
{
    return say(call, "reason.", error && *error ? error : "unknown", say(call, "reason.", "unknown", NULL));
}

static const char *path_of(kfm_call_t *call, const json_t *professional, const char *verb)
{
    return apr_pstrcat(call->pool, PROFESSIONALS, kfm_dash_text(professional, "id"), verb, NULL);
}

/* -- the calendar of a professional -- */

static const char *names_of(kfm_call_t *call, const json_t *list)
{
    const char *out = "", *name;
    json_t *item;
    size_t i;

    json_array_foreach((json_t *)list, i, item) {
        name = kfm_dash_text(item, "name");
        name = name && *name ? name : kfm_dash_text(item, "id");
        out = apr_pstrcat(call->pool, out, *out ? ", " : "", name ? name : "", NULL);
    }
    return out;
}

static const char *name_of(const json_t *list, const char *id)
{
    const char *name;
    json_t *item;
    size_t i;

    json_array_foreach((json_t *)list, i, item) {
        if (!strcmp(kfm_dash_text(item, "id"), id)) {
            name = kfm_dash_text(item, "name");
            return name && *name ? name : id;
        }
    }
    return id;
}

static const char *when_text(kfm_call_t *call, const json_t *doc, const char *name)
{
    json_t *one = json_object();
    const char *text;

    json_object_set(one, "at", json_object_get(doc, name));
    kfm_dash_words(one, call);
    text = kfm_dash_text(one, "at_text");
    text = text ? apr_pstrdup(call->pool, text) : NULL;
    json_decref(one);
    return text;
}

static void put_state(kfm_view_t *view, const json_t *cal)
{
    kfm_call_t *call = view->call;
    const char *state = kfm_dash_text(cal, "state");
    bool here = !strcmp(state, "connected"), broken = !strcmp(state, "error");
    json_t *item = json_object();

    json_object_set_new(view->root, "cal", item);
    kfm_put(item, "calendar", state);
    kfm_calendar_badge(item, call);
    kfm_put_flag(item, "live", here || broken);
    kfm_put_flag(item, "connected", here);
    kfm_put_flag(item, "broken", broken);
    kfm_put_flag(item, "pending", !strcmp(state, "pending"));
    kfm_put(item, "account", kfm_dash_text(cal, "account_email"));
    kfm_put(item, "read", here || broken ? names_of(call, json_object_get(cal, "read")) : NULL);
    kfm_put(item, "write", json_is_string(json_object_get(cal, "write"))
                               ? name_of(json_object_get(cal, "calendars"), kfm_dash_text(cal, "write"))
                               : kf_catalog_text(KFM_SAY(call), "connect.dash.write_none"));
    kfm_put(item, "read_at", when_text(call, cal, "read_at"));
    kfm_put_flag(item, "unreadable", here && !kfm_dash_is(cal, "readable"));
    kfm_put(item, "reason", broken || (here && !kfm_dash_is(cal, "readable")) ? reason(call, kfm_dash_text(cal, "error"))
                                                                             : NULL);
    kfm_put_flag(item, "push", kfm_dash_is(cal, "push"));
}

static void put_invitation(kfm_view_t *view, const kfm_calendar_page_t *page)
{
    kfm_call_t *call = view->call;
    const json_t *open = json_object_get(page->calendar, "invitation");
    const char *until = when_text(call, open, "expires_at"), *email = page->email;
    const kf_connect_invited_t *made = page->invited;

    email = email ? email : kfm_dash_text(page->professional, "email");
    kfm_put(view->root, "email", email ? email : "");
    kfm_put(view->root, "email_error",
            page->invite_errors ? kf_catalog_text(KFM_SAY(call), "connect.dash.email_error") : NULL);
    if (page->invite_errors) {
        kfm_form_error(view, "email", kf_catalog_text(KFM_SAY(call), "connect.dash.email_error"));
    }
    kfm_put(view->root, "link_url", made ? made->url : NULL);
    kfm_put_flag(view->root, "mailed", made && strstr(made->json, "\"mailed\": true"));
    kfm_put(view->root, "invited_text",
            until ? kf_catalog_format(KFM_SAY(call), "connect.dash.invited_until", call->pool, "when", until, NULL) : NULL);
}

/* The result of the test. */
static void put_tried(kfm_view_t *view, const json_t *tried)
{
    kfm_call_t *call = view->call;
    long busy = (long)json_integer_value(json_object_get(tried, "busy"));

    kfm_put_null(view->root, "tried");
    if (!tried) {
        return;
    }
    if (kfm_dash_is(tried, "readable")) {
        kfm_put(view->root, "tried", busy ? kf_catalog_plural(KFM_SAY(call), "connect.dash.tried", busy, call->pool)
                                          : kf_catalog_text(KFM_SAY(call), "connect.dash.tried_none"));
        return;
    }
    kfm_view_message(view, kf_catalog_text(KFM_SAY(call), "connect.dash.tried_failed"),
                     reason(call, kfm_dash_text(tried, "error")), NULL);
}

static void put_failed(kfm_view_t *view, const json_t *cal)
{
    long n = (long)json_integer_value(json_object_get(cal, "events_failed"));

    kfm_put(view->root, "failed_text",
            n > 0 ? kf_catalog_plural(KFM_SAY(view->call), "connect.dash.events_failed", n, view->call->pool) : NULL);
}

kf_err_t *kfm_page_calendar(kfm_call_t *call, int status, const kfm_calendar_page_t *page)
{
    const char *name = kfm_dash_text(page->professional, "name");
    kfm_view_t view;

    KF_TRY(kfm_dash_begin(&view, call, "professionals",
                          kf_catalog_format(KFM_SAY(call), "connect.dash.title", call->pool, "name", name, NULL)));
    call->referrer = page->invited ? "no-referrer" : NULL;
    kfm_dash_back(&view, path_of(call, page->professional, ""), name);
    kfm_put(view.root, "intro", say(call, "dash.", "intro", NULL));
    kfm_put(view.root, "push_text", say(call, "dash.", "push", NULL));
    kfm_put(view.root, "invite_text", say(call, "dash.", "invite_text", NULL));
    put_state(&view, page->calendar);
    KF_TRY(kfm_form_put(&view, page->form));
    put_invitation(&view, page);
    put_tried(&view, page->tried);
    put_failed(&view, page->calendar);
    kfm_put(view.root, "action", path_of(call, page->professional, "/calendar"));
    kfm_put(view.root, "off", kf_flow_calendar_ready(kfm_flow(call)) ? NULL : say(call, "dash.", "off", NULL));
    if (page->problem) {
        kfm_dash_problem(&view, page->problem);
    }
    return kfm_dash_send(&view, status, "calendar/calendar");
}

kf_err_t *kfm_page_calendar_ask(kfm_call_t *call, const json_t *professional, const json_t *calendar)
{
    const char *name = kfm_dash_text(professional, "name"), *here = path_of(call, professional, "/calendar");
    const char *account = kfm_dash_text(calendar, "account_email");
    const char *provider = kf_flow_calendar_provider(kfm_flow(call))->name;
    kfm_view_t view;

    KF_TRY(kfm_dash_begin(&view, call, "professionals",
                          kf_catalog_format(KFM_SAY(call), "connect.ask.title", call->pool, "name", name, NULL)));
    kfm_dash_back(&view, here, kf_catalog_format(KFM_SAY(call), "connect.dash.title", call->pool, "name", name, NULL));
    kfm_put(view.root, "text",
            kf_catalog_format(KFM_SAY(call), "connect.ask.text", call->pool, "account", account ? account : "", "provider",
                              kf_catalog_text(KFM_SAY(call), apr_pstrcat(call->pool, provider, ".name", NULL)), NULL));
    kfm_put(view.root, "future_text", kf_catalog_text(KFM_SAY(call), "connect.ask.events"));
    kfm_put(view.root, "action", apr_pstrcat(call->pool, here, "/disconnect", NULL));
    kfm_put(view.root, "cancel_url", here);
    kfm_put(view.root, "submit_text", kf_catalog_text(KFM_SAY(call), "connect.ask.submit"));
    kfm_put_null(view.root, "version");
    return kfm_dash_send(&view, 200, "dash/ask");
}
