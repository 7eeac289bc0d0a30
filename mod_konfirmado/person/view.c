#include "person/view.h"

#include <apr_strings.h>
#include <string.h>

#include "base/uri.h"
#include "base/utf8.h"
#include "base/version.h"
#include "http/make.h"
#include "page/dash.h"

static const char *words(kfm_call_t *call, const char *group, const char *name, const char *part)
{
    return kfm_words(call, apr_pstrcat(call->pool, "auth.", group, name, ".", part, NULL), NULL);
}

const char *kfm_auth_url(kfm_call_t *call, const char *path)
{
    const char *lang = kfm_make_asked_lang(call->r);

    return lang ? kfm_url_add(call->pool, path, "lang", lang) : path;
}

const char *kfm_auth_wait(kfm_call_t *call, int seconds)
{
    return kf_catalog_plural(KFM_SAY(call), "auth.wait", (seconds + 59) / 60, call->pool);
}

/* -- fields -- */

static const char *fault_of(const kfm_auth_field_t *field, const char *typed)
{
    size_t count = typed ? kf_utf8_count(typed, strlen(typed)) : 0;

    if (count == 0 || typed[strspn(typed, " \t\r\n")] == '\0') {
        return "required";
    }
    return count < (size_t)field->min ? "too_short" : count > (size_t)field->max ? "too_long" : "invalid";
}

/* The error of a field in words; NULL if the list has none. */
static const char *fault_words(kfm_call_t *call, const kfm_auth_field_t *field, const kf_err_t *errors,
                               const char *typed)
{
    const char *text;

    while (errors && (!errors->field || strcmp(errors->field, field->name) != 0)) {
        errors = errors->next;
    }
    if (!errors) {
        return NULL;
    }
    text = words(call, "field.", field->words, fault_of(field, typed));
    return text ? text : words(call, "field.", field->words, "invalid");
}

static void put_described(json_t *item, kfm_call_t *call)
{
    const char *name = json_string_value(json_object_get(item, "name"));
    bool hint = json_is_string(json_object_get(item, "hint")), error = json_is_string(json_object_get(item, "error"));

    kfm_put(item, "described",
            hint || error ? apr_pstrcat(call->pool, hint ? name : "", hint ? "-hint" : "", hint && error ? " " : "",
                                        error ? name : "", error ? "-error" : "", NULL)
                          : NULL);
}

static json_t *field_item(kfm_call_t *call, const kfm_auth_field_t *field, const char *typed,
                          const kf_err_t *errors)
{
    static const char *const types[] = {[KFM_INPUT_TEXT] = "text", [KFM_INPUT_EMAIL] = "email",
                                        [KFM_INPUT_PASSWORD] = "password", [KFM_INPUT_CODE] = "text"};
    bool secret = field->input == KFM_INPUT_PASSWORD || field->input == KFM_INPUT_CODE;
    json_t *item = json_object();

    kfm_put(item, "name", field->name);
    kfm_put(item, "label", words(call, "field.", field->words, "label"));
    kfm_put(item, "hint", words(call, "field.", field->words, "hint"));
    kfm_put(item, "type", types[field->input]);
    kfm_put(item, "autocomplete", field->autocomplete);
    kfm_put_flag(item, "password", field->input == KFM_INPUT_PASSWORD);
    kfm_put_flag(item, "email", field->input == KFM_INPUT_EMAIL);
    kfm_put_flag(item, "digits", field->input == KFM_INPUT_CODE);
    json_object_set_new(item, "max", json_integer(field->max));
    kfm_put(item, "value", secret || !typed ? "" : typed);
    kfm_put(item, "error", fault_words(call, field, errors, typed));
    put_described(item, call);
    return item;
}

static void add_error(json_t *errors, const json_t *field)
{
    const char *text = json_string_value(json_object_get(field, "error"));

    if (text) {
        json_array_append_new(errors, json_pack("{s:s?, s:s?}",
                                                "field", json_string_value(json_object_get(field, "name")),
                                                "text", text));
    }
}

void kfm_auth_fields(kfm_view_t *view, const char *name, const kfm_auth_field_t *fields, const kf_form_t *typed,
                     const kf_err_t *errors)
{
    json_t *list = json_array(), *all = json_object_get(view->root, "errors");

    if (!all) {
        all = json_array();
        json_object_set_new(view->root, "errors", all);
    }
    for (; fields && fields->name; fields++) {
        json_t *item = field_item(view->call, fields, typed ? kf_form_get(typed, fields->name) : NULL, errors);

        add_error(all, item);
        json_array_append_new(list, item);
    }
    kfm_put_flag(view->root, "has_errors", json_array_size(all) > 0);
    json_object_set_new(view->root, name, list);
}

/* -- the rest -- */

static void put_lists(kfm_view_t *view, const kfm_auth_page_t *page)
{
    kfm_call_t *call = view->call;
    json_t *hidden = json_array(), *links = json_array();

    for (const kfm_auth_value_t *one = page->hidden; one->name; one++) {
        json_array_append_new(hidden, json_pack("{s:s?, s:s?}", "name", one->name,
                                                "value", one->value ? one->value : ""));
    }
    for (const kfm_auth_value_t *one = page->links; one->name; one++) {
        json_array_append_new(links, json_pack("{s:s?, s:s?}", "url", kfm_auth_url(call, one->name),
                                               "text", kfm_words(call, one->value, one->value)));
    }
    json_object_set_new(view->root, "hidden", hidden);
    json_object_set_new(view->root, "links", links);
}

static void put_other(kfm_view_t *view, const kfm_auth_page_t *page)
{
    json_t *other;

    if (!page->other.name) {
        kfm_put_null(view->root, "other");
        return;
    }
    other = json_object();
    kfm_put(other, "value", page->other.name);
    kfm_put(other, "text", kfm_words(view->call, page->other.value, page->other.value));
    json_object_set_new(view->root, "other", other);
}

/* Lists the other ways into the account, its second factor and API keys: an attacker may have added one. */
static void put_access(kfm_view_t *view, const kfm_auth_page_t *page)
{
    kfm_call_t *call = view->call;
    json_t *access, *keys = json_object_get(page->access, "api_keys"), *key;
    size_t i;

    if (!json_is_true(json_object_get(page->access, "second_factor")) && !json_array_size(keys)) {
        kfm_put_null(view->root, "access");
        return;
    }
    access = json_object();
    kfm_put(access, "factor", json_is_true(json_object_get(page->access, "second_factor"))
                                  ? kf_catalog_text(KFM_SAY(call), "auth.reset.factor") : NULL);
    kfm_dash_words(keys, call);
    json_array_foreach(keys, i, key) {
        kfm_put_flag(key, "never_used", json_is_null(json_object_get(key, "last_used_at")));
    }
    json_object_set(access, "keys", keys);
    kfm_put_flag(access, "has_keys", json_array_size(keys) > 0);
    json_object_set_new(view->root, "access", access);
}

static void put_assets(kfm_view_t *view)
{
    const char *base = view->call->cfg->set.assets_url;

    json_object_set_new(view->root, "asset",
                        json_pack("{s:s?, s:s?}", "css",
                                  apr_pstrcat(view->call->pool, base, "/css/auth.css?v=" KF_VERSION, NULL), "js",
                                  apr_pstrcat(view->call->pool, base, "/js/auth.js?v=" KF_VERSION, NULL)));
}

/* The links to this page in other languages. They keep the rest of the query, such as a link's token. */
static kf_err_t *put_languages(kfm_view_t *view)
{
    kfm_call_t *call = view->call;
    const char *url = call->r->uri, *name, *value;
    const kf_form_t *query;

    KF_TRY(kfm_call_query(&query, call));
    for (int i = 0; i < kf_form_count(query); i++) {
        kf_form_at(&name, &value, query, i);
        if (strcmp(name, "lang") != 0) {
            url = kfm_url_add(call->pool, url, kf_uri_encode(name, call->pool), value);
        }
    }
    kfm_view_languages(view, url);
    return NULL;
}

/* The message about the act before this page. */
static kf_err_t *put_done(kfm_view_t *view)
{
    kfm_call_t *call = view->call;
    const kf_form_t *query;
    const char *key;

    KF_TRY(kfm_call_query(&query, call));
    key = kf_form_get(query, "done");
    if (!key || strspn(key, "abcdefghijklmnopqrstuvwxyz_") != strlen(key)) {
        kfm_put_null(view->root, "done");
        return NULL;
    }
    kfm_put(view->root, "done", words(call, "", "done", key));
    return NULL;
}

static const char *action_of(kfm_call_t *call, const kfm_auth_page_t *page)
{
    if (!page->action || !page->lang || kfm_make_asked_lang(call->r)) {
        return page->action ? kfm_auth_url(call, page->action) : NULL;
    }
    return kfm_url_add(call->pool, page->action, "lang", page->lang);
}

static const char *page_title(kfm_call_t *call, const kfm_auth_page_t *page, const char *title)
{
    return page->errors || page->problem_text
               ? kf_catalog_format(KFM_SAY(call), "details.doc_error", call->pool, "title", title, NULL)
               : title;
}

kf_err_t *kfm_page_auth(kfm_call_t *call, int status, const kfm_auth_page_t *page)
{
    const char *title = words(call, "", page->page, "title");
    kfm_view_t view;

    kfm_view_begin(&view, call, call->tenant, NULL);
    kfm_view_title(&view, page_title(call, page, title));
    if (call->method == KFM_GET) {
        KF_TRY(put_languages(&view));
    }
    put_assets(&view);
    KF_TRY(put_done(&view));
    kfm_put(view.root, "heading", title);
    kfm_put(view.root, "intro", page->intro ? page->intro : words(call, "", page->page, "intro"));
    kfm_put(view.root, "action", action_of(call, page));
    kfm_put(view.root, "submit", words(call, "", page->page, "submit"));
    kfm_put(view.root, "username", page->username);
    kfm_put_flag(view.root, "letter", page->letter);
    kfm_auth_fields(&view, "fields", page->fields, page->typed, page->errors);
    put_lists(&view, page);
    put_other(&view, page);
    put_access(&view, page);
    if (page->problem_text) {
        kfm_view_message(&view, page->problem_title, page->problem_text, NULL);
    }
    return kfm_view_send(&view, status, "person/form");
}
