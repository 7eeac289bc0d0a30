/* The page of the retention period, and of the export and erasure of a customer's data. */
#include <apr_strings.h>
#include <string.h>

#include "business/privacy_view.h"

static const char *say(kfm_call_t *call, const char *key)
{
    return kf_catalog_text(KFM_SAY(call), key);
}

static const char *count_words(kfm_call_t *call, const json_t *counts, const char *name, const char *key)
{
    return kf_catalog_plural(KFM_SAY(call), key, (long)json_integer_value(json_object_get(counts, name)), call->pool);
}

static void put_erased(kfm_view_t *view, const json_t *erased)
{
    kfm_call_t *call = view->call;

    kfm_put_null(view->root, "erased");
    if (!erased) {
        return;
    }
    json_object_set_new(
        view->root, "erased",
        json_pack("{s:s?, s:s?}", "text",
                  kf_catalog_format(KFM_SAY(call), "privacy.erased", call->pool, "bookings",
                                    count_words(call, erased, "bookings", "privacy.n_bookings"), "mails",
                                    count_words(call, erased, "mails", "privacy.n_mails"), NULL),
                  "left",
                  json_integer_value(json_object_get(erased, "events_left")) > 0
                      ? count_words(call, erased, "events_left", "privacy.n_events_left")
                      : NULL));
}

/* Says why the customer cannot be erased yet, or that the address is invalid. */
static void put_problem(kfm_view_t *view, const kf_err_t *err)
{
    kfm_call_t *call = view->call;
    bool refund = err && err->field && !strcmp(err->field, "refund");

    kfm_put_null(view->root, "email_error");
    if (err && err->code == KF_E_INVALID) {
        kfm_put(view->root, "email_error", say(call, "privacy.email_error"));
        kfm_form_error(view, "email", say(call, "privacy.email_error"));
    } else if (err) {
        kfm_view_message(view, say(call, "privacy.not_yet"),
                         say(call, refund ? "privacy.not_yet_refund" : "privacy.not_yet_booking"), NULL);
    }
}

kf_err_t *kfm_page_privacy(kfm_call_t *call, int status, const kfm_privacy_page_t *page)
{
    kfm_view_t view;

    KF_TRY(kfm_dash_begin(&view, call, "privacy", say(call, "privacy.title")));
    kfm_put(view.root, "intro", say(call, "privacy.intro"));
    KF_TRY(kfm_form_put(&view, page->form));
    kfm_put(view.root, "email", page->email ? page->email : "");
    put_problem(&view, page->problem);
    put_erased(&view, page->erased);
    return kfm_dash_send(&view, status, "business/privacy");
}

kf_err_t *kfm_page_erase_ask(kfm_call_t *call, const char *email)
{
    kfm_view_t view;

    KF_TRY(kfm_dash_begin(&view, call, "privacy", say(call, "privacy.ask_title")));
    kfm_dash_back(&view, "/dashboard/privacy", say(call, "privacy.title"));
    kfm_put(view.root, "email", email);
    kfm_put(view.root, "text", kf_catalog_format(KFM_SAY(call), "privacy.ask_text", call->pool, "email", email, NULL));
    return kfm_dash_send(&view, 200, "business/erase");
}
