#include "page/dash.h"

#include <apr_strings.h>
#include <string.h>

#include "base/version.h"
#include "http/reply.h"
#include "page/nav.h"

static void put_assets(kfm_view_t *view)
{
    const char *base = view->call->cfg->set.assets_url;

    json_object_set_new(view->root, "asset",
                        json_pack("{s:s?, s:s?, s:n}", "css",
                                  apr_pstrcat(view->call->pool, base, "/css/dashboard.css?v=" KF_VERSION, NULL), "js",
                                  apr_pstrcat(view->call->pool, base, "/js/dashboard.js?v=" KF_VERSION, NULL),
                                  "more"));
}

static void put_who(kfm_view_t *view)
{
    const kfm_who_t *who = view->call->who;

    kfm_put(view->root, "csrf", who ? who->csrf : NULL);
    if (!who) {
        kfm_put_null(view->root, "who");
        return;
    }
    json_object_set_new(view->root, "who", json_pack("{s:s?, s:s?, s:b, s:b}",
                                                     "name", who->name && *who->name ? who->name : who->email,
                                                     "email", who->email, "owner", who->owner,
                                                     "suspended", who->suspended));
}

/* "saved" is the message dash.done.saved, "ops.resent" is ops.done.resent. NULL for an invalid or unknown key. */
static const char *done_text(kfm_call_t *call, const char *key)
{
    const char *point;

    if (!key || !*key || strspn(key, "abcdefghijklmnopqrstuvwxyz_.") != strlen(key)) {
        return NULL;
    }
    point = strchr(key, '.');
    key = point ? apr_pstrcat(call->pool, apr_pstrmemdup(call->pool, key, point - key), ".done",
                              point, NULL)
                : apr_pstrcat(call->pool, "dash.done.", key, NULL);
    return kfm_words(call, key, NULL);
}

kf_err_t *kfm_dash_begin(kfm_view_t *out, kfm_call_t *call, const char *nav, const char *title)
{
    const kf_form_t *query;

    KF_TRY(kfm_call_query(&query, call));
    kfm_view_begin(out, call, call->tenant, NULL);
    kfm_view_title(out, title);
    kfm_put(out->root, "heading", title);
    put_assets(out);
    put_who(out);
    kfm_dash_nav(out, nav);
    if (!call->who) { /* an account has its own language */
        kfm_view_languages(out, call->r->uri);
    }
    kfm_put(out->root, "done", done_text(call, kf_form_get(query, "done")));
    kfm_put_null(out->root, "back");
    kfm_put_null(out->root, "intro");
    kfm_put_flag(out->root, "has_errors", false);
    json_object_set_new(out->root, "errors", json_array());
    return NULL;
}

kf_err_t *kfm_dash_send(const kfm_view_t *view, int status, const char *name)
{
    return kfm_view_send(view, status, name);
}

kf_err_t *kfm_dash_go(kfm_call_t *call, const char *path, const char *key)
{
    return kfm_reply_redirect(call, key ? kfm_url_add(call->pool, path, "done", key) : path);
}

void kfm_dash_back(kfm_view_t *view, const char *url, const char *text)
{
    json_object_set_new(view->root, "back", json_pack("{s:s?, s:s?}", "url", url, "text", text));
}

static const char *problem_words(kfm_call_t *call, const kf_err_t *err, const char *part)
{
    const char *key = apr_pstrcat(call->pool, "dash.problem.", kf_code_text(err->code), ".", part,
                                  NULL);

    return kfm_words(call, key, kfm_words_problem(call, err->code, part));
}

void kfm_dash_problem(kfm_view_t *view, const kf_err_t *err)
{
    kfm_view_message(view, problem_words(view->call, err, "title"),
                     problem_words(view->call, err, "text"), NULL);
}

bool kfm_dash_is(const json_t *doc, const char *name)
{
    return json_is_true(json_object_get(doc, name));
}

const char *kfm_dash_text(const json_t *doc, const char *name)
{
    return json_string_value(json_object_get(doc, name));
}

kf_err_t *kfm_dash_error(const char **html, apr_size_t *len, kfm_call_t *call, int status, const kf_err_t *err)
{
    kfm_view_t view;

    KF_TRY(kfm_dash_begin(&view, call, NULL, problem_words(call, err, "title")));
    kfm_put(view.root, "intro", problem_words(call, err, "text"));
    kfm_put(view.root, "request_id", status >= 500 ? call->request_id : NULL);
    kfm_put(view.root, "retry_url", call->method == KFM_GET && status >= 429 ? call->r->uri : NULL);
    return kfm_view_render(html, len, &view, "dash/error", call->pool);
}
