/* /confirm-email/{token}: the reader of an address's mail confirms it for free bookings. GET changes nothing. */
#include "flow/booking/address.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "handle/admin.h"
#include "http/make.h"
#include "visit/address_view.h"
#include "visit/visit.h"

static kf_err_t *show(kfm_call_t *call, bool confirm)
{
    kfm_address_page_t page = {.token = kfm_call_param(call, "token"), .lang_forced = kfm_make_asked_lang(call->r)};
    const char *doc;

    KF_TRY(kf_flow_address_confirm(&doc, kfm_flow(call), page.token, confirm, call->pool));
    if (!doc) {
        return kfm_page_visit_end(call, 404, "address", NULL);
    }
    KF_TRY(kfm_admin_parse(&page.doc, call, doc));
    kfm_call_set_lang(call, json_string_value(json_object_get(page.doc, "language")));
    return kfm_page_visit_address(call, &page);
}

kf_err_t *kfm_handle_address(kfm_call_t *call)
{
    return show(call, false);
}

kf_err_t *kfm_handle_address_post(kfm_call_t *call)
{
    return show(call, true);
}
