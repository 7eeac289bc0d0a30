#include "visit/report_view.h"

#include <apr_strings.h>

#include "text/mail/mail.h"

/* A name that looks like an address is not shown, as the page is the platform's. */
static const char *business_of(kfm_call_t *call, const kfm_report_page_t *page)
{
    const char *name = kf_mail_safe(json_string_value(json_object_get(page->doc, "business")));

    return name ? name : kf_catalog_text(KFM_SAY(call), "mail.business_nobody");
}

kf_err_t *kfm_page_visit_report(kfm_call_t *call, const kfm_report_page_t *page)
{
    bool reported = json_is_true(json_object_get(page->doc, "reported"));
    const char *url = apr_pstrcat(call->pool, "/report/", page->token, NULL);
    kfm_view_t view;

    kfm_visit_begin(&view, call, kf_catalog_text(KFM_SAY(call), reported ? "visit.reported_title" : "visit.report_title"));
    kfm_view_languages(&view, url);
    kfm_put_flag(view.root, "reported", reported);
    kfm_put(view.root, "text", kf_catalog_format(KFM_SAY(call), reported ? "visit.reported_text" : "visit.report_text",
                                                 call->pool, "business", business_of(call, page), NULL));
    kfm_put(view.root, "url", page->lang_forced ? kfm_url_add(call->pool, url, "lang", page->lang_forced) : url);
    return kfm_view_send(&view, 200, "visit/report");
}
