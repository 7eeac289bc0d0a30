/* The pages of the messages to the merchant's system: the log, one message, and the secret. */
#include <apr_strings.h>
#include <string.h>

#include "callback/view.h"
#include "page/message.h"
#include "page/say.h"

#define PATH "/dashboard/callbacks"

static const char *const fields[] = {"state", NULL};
static const char *const states[] = {"due", "sending", "done", "dead", NULL};

static void show_rows(kfm_view_t *view, const json_t *doc)
{
    json_t *one;
    size_t i;

    json_array_foreach(json_object_get(doc, "items"), i, one) {
        kfm_message_show(one, view->call);
    }
    kfm_view_rows(view, doc);
}

static void put_tabs(kfm_view_t *view, const kf_form_t *query)
{
    const char *shown = kfm_filter_field(query, "state");
    json_t *list = kfm_filter_choices_words(view->call, "message", states, shown), *item;
    size_t i;

    json_array_foreach(list, i, item) {
        kfm_put(item, "url", kfm_url_add(view->call->pool, PATH, "state", kfm_say_text(item, "value")));
    }
    kfm_put_flag(view->root, "filtered", shown != NULL);
    json_object_set_new(view->root, "states", list);
}

static const char *when_text(kfm_call_t *call, const char *key, const char *at)
{
    kf_format_when_t when;
    kf_instant_t instant;

    return kfm_say_instant(&instant, &when, at)
               ? kf_catalog_format(KFM_SAY(call), key, call->pool, "when",
                                   kf_format_datetime(call->lang, &when, call->pool), NULL)
               : NULL;
}

static void put_secrets(kfm_view_t *view, const kfm_callbacks_t *page)
{
    kfm_call_t *call = view->call;
    json_t *one, *list = json_object_get(page->secrets, "items");
    size_t i;

    json_array_foreach(list, i, one) {
        kfm_put(one, "made", when_text(call, "ops.callbacks.secret_made", kfm_say_text(one, "created_at")));
        kfm_put(one, "until", when_text(call, "ops.callbacks.secret_until", kfm_say_text(one, "expires_at")));
    }
    kfm_put_flag(view->root, "has_secrets", json_array_size(list) > 0);
    json_object_set(view->root, "secrets", list);
    kfm_put(view->root, "new_secret", page->secret);
}

kf_err_t *kfm_page_callbacks(kfm_call_t *call, const kfm_callbacks_t *page)
{
    const char *url = kfm_say_text(page->branding, "callback_url");
    kfm_view_t view;

    KF_TRY(kfm_say_begin(&view, call, "callbacks", kf_catalog_text(KFM_SAY(call), "ops.callbacks.title")));
    if (page->problem) {
        kfm_dash_problem(&view, page->problem);
    }
    kfm_put(view.root, "test_text",
            url && *url ? kf_catalog_format(KFM_SAY(call), "ops.callbacks.test_hint", call->pool,
                                            "url", url, NULL)
                        : NULL);
    show_rows(&view, page->doc);
    put_tabs(&view, page->filter.query);
    kfm_filter_put_pages(&view, PATH, page->filter.query, fields, page->doc);
    put_secrets(&view, page);
    return kfm_dash_send(&view, page->problem ? kf_code_http(page->problem->code) : 200,
                         "callback/list");
}

kf_err_t *kfm_page_callback_rotate(kfm_call_t *call)
{
    kfm_view_t view;

    KF_TRY(kfm_say_begin(&view, call, "callbacks", kf_catalog_text(KFM_SAY(call), "ops.callbacks.rotate_title")));
    kfm_dash_back(&view, PATH, kf_catalog_text(KFM_SAY(call), "ops.callback.list"));
    return kfm_dash_send(&view, 200, "callback/rotate");
}

kf_err_t *kfm_page_callback(kfm_call_t *call, json_t *doc, const kf_err_t *problem)
{
    const char *event = kfm_say_word(call, "event", kfm_say_text(doc, "event"));
    kfm_view_t view;

    KF_TRY(kfm_say_begin(&view, call, "callbacks",
                         kf_catalog_format(KFM_SAY(call), "ops.callback.title", call->pool, "event",
                                           event, NULL)));
    kfm_dash_back(&view, PATH, kf_catalog_text(KFM_SAY(call), "ops.callback.list"));
    if (problem) {
        kfm_dash_problem(&view, problem);
    }
    kfm_message_show(doc, call);
    json_object_set(view.root, "callback", doc);
    return kfm_dash_send(&view, problem ? kf_code_http(problem->code) : 200, "callback/one");
}
