#include "visit/address_view.h"

#include <apr_strings.h>

kf_err_t *kfm_page_visit_address(kfm_call_t *call, const kfm_address_page_t *page)
{
    bool confirmed = json_is_true(json_object_get(page->doc, "confirmed"));
    const char *url = apr_pstrcat(call->pool, "/confirm-email/", page->token, NULL);
    kfm_view_t view;

    kfm_visit_begin(&view, call,
                    kf_catalog_text(KFM_SAY(call), confirmed ? "visit.address_done_title" : "visit.address_title"));
    kfm_view_languages(&view, url);
    kfm_put_flag(view.root, "confirmed", confirmed);
    kfm_put(view.root, "text",
            kf_catalog_format(KFM_SAY(call), confirmed ? "visit.address_done_text" : "visit.address_text", call->pool,
                              "email", json_string_value(json_object_get(page->doc, "address")), "business",
                              json_string_value(json_object_get(page->doc, "business")), NULL));
    kfm_put(view.root, "url", page->lang_forced ? kfm_url_add(call->pool, url, "lang", page->lang_forced) : url);
    return kfm_view_send(&view, 200, "visit/address");
}
