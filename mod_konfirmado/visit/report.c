/* /report/{token}: the recipient reports an unwanted mail. GET changes nothing. */
#include <string.h>

#include "flow/mail/mails.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "handle/admin.h"
#include "http/make.h"
#include "visit/report_view.h"
#include "visit/visit.h"

/* Works for a suspended business too, as its mails are reported. */
static kf_err_t *show(kfm_call_t *call, bool report)
{
    kfm_report_page_t page = {.token = kfm_call_param(call, "token"), .lang_forced = kfm_make_asked_lang(call->r)};
    const char *doc;

    KF_TRY(kf_flow_mail_report(&doc, kfm_flow(call), page.token, report, call->client_ip, call->pool));
    if (!doc) {
        return kfm_page_visit_end(call, 404, "report", NULL);
    }
    KF_TRY(kfm_admin_parse(&page.doc, call, doc));
    kfm_call_set_lang(call, json_string_value(json_object_get(page.doc, "language")));
    return kfm_page_visit_report(call, &page);
}

kf_err_t *kfm_handle_report(kfm_call_t *call)
{
    return show(call, false);
}

kf_err_t *kfm_handle_report_post(kfm_call_t *call)
{
    return show(call, true);
}
