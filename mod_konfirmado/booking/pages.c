/* /dashboard/bookings, /dashboard/bookings/{id} and the acts on a booking. */
#include <apr_strings.h>
#include <string.h>

#include "booking/view.h"
#include "calendar/calendar.h"
#include "handle/acts.h"
#include "handle/filter.h"
#include "http/body.h"
#include "json/encode.h"
#include "page/say.h"
#include "text/validate.h"

#define MAX_WISH 4096 /* bytes of a cancellation's document */

kf_err_t *kfm_dash_bookings(kfm_call_t *call)
{
    static const kfm_pair_t pairs[] = {{"from", "from"},     {"to", "to"},
                                       {"status", "status"}, {"service", "service"},
                                       {"professional", "professional"}, {"search", "search"},
                                       {"after", "after"},   {NULL, NULL}};
    kfm_filter_t filter;
    json_t *doc = NULL;
    const char *wish;
    kf_err_t *err;

    KF_TRY(kfm_filter_read(&filter, call, true));
    wish = kfm_filter_wish(call, filter.query, pairs);
    if (kfm_filter_field(filter.query, "from")) { /* a list from a date on is in order of time */
        wish = apr_pstrcat(call->pool, "{\"order\":\"oldest\",", wish + 1, NULL);
    }
    err = kfm_admin_doc(&doc, call, false, &kf_doc_booking_page,
                        KFM_ARGS(KFM_TENANT(call), KF_TEXT(wish)));
    if (err && err->code != KF_E_INVALID) {
        return err;
    }
    KF_TRY(kfm_calendar_mark(json_object_get(doc, "items"), call));
    return kfm_page_bookings(call, &filter, doc, err);
}

static kf_err_t *booking(json_t **out, kf_uuid_t *id, kfm_call_t *call)
{
    KF_TRY(kfm_admin_id(id, call, "id"));
    return kfm_admin_doc(out, call, false, &kf_doc_booking_doc,
                         KFM_ARGS(KFM_TENANT(call), KF_UUID(id)));
}

kf_err_t *kfm_dash_booking(kfm_call_t *call)
{
    kf_uuid_t id;
    json_t *doc;

    KF_TRY(booking(&doc, &id, call));
    return kfm_page_booking(call, doc, NULL);
}

kf_err_t *kfm_dash_booking_cancel(kfm_call_t *call)
{
    kf_uuid_t id;
    json_t *doc;

    KF_TRY(booking(&doc, &id, call));
    return kfm_page_booking_cancel(call, doc, NULL, NULL);
}

/* -- acts -- */

/* Acts on the booking of the path, if it still has the version of the form. */
static kf_err_t *act(kfm_call_t *call, const kf_stmt_t *stmt, const kf_form_t *form,
                     const char *wish)
{
    int64_t version;
    kf_uuid_t id;
    json_t *doc;

    KF_TRY(kfm_admin_id(&id, call, "id"));
    KF_TRY(kf_validate_int(&version, "version", kf_form_get(form, "version"), 0, INT32_MAX, call->pool));
    return kfm_admin_doc(&doc, call, true, stmt,
                         KFM_ARGS(KFM_TENANT(call), KF_UUID(&id), KF_INT4((int32_t)version), KF_TEXT(wish)));
}

static kf_err_t *back_to(kfm_call_t *call, const char *done)
{
    return kfm_dash_go(call, apr_pstrcat(call->pool, "/dashboard/bookings/", kfm_call_param(call, "id"), NULL),
                       done);
}

static kf_err_t *mark(kfm_call_t *call, const char *wish, const char *done)
{
    const kf_form_t *form;
    kf_uuid_t id;
    json_t *doc;
    kf_err_t *err;

    KF_TRY(kfm_body_form(&form, call));
    err = act(call, &kf_doc_booking_mark, form, wish);
    if (!err) {
        return back_to(call, done);
    }
    if (!kfm_filter_shown(err)) {
        return err;
    }
    KF_TRY(booking(&doc, &id, call));
    return kfm_page_booking(call, doc, err);
}

kf_err_t *kfm_dash_booking_complete(kfm_call_t *call)
{
    return mark(call, "{\"status\":\"completed\"}", "ops.completed");
}

kf_err_t *kfm_dash_booking_no_show(kfm_call_t *call)
{
    return mark(call, "{\"status\":\"no_show\"}", "ops.no_show");
}

/* The document of a cancellation. expected_cents is the refund that the page showed for the choice. */
static kf_err_t *cancel_wish(const char **out, kfm_call_t *call, const kf_form_t *form)
{
    const char *reason = kfm_filter_field(form, "reason"), *refund = kfm_filter_field(form, "refund"), *shown;
    int64_t cents;
    kf_buf_t buf;

    kf_buf_init(&buf, call->pool, 256, MAX_WISH);
    kf_json_open(&buf, '{');
    if (reason) {
        kf_json_str(&buf, "reason", reason);
    }
    if (refund) {
        kf_json_str(&buf, "refund", refund);
        shown = kfm_filter_field(form, !strcmp(refund, "all") ? "shown_all" : !strcmp(refund, "policy") ? "shown_policy"
                                                                                                        : "shown_none");
        KF_TRY(kf_validate_int(&cents, "expected_cents", shown ? shown : "0", 0, INT64_MAX, call->pool));
        kf_json_int(&buf, "expected_cents", cents);
    }
    kf_json_bool(&buf, "tell", kfm_filter_field(form, "tell") != NULL);
    kf_json_close(&buf, '}');
    *out = kf_buf_text(&buf);
    return kf_buf_check(&buf, "cancel", call->pool);
}

kf_err_t *kfm_dash_booking_cancel_post(kfm_call_t *call)
{
    const kf_form_t *form;
    const char *wish;
    kf_uuid_t id;
    json_t *doc;
    kf_err_t *err;

    KF_TRY(kfm_body_form(&form, call));
    KF_TRY(cancel_wish(&wish, call, form));
    err = act(call, &kf_doc_booking_cancel_by, form, wish);
    if (!err) {
        return back_to(call, "ops.cancelled");
    }
    if (!kfm_filter_shown(err)) {
        return err;
    }
    KF_TRY(booking(&doc, &id, call));
    return err->code == KF_E_CONFLICT ? kfm_page_booking(call, doc, err) : kfm_page_booking_cancel(call, doc, form, err);
}

/* Sends a mail about the booking to the customer again. */
kf_err_t *kfm_dash_booking_mail(kfm_call_t *call)
{
    static const kfm_pair_t pairs[] = {{"kind", "kind"}, {NULL, NULL}};
    const kf_form_t *form;
    kf_uuid_t id;
    json_t *doc;
    kf_err_t *err;

    KF_TRY(kfm_admin_id(&id, call, "id"));
    KF_TRY(kfm_body_form(&form, call));
    err = kfm_admin_doc(&doc, call, true, &kf_doc_booking_mail_again,
                        KFM_ARGS(KFM_TENANT(call), KF_UUID(&id), KF_TEXT(kfm_filter_wish(call, form, pairs))));
    if (!err) {
        return back_to(call, "ops.mail_again");
    }
    if (!kfm_filter_shown(err)) {
        return err;
    }
    KF_TRY(booking(&doc, &id, call));
    return kfm_page_booking(call, doc, err);
}
