/* /dashboard/branding */
#include <apr_strings.h>
#include <string.h>

#include "fields.h"
#include "handle/acts.h"
#include "handle/pages.h"
#include "http/body.h"
#include "text/color.h"

#define PATH "/dashboard/branding"

static const char *tenths(kfm_call_t *call, double ratio)
{
    return apr_psprintf(call->pool, "%.1f", ratio);
}

/* The contrast ratio of the text on a button of the primary colour. */
static void put_preview(kfm_view_t *view, const json_t *doc)
{
    kfm_call_t *call = view->call;
    const char *text = kfm_dash_text(doc, "primary_color");
    kf_color_t color;
    bool has = text && kf_color_parse(&color, text);

    json_object_set_new(
        view->root, "preview",
        json_pack("{s:s?, s:s?}", "name", kfm_dash_text(doc, "name"), "contrast_text",
                  has ? kf_catalog_format(KFM_SAY(call), "branding.contrast", call->pool, "ratio",
                                          tenths(call, kf_color_ratio(color, kf_color_on(color))), NULL)
                      : NULL));
}

static void put_logo(kfm_view_t *view, const json_t *doc)
{
    const char *name = kfm_dash_text(doc, "name");

    kfm_put(view->root, "logo_url", kfm_url_safe(kfm_dash_text(doc, "logo_url")));
    kfm_put(view->root, "initial", kfm_words_initial(name ? name : "?", view->call->pool));
}

/* The key of what to do: by the state; for a pending domain by the result of the last check. */
static const char *domain_todo(const json_t *domain)
{
    const char *state = kfm_dash_text(domain, "state"), *answer = kfm_dash_text(domain, "answer");

    if (strcmp(state, "pending") != 0) {
        return state;
    }
    return answer && strcmp(answer, "found") != 0 ? answer : "wait";
}

/* The business's domain, its state, and the DNS record that proves it. */
static void put_domain(kfm_view_t *view, const json_t *doc)
{
    kfm_call_t *call = view->call;
    json_t *item = json_deep_copy(json_object_get(doc, "domain"));
    const char *state = kfm_dash_text(item, "state"), *key;
    bool good = state && strcmp(state, "proven") == 0;

    json_object_set_new(view->root, "own_domain", item);
    if (!state) {
        return;
    }
    kfm_put(item, "class", good ? "good" : strcmp(state, "pending") ? "bad" : "wait");
    kfm_put(item, "status", kfm_words(call, apr_pstrcat(call->pool, "domain.state_", state, NULL), state));
    key = apr_pstrcat(call->pool, "domain.todo_", domain_todo(item), NULL);
    json_object_del(item, "state");
    kfm_dash_words(item, call);
    kfm_put(item, "todo", kf_catalog_format(KFM_SAY(call), key, call->pool, "date", kfm_dash_text(item, "ends_text"), NULL));
}

static kf_err_t *show_page(kfm_form_t *form, int status)
{
    kfm_call_t *call = form->call;
    kfm_view_t view;

    KF_TRY(kfm_dash_begin(&view, call, "branding", kf_catalog_text(KFM_SAY(call), "branding.title")));
    kfm_put(view.root, "intro", kf_catalog_text(KFM_SAY(call), "branding.intro"));
    kfm_put(view.root, "site", kfm_pages_site(call));
    kfm_put(view.root, "suffix", apr_pstrcat(call->pool, ".", call->cfg->base_authority, NULL));
    put_logo(&view, form->doc);
    put_preview(&view, form->doc);
    put_domain(&view, form->doc);
    KF_TRY(kfm_form_put(&view, form));
    KF_TRY(kfm_pages_picture_refused(&view));
    KF_TRY(kfm_pages_next(&view));
    return kfm_dash_send(&view, status, "business/branding");
}

static kf_err_t *begin(kfm_form_t *form, kfm_call_t *call)
{
    json_t *doc;

    *form = (kfm_form_t){.call = call, .group = "branding", .fields = kfm_business_fields, .n = KFM_N(business)};
    KF_TRY(kfm_admin_doc(&doc, call, false, &kf_doc_branding_get, KFM_ARGS(KFM_TENANT(call))));
    form->doc = doc;
    return NULL;
}

kf_err_t *kfm_dash_branding(kfm_call_t *call)
{
    kfm_form_t form;

    KF_TRY(begin(&form, call));
    return show_page(&form, 200);
}

kf_err_t *kfm_dash_branding_save(kfm_call_t *call)
{
    kfm_form_t form;
    json_t *doc;
    kf_err_t *err;

    KF_TRY(begin(&form, call));
    KF_TRY(kfm_body_form(&form.posted, call));
    KF_TRY(kfm_form_read(&doc, &form));
    kfm_pages_check(doc, &form, &kfm_fields_business, false);
    if (form.errors) {
        return show_page(&form, 422);
    }
    err = kfm_admin_doc(&doc, call, true, &kf_doc_branding_change,
                        KFM_ARGS(KFM_TENANT(call), kfm_pages_version(form.posted), KF_TEXT(kfm_admin_text(call, doc))));
    if (err && err->code == KF_E_PRECONDITION) {
        form.stale = true;
        return show_page(&form, 412);
    }
    if (err && err->code == KF_E_INVALID) {
        form.errors = err;
        return show_page(&form, 422);
    }
    return err ? err : kfm_dash_go(call, PATH, "saved");
}

kf_err_t *kfm_dash_branding_domain(kfm_call_t *call)
{
    json_t *doc;

    KF_TRY(kfm_admin_doc(&doc, call, true, &kf_doc_domain_check, KFM_ARGS(KFM_TENANT(call))));
    return kfm_dash_go(call, PATH, "domain_asked");
}

kf_err_t *kfm_dash_branding_logo(kfm_call_t *call)
{
    const char *json;
    kf_err_t *err = kfm_upload_take(&json, call, KF_UPLOAD_LOGO, NULL, NULL);

    if (err && (err->code == KF_E_INVALID || err->code == KF_E_TOO_LARGE)) {
        return kfm_dash_go(call, PATH "?picture=refused", NULL);
    }
    return err ? err : kfm_dash_go(call, PATH, "picture_saved");
}
