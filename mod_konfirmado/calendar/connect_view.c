#include "calendar/connect_view.h"

#include <apr_strings.h>
#include <string.h>

#include "base/version.h"
#include "flow/hold/availability.h"
#include "flow/provider.h"
#include "flow_ctx.h"
#include "page/when.h"

#define FORM_ACTION "form-action 'self'"

/* -- shared parts -- */

static const char *provider_name(kfm_call_t *call)
{
    return kf_flow_calendar_provider(kfm_flow(call))->name;
}

/* A word of the provider's own catalogue; NULL if it has none. */
static const char *own_word(kfm_call_t *call, const char *name)
{
    return kfm_words(call, apr_pstrcat(call->pool, provider_name(call), ".", name, NULL), NULL);
}

static const char *word(kfm_call_t *call, const char *group, const char *name)
{
    return kfm_words_of(call, apr_pstrcat(call->pool, "connect.", group, ".", name, NULL), provider_name(call));
}

static void put_assets(kfm_view_t *view)
{
    const char *base = view->call->cfg->set.assets_url;
    json_t *asset = json_object();

    kfm_put(asset, "css", apr_pstrcat(view->call->pool, base, "/css/auth.css?v=" KF_VERSION, NULL));
    kfm_put(asset, "more", apr_pstrcat(view->call->pool, base, "/css/connect.css?v=" KF_VERSION, NULL));
    kfm_put(asset, "js", apr_pstrcat(view->call->pool, base, "/js/auth.js?v=" KF_VERSION, NULL));
    json_object_set_new(view->root, "asset", asset);
}

static const char *path_of(kfm_call_t *call, const char *token, const char *step)
{
    return apr_pstrcat(call->pool, "/connect-calendar/", token, step, NULL);
}

static void begin(kfm_view_t *view, kfm_call_t *call, const char *title)
{
    /* with no-referrer, browsers send "Origin: null" with a form, as from another site */
    call->referrer = "strict-origin";
    kfm_view_begin(view, call, call->tenant, NULL);
    kfm_view_title(view, title);
    put_assets(view);
    kfm_put(view->root, "heading", title);
    kfm_put_flag(view->root, "has_errors", false);
    json_object_set_new(view->root, "errors", json_array());
}

static const char *say(kfm_call_t *call, const char *key, const kf_connect_view_t *view)
{
    return kf_catalog_format(KFM_SAY(call), key, call->pool, "business", view->business, "name", view->name, "calendar",
                             own_word(call, "calendar"), "provider", own_word(call, "name"), NULL);
}

/* "martes 8 de diciembre, 9:00 a. m.", in the time zone of the business. */
static const char *until(kfm_call_t *call, kf_instant_t at)
{
    kf_format_when_t when;
    int32_t offset = 0;

    if (call->tenant && kf_flow_offset(&offset, kfm_flow(call), call->tenant->time_zone, at, call->pool)) {
        offset = 0;
    }
    when = kfm_when_local(at, offset);
    return kf_format_datetime(call->lang, &when, call->pool);
}

/* -- the end -- */

kf_err_t *kfm_page_connect_end(kfm_call_t *call, int status, kfm_connect_end_t end, const char *token)
{
    static const char *const groups[] = {[KFM_CONNECT_UNKNOWN] = "unknown", [KFM_CONNECT_EXPIRED] = "expired",
                                         [KFM_CONNECT_USED] = "used",       [KFM_CONNECT_ATTEMPT] = "attempt",
                                         [KFM_CONNECT_OFF] = "off"};
    const char *group = groups[end];
    kfm_view_t view;

    begin(&view, call, word(call, group, "title"));
    call->referrer = "no-referrer";
    kfm_put(view.root, "text", word(call, group, "text"));
    kfm_put(view.root, "next", word(call, group, "next"));
    kfm_put(view.root, "url", token ? path_of(call, token, "") : NULL);
    kfm_put(view.root, "contact", call->tenant && call->tenant->contact && *call->tenant->contact ? call->tenant->contact
                                                                                                  : NULL);
    kfm_put_flag(view.root, "good", false);
    return kfm_view_send(&view, status, "calendar/end");
}

kf_err_t *kfm_page_connect_done(kfm_call_t *call, const kf_connect_view_t *invitation)
{
    kfm_view_t view;

    begin(&view, call, kf_catalog_text(KFM_SAY(call), "connect.finished.title"));
    call->referrer = "no-referrer";
    kfm_put(view.root, "text", say(call, "connect.finished.text", invitation));
    kfm_put(view.root, "next", say(call, "connect.finished.next", invitation));
    kfm_put_null(view.root, "url");
    kfm_put_null(view.root, "contact");
    kfm_put_flag(view.root, "good", true);
    return kfm_view_send(&view, 200, "calendar/end");
}

/* -- the invitation -- */

/* The form is answered with a redirect to the provider. CSP form-action applies to it, so the origin is added. */
static void allow_provider(kfm_view_t *view)
{
    kfm_call_t *call = view->call;
    const char *head = call->cfg->csp_head, *at = strstr(head, FORM_ACTION), *style = call->style_source;
    const char *origin = kf_flow_connect_origin(kfm_flow(call), call->pool);

    if (!at || !origin) {
        return;
    }
    at += strlen(FORM_ACTION);
    call->policy = apr_pstrcat(call->pool, style ? "style-src 'self' " : "", style ? style : "", style ? "; " : "",
                               apr_pstrmemdup(call->pool, head, (apr_size_t)(at - head)), " ", origin, at, " 'none'", NULL);
}

static void put_why(kfm_view_t *view, const char *why)
{
    kfm_call_t *call = view->call;
    const char *title, *text, *group;

    if (!why || strspn(why, "abcdefghijklmnopqrstuvwxyz_") != strlen(why)) {
        return;
    }
    group = apr_pstrcat(call->pool, "why.", why, NULL);
    title = own_word(call, apr_pstrcat(call->pool, group, ".title", NULL)); /* what only this provider can say */
    text = own_word(call, apr_pstrcat(call->pool, group, ".text", NULL));
    title = title ? title : word(call, group, "title");
    if (title) {
        kfm_view_message(view, title, text ? text : word(call, group, "text"), NULL);
    }
}

kf_err_t *kfm_page_connect(kfm_call_t *call, const kf_connect_view_t *invitation, const char *why)
{
    const char *token = kfm_call_param(call, "token");
    kfm_view_t view;

    begin(&view, call, kf_catalog_text(KFM_SAY(call), "connect.invitation.title"));
    kfm_view_languages(&view, path_of(call, token, ""));
    put_why(&view, why);
    kfm_put(view.root, "intro", say(call, "connect.invitation.intro", invitation));
    kfm_put(view.root, "write_text", say(call, "connect.invitation.write_text", invitation));
    kfm_put(view.root, "not_text", say(call, "connect.invitation.not_text", invitation));
    kfm_put(view.root, "end_text", say(call, "connect.invitation.end_text", invitation));
    kfm_put(view.root, "until", kf_catalog_format(KFM_SAY(call), "connect.invitation.until", call->pool, "when",
                                                  until(call, invitation->expires_at), NULL));
    kfm_put(view.root, "boxes_text", own_word(call, "boxes_text"));
    kfm_put(view.root, "submit_text", word(call, "invitation", why ? "retry" : "submit"));
    kfm_put_flag(view.root, "connected", invitation->connected);
    kfm_put(view.root, "action", path_of(call, token, ""));
    allow_provider(&view);
    return kfm_view_send(&view, 200, "calendar/invitation");
}

/* -- the choice -- */

static bool is_number(const char *text)
{
    return *text && strlen(text) <= 4 && !text[strspn(text, "0123456789")];
}

const char *const *kfm_connect_ticked(kfm_call_t *call, const kf_form_t *form)
{
    const char **out = apr_pcalloc(call->pool, sizeof(*out) * ((apr_size_t)kf_form_count(form) + 1)), *name, *value;
    size_t n = 0;

    for (int i = 0; i < kf_form_count(form); i++) {
        kf_form_at(&name, &value, form, i);
        if (!strncmp(name, "read.", 5) && is_number(name + 5) && *value) {
            out[n++] = value;
        }
    }
    return (const char *const *)out;
}

static bool is_ticked(const char *const *ticked, const char *id)
{
    for (; *ticked; ticked++) {
        if (!strcmp(*ticked, id)) {
            return true;
        }
    }
    return false;
}

static json_t *calendar_item(const json_t *calendar, const char *number)
{
    json_t *item = json_object();
    const char *name = json_string_value(json_object_get(calendar, "name"));

    kfm_put(item, "number", number);
    kfm_put(item, "id", json_string_value(json_object_get(calendar, "id")));
    kfm_put(item, "name", name && *name ? name : json_string_value(json_object_get(calendar, "id")));
    kfm_put_flag(item, "primary", json_is_true(json_object_get(calendar, "primary")));
    return item;
}

/* Before the first submission the primary calendar is preselected for reading and writing. */
static void put_calendars(kfm_view_t *view, const kfm_connect_choice_t *page)
{
    const json_t *calendar, *all = json_object_get(page->choice, "calendars");
    const char *const *ticked = page->typed ? kfm_connect_ticked(view->call, page->typed) : NULL;
    const char *write = page->typed ? kf_form_get(page->typed, "write") : NULL, *chosen = NULL;
    json_t *read = json_array(), *writable = json_array(), *item;
    size_t i;

    json_array_foreach((json_t *)all, i, calendar) {
        bool primary = json_is_true(json_object_get(calendar, "primary")), picked;
        const char *id = json_string_value(json_object_get(calendar, "id"));

        item = calendar_item(calendar, apr_itoa(view->call->pool, (int)i));
        kfm_put_flag(item, "selected", ticked ? is_ticked(ticked, id) : primary);
        json_array_append_new(read, item);
        if (json_is_true(json_object_get(calendar, "may_write"))) {
            item = calendar_item(calendar, apr_itoa(view->call->pool, (int)i));
            picked = page->typed ? write && !strcmp(write, id) : primary;
            chosen = picked ? id : chosen;
            kfm_put_flag(item, "selected", picked);
            json_array_append_new(writable, item);
        }
    }
    json_object_set_new(view->root, "calendars", read);
    json_object_set_new(view->root, "writable", writable);
    kfm_put_flag(view->root, "write_none", !chosen);
}

static const char *error_text(kfm_call_t *call, const kf_err_t *errors, const char *field)
{
    for (; errors; errors = errors->next) {
        if (errors->field && !strncmp(errors->field, field, strlen(field))) {
            return word(call, "choice", apr_pstrcat(call->pool, field, "_error", NULL));
        }
    }
    return NULL;
}

static void put_error(kfm_view_t *view, const kf_err_t *errors, const char *field)
{
    const char *text = error_text(view->call, errors, field);
    json_t *item;

    kfm_put(view->root, apr_pstrcat(view->call->pool, field, "_error", NULL), text);
    if (text) {
        item = json_object();
        kfm_put(item, "field", field);
        kfm_put(item, "text", text);
        json_array_append_new(json_object_get(view->root, "errors"), item);
        kfm_put_flag(view->root, "has_errors", true);
    }
}

kf_err_t *kfm_page_connect_choice(kfm_call_t *call, int status, const kfm_connect_choice_t *page)
{
    const char *title = kf_catalog_text(KFM_SAY(call), "connect.choice.title");
    kfm_view_t view;

    begin(&view, call, title);
    if (call->method == KFM_GET) {
        kfm_view_languages(&view, path_of(call, page->token, "/calendars"));
    }
    if (page->errors) {
        kfm_view_title(&view, kf_catalog_format(KFM_SAY(call), "details.doc_error", call->pool, "title", title, NULL));
    }
    kfm_put(view.root, "account_title", word(call, "choice", "account"));
    kfm_put(view.root, "none_text", word(call, "choice", "write_none"));
    kfm_put(view.root, "account", json_string_value(json_object_get(page->choice, "account_email")));
    kfm_put(view.root, "action", path_of(call, page->token, "/calendars"));
    put_calendars(&view, page);
    put_error(&view, page->errors, "read");
    put_error(&view, page->errors, "write");
    return kfm_view_send(&view, status, "calendar/choice");
}
