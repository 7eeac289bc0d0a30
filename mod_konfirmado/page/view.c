#include "page/view.h"

#include <apr_strings.h>
#include <string.h>

#include "base/version.h"
#include "http/reply.h"

#define RETRY_AFTER_S 30

void kfm_put_null(json_t *object, const char *name)
{
    json_object_set_new(object, name, json_null());
}

void kfm_put(json_t *object, const char *name, const char *text)
{
    json_t *value = text ? json_string(text) : NULL;

    json_object_set_new(object, name, value ? value : json_null());
}

void kfm_put_flag(json_t *object, const char *name, bool flag)
{
    json_object_set_new(object, name, flag ? json_true() : json_null());
}

static apr_status_t forget(void *root)
{
    json_decref(root);
    return APR_SUCCESS;
}

static void put_assets(kfm_view_t *view)
{
    const char *base = view->call->cfg->set.assets_url;

    json_object_set_new(view->root, "asset",
                        json_pack("{s:s?, s:s?, s:n}", "css",
                                  apr_pstrcat(view->call->pool, base, "/css/wizard.css?v=" KF_VERSION, NULL), "js",
                                  apr_pstrcat(view->call->pool, base, "/js/wizard.js?v=" KF_VERSION, NULL), "more"));
}

static void put_theme(kfm_view_t *view)
{
    const char *css = view->tenant ? kfm_theme_css(view->tenant, view->call->pool) : NULL;

    view->call->style_source = css ? kfm_theme_source(css, view->call->pool) : NULL;
    kfm_put(view->root, "theme", view->call->style_source ? css : NULL);
}

static void put_tenant(kfm_view_t *view)
{
    const kf_tenant_t *tenant = view->tenant;

    if (!tenant) {
        kfm_put_null(view->root, "tenant");
        return;
    }
    json_object_set_new(view->root, "tenant", json_pack("{s:s?, s:s?, s:s?, s:s?, s:s?, s:s?}", "name", tenant->name,
                                                        "initial", kfm_words_initial(tenant->name, view->call->pool),
                                                        "logo_url", kfm_url_safe(tenant->logo_url),
                                                        "terms_url", kfm_url_safe(tenant->terms_url),
                                                        "privacy_url", kfm_url_safe(tenant->privacy_url),
                                                        "contact", tenant->contact && *tenant->contact ? tenant->contact : NULL));
}

void kfm_view_begin(kfm_view_t *out, kfm_call_t *call, const kf_tenant_t *tenant,
                    const char *forced)
{
    if (forced) {
        call->lang = forced;
    }
    *out = (kfm_view_t){.call = call, .tenant = tenant, .forced = forced, .root = json_object()};
    apr_pool_cleanup_register(call->pool, out->root, forget, apr_pool_cleanup_null);
    kfm_put(out->root, "lang", call->lang);
    json_object_set(out->root, "t", kf_catalog_get(call->cfg->messages, call->lang));
    kfm_put(out->root, "lang_forced", forced);
    put_assets(out);
    put_tenant(out);
    put_theme(out);
    kfm_put_null(out->root, "title");
    kfm_put_null(out->root, "languages");
    kfm_put_null(out->root, "poll_refresh");
    kfm_put_flag(out->root, "framed", kfm_call_framed(call));
    kfm_put_null(out->root, "message");
    kfm_put_null(out->root, "share");
    kfm_put_null(out->root, "csrf"); /* these forms are protected by the Origin check instead */
}

void kfm_view_title(kfm_view_t *view, const char *title)
{
    const char *name = view->tenant ? view->tenant->name : "Konfirmado";

    kfm_put(view->root, "title",
            kf_catalog_format(KFM_SAY(view->call), "layout.doc_title", view->call->pool, "title",
                              title, "tenant", name, NULL));
}

void kfm_view_step(kfm_view_t *view, kfm_step_t step)
{
    static const char *const names[] = {[KFM_STEP_SELECT] = "select",
                                        [KFM_STEP_TIME] = "time",
                                        [KFM_STEP_DETAILS] = "details",
                                        [KFM_STEP_CONFIRM] = "confirm"};
    json_t *here = json_object(), *past = json_object();

    for (kfm_step_t i = KFM_STEP_SELECT; i <= KFM_STEP_CONFIRM; i++) {
        kfm_put_flag(here, names[i], i == step);
        kfm_put_flag(past, names[i], i < step);
    }
    json_object_set_new(view->root, "step", here);
    json_object_set_new(view->root, "past", past);
}

void kfm_view_languages(kfm_view_t *view, const char *url)
{
    static const char *const all[] = {"es", "en"};
    kfm_call_t *call = view->call;
    json_t *list = json_array();

    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {

        if (!strcmp(all[i], call->lang)) {
            continue;
        }
        json_array_append_new(list, json_pack("{s:s?, s:s?, s:s?}", "lang", all[i],
                                              "name", kf_catalog_text(call->cfg->messages, all[i], "lang.name"),
                                              "url", kfm_url_add(call->pool, url, "lang", all[i])));
    }
    json_object_set_new(view->root, "languages", list);
}

void kfm_view_message(kfm_view_t *view, const char *title, const char *text, json_t *slots)
{
    json_object_set_new(view->root, "message", json_pack("{s:s?, s:s?, s:n, s:o}", "title", title, "text", text,
                                                         "info", "slots", slots ? slots : json_array()));
}

void kfm_view_problem(kfm_view_t *view, const kf_err_t *err)
{
    kfm_view_message(view, kfm_words_problem(view->call, err->code, "title"),
                     kfm_words_error(view->call, err), NULL);
}

const char *kfm_url_site(const char *url, apr_pool_t *p)
{
    const char *at = strstr(url, "://");

    at = at ? at + 3 : url;
    return apr_pstrmemdup(p, at, strcspn(at, "/?#"));
}

void kfm_view_back(kfm_view_t *view, const char *member, const char *url)
{
    kfm_call_t *call = view->call;

    kfm_put_null(view->root, member);
    if (!url || !kfm_url_safe(url)) {
        return;
    }
    json_object_set_new(view->root, member,
                        json_pack("{s:s?, s:s?}", "url", url, "text",
                                  kf_catalog_format(KFM_SAY(call), "confirm.return_link", call->pool, "site",
                                                    kfm_url_site(url, call->pool), NULL)));
}

kf_err_t *kfm_view_render(const char **html, apr_size_t *len, const kfm_view_t *view,
                          const char *name, apr_pool_t *p)
{
    const kf_mustache_set_t *set = view->call->cfg->templates;
    const kf_mustache_t *template = kf_mustache_set_get(set, name);

    if (!template || !view->root) {
        return kf_err_because(p, kf_err(p, KF_E_INTERNAL, "The page cannot be shown."),
                              "no template %s, or not enough memory for its values", name);
    }
    return kf_mustache_render(html, len, template, set, view->root, p);
}

kf_err_t *kfm_view_send(const kfm_view_t *view, int status, const char *name)
{
    const char *html;
    apr_size_t len;

    KF_TRY(kfm_view_render(&html, &len, view, name, view->call->pool));
    if (status == HTTP_SERVICE_UNAVAILABLE) { /* a step of the wizard is shown again */
        kfm_reply_retry_after(view->call, RETRY_AFTER_S);
    }
    return kfm_reply_page(view->call, status, html, len);
}

kf_err_t *kfm_view_summary(kfm_view_t *view, const kfm_summary_t *summary, json_t *when)
{
    kfm_call_t *call = view->call;
    json_t *sum = json_object();
    kf_money_t later;

    json_object_set_new(sum, "when", when ? when : json_null());
    json_object_set_new(view->root, "summary", sum);
    KF_TRY(kf_money_sub(&later, summary->price, summary->charge, call->pool));
    kfm_put(sum, "service", summary->service);
    kfm_put(sum, "professional",
            summary->professional ? summary->professional
                                  : kf_catalog_text(KFM_SAY(call), "select.any"));
    kfm_put(sum, "duration_text", kfm_words_duration(call, summary->minutes));
    kfm_put(sum, "price_text", kfm_words_money(call, summary->price));
    kfm_put_flag(sum, "free", summary->charge.minor == 0);
    kfm_put(sum, "pay_now_text",
            summary->charge.minor ? kfm_words_money(call, summary->charge) : NULL);
    kfm_put(sum, "pay_later_text", later.minor > 0 ? kfm_words_money(call, later) : NULL);
    return NULL;
}
