/* The list pages of handle/pages.h, and helpers for several pages. */
#include <apr_strings.h>
#include <string.h>

#include "handle/pages.h"

#define CHOICES "{\"limit\": 200}" /* more than a form can usefully show */

static bool is_state(const char *text)
{
    return text && (!strcmp(text, "archived") || !strcmp(text, "inactive"));
}

static kf_err_t *read_page(json_t **out, kfm_call_t *call, const kfm_pages_t *pages, const char *state)
{
    const kf_form_t *query;
    json_t *ask = json_object();
    const char *after, *text;

    KF_TRY(kfm_call_query(&query, call));
    after = kf_form_get(query, "after");
    if (state) {
        kfm_put(ask, "state", state);
    }
    if (after) {
        kfm_put(ask, "after", after);
    }
    text = kfm_admin_text(call, ask);
    json_decref(ask);
    return kfm_admin_doc(out, call, false, pages->page, KFM_ARGS(KFM_TENANT(call), KF_TEXT(text)));
}

static void put_more(kfm_view_t *view, const kfm_pages_t *pages, const json_t *page, const char *state)
{
    kfm_call_t *call = view->call;
    const char *next = kfm_dash_text(page, "next"), *url = pages->path;

    if (state) {
        url = kfm_url_add(call->pool, url, "state", state);
    }
    kfm_put(view->root, "more_url", next ? kfm_url_add(call->pool, url, "after", next) : NULL);
}

static void put_items(kfm_view_t *view, const kfm_pages_t *pages, json_t *page)
{
    kfm_call_t *call = view->call;
    json_t *items = json_object_get(page, "items"), *item;
    size_t i;

    kfm_dash_words(items, call);
    json_array_foreach(items, i, item) {
        const char *id = kfm_dash_text(item, "id");

        kfm_put(item, "url", apr_pstrcat(call->pool, pages->path, "/", id, NULL));
        kfm_put(item, "restore_url", apr_pstrcat(call->pool, pages->path, "/", id, "/restore", NULL));
        if (pages->item) {
            pages->item(item, call);
        }
    }
    json_object_set(view->root, "items", items);
}

kf_err_t *kfm_pages_list(kfm_call_t *call)
{
    const kfm_pages_t *pages = call->route->does;
    const char *off = pages->restore ? "archived" : "inactive", *state;
    const kf_form_t *query;
    kfm_view_t view;
    json_t *page;

    KF_TRY(kfm_call_query(&query, call));
    state = is_state(kf_form_get(query, "state")) ? off : NULL;
    KF_TRY(read_page(&page, call, pages, state));
    KF_TRY(kfm_dash_begin(&view, call, pages->nav, kfm_pages_word(call, pages, state ? "title_off" : "title")));
    kfm_put(view.root, "intro", kfm_pages_word(call, pages, state ? "intro_off" : "intro"));
    kfm_put_flag(view.root, "off", state != NULL);
    kfm_put(view.root, "new_url", apr_pstrcat(call->pool, pages->path, "/new", NULL));
    kfm_put(view.root, "off_url", kfm_url_add(call->pool, pages->path, "state", off));
    kfm_put(view.root, "off_text", kfm_words(call, apr_pstrcat(call->pool, pages->group, ".show_off", NULL),
                                             kf_catalog_text(KFM_SAY(call), "dash.show_off")));
    kfm_put(view.root, "list_url", pages->path);
    put_items(&view, pages, page);
    put_more(&view, pages, page, state);
    KF_TRY(kfm_pages_next(&view));
    return kfm_dash_send(&view, 200, pages->list_template);
}

kf_err_t *kfm_pages_choices(json_t *options, kfm_call_t *call, const char *name, const kf_stmt_t *page)
{
    json_t *doc;

    KF_TRY(kfm_admin_doc(&doc, call, false, page, KFM_ARGS(KFM_TENANT(call), KF_TEXT(CHOICES))));
    json_object_set_new(options, name, kfm_form_choices(json_object_get(doc, "items")));
    return NULL;
}

static const char *const steps[][2] = {{"branding", "/dashboard/branding"},
                                       {"service", "/dashboard/services/new"},
                                       {"professional", "/dashboard/professionals/new"},
                                       {"payments", "/dashboard/payments"},
                                       {"link", "/dashboard/links/new"}};

/* Whether bookings need this step. The logo is optional. */
static bool is_needed(const char *key)
{
    return strcmp(key, "branding") != 0;
}

/* Whether the step's page is the current one. */
static bool is_here(kfm_call_t *call, const json_t *step)
{
    const char *url = kfm_dash_text(step, "url"), *uri = call->r->uri;

    return url && !strncmp(url, uri, strlen(uri));
}

static json_t *step(kfm_call_t *call, const char *key)
{
    json_t *made = json_object();

    kfm_put(made, "text", kfm_words(call, apr_pstrcat(call->pool, "home.next_", key, NULL), key));
    kfm_put(made, "button", kfm_words(call, apr_pstrcat(call->pool, "home.", key, "_button", NULL), key));
    for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
        if (!strcmp(steps[i][0], key)) {
            kfm_put(made, "url", steps[i][1]);
        }
    }
    return made;
}

kf_err_t *kfm_pages_next(kfm_view_t *view)
{
    kfm_call_t *call = view->call;
    json_t *doc, *item, *next;
    size_t i;

    kfm_put_null(view->root, "next");
    KF_TRY(kfm_admin_doc(&doc, call, false, &kf_doc_checklist_get, KFM_ARGS(KFM_TENANT(call))));
    json_array_foreach(json_object_get(doc, "steps"), i, item) {
        const char *key = kfm_dash_text(item, "key");

        if (key && is_needed(key) && !kfm_dash_is(item, "done")) {
            next = step(call, key);
            json_object_set(view->root, "next", is_here(call, next) ? json_null() : next);
            json_decref(next);
            return NULL;
        }
    }
    return NULL;
}

const char *kfm_pages_site(kfm_call_t *call)
{
    return apr_pstrcat(call->pool, call->cfg->base_scheme, "://", call->tenant->subdomain, ".", call->cfg->base_authority,
                       NULL);
}

kf_err_t *kfm_pages_picture_refused(kfm_view_t *view)
{
    const kf_form_t *query;

    KF_TRY(kfm_call_query(&query, view->call));
    if (kf_form_get(query, "picture")) {
        kfm_view_message(view, kf_catalog_text(KFM_SAY(view->call), "dash.picture_refused"),
                         kf_catalog_text(KFM_SAY(view->call), "dash.picture_refused_text"), NULL);
    }
    return NULL;
}

void kfm_pages_picture(json_t *item, kfm_call_t *call, const char *member)
{
    const char *name = kfm_dash_text(item, "name");

    kfm_put(item, "pic_url", kfm_url_safe(kfm_dash_text(item, member)));
    kfm_put(item, "initial", kfm_words_initial(name ? name : "?", call->pool));
}
