/* Between steps 3 and 4, in a frame: the payment is not possible there; a link leads out of the frame. */
#include <apr_strings.h>

#include "page/view.h"
#include "page/when.h"
#include "wizard/view.h"

kf_err_t *kfm_page_leave(kfm_call_t *call, const kfm_leave_page_t *page)
{
    const kf_started_t *row = &page->booked->row;
    const char *until;
    kfm_view_t view;

    kfm_view_begin(&view, call, page->tenant, page->lang_forced);
    kfm_view_title(&view, kf_catalog_text(KFM_SAY(call), "leave.title"));
    kfm_view_step(&view, KFM_STEP_CONFIRM);
    KF_TRY(kfm_when_time(&until, call, row->expires_at, page->hold->customer_zone, page->hold->professional_zone));
    kfm_put(view.root, "until_text",
            kf_catalog_format(KFM_SAY(call), "details.hold_until", call->pool, "time", until, NULL));
    kfm_put(view.root, "pay_url", page->booked->checkout_url);
    kfm_put(view.root, "pay_text",
            kf_catalog_format(KFM_SAY(call), "details.submit_pay", call->pool, "amount",
                              kfm_words_money(call, row->charge), NULL));
    kfm_put(view.root, "booking_url", kfm_url(call->pool, kf_uuid_text(&row->booking, call->pool), "/confirm", "lang",
                                              view.forced, NULL));
    return kfm_view_send(&view, 200, "wizard/leave");
}
