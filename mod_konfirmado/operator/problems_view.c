#include "operator/problems_view.h"

#include <apr_strings.h>

#include "http/make.h"
#include "page/view.h"

static const char *words(kfm_call_t *call, const char *group, const char *code, const char *part)
{
    return kf_catalog_text(KFM_SAY(call), apr_pstrcat(call->pool, "problems.", group, ".", code, ".", part, NULL));
}

static json_t *error_item(kfm_call_t *call, kf_code_t code)
{
    return json_pack("{s:s?, s:s?, s:s?, s:s?}", "code", kf_code_text(code),
                     "status", apr_itoa(call->pool, kf_code_http(code)),
                     "name", words(call, "code", kf_code_text(code), "title"),
                     "about", words(call, "code", kf_code_text(code), "text"));
}

static void put_errors(kfm_view_t *view, kf_code_t one)
{
    json_t *list = json_array();

    for (int i = 0; i < KF_E__COUNT; i++) {
        if (one == KF_E__COUNT || one == (kf_code_t)i) {
            json_array_append_new(list, error_item(view->call, (kf_code_t)i));
        }
    }
    json_object_set_new(view->root, "codes", list);
}

/* The reasons are on the page of all codes and on that of KF_E_INVALID, whose answers have them. */
static void put_reasons(kfm_view_t *view, kf_code_t one)
{
    bool shown = one == KF_E__COUNT || one == KF_E_INVALID;
    json_t *list = json_array();

    for (int i = 0; shown && i < KF_WRONG__COUNT; i++) {
        const char *reason = kf_reason_text((kf_reason_t)i);

        json_array_append_new(list, json_pack("{s:s?, s:s?}", "reason", reason,
                                              "about", words(view->call, "reason", reason, "text")));
    }
    json_object_set_new(view->root, "reasons", list);
    kfm_put_flag(view->root, "has_reasons", shown);
}

kf_err_t *kfm_page_problems(kfm_call_t *call, kf_code_t code)
{
    bool all = code == KF_E__COUNT;
    const char *title;
    kfm_view_t view;

    kfm_view_begin(&view, call, NULL, kfm_make_asked_lang(call->r));
    title = all ? kf_catalog_text(KFM_SAY(call), "problems.page.title")
                : words(call, "code", kf_code_text(code), "title");
    kfm_view_title(&view, title);
    kfm_view_languages(&view, call->r->uri);
    kfm_put(view.root, "heading", title);
    kfm_put_flag(view.root, "one", !all);
    put_errors(&view, code);
    put_reasons(&view, code);
    return kfm_view_send(&view, HTTP_OK, "operator/problems");
}
