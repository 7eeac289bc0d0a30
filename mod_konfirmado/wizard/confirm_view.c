/* Step 4: the status of a booking. Without the token the page shows no personal data. */
#include <apr_strings.h>
#include <string.h>

#include "http/reply.h"
#include "page/when.h"
#include "wizard/view.h"

typedef enum {
    STATE_PENDING,
    STATE_PAID,
    STATE_FAILED,
    STATE_EXPIRED,
    STATE_REFUND,
    STATE_CANCELLED,
    STATE__COUNT
} state_t;

static const char *const state_names[STATE__COUNT] = {
    [STATE_PENDING] = "pending", [STATE_PAID] = "paid",     [STATE_FAILED] = "failed",
    [STATE_EXPIRED] = "expired", [STATE_REFUND] = "refund", [STATE_CANCELLED] = "cancelled"};

static bool is(const char *word, const char *other)
{
    return !strcmp(word, other);
}

static bool pays_back(const kf_booking_view_t *booking)
{
    return is(booking->payment, "refund_due") || is(booking->payment, "refunded");
}

static state_t state_of(const kf_booking_view_t *booking)
{
    const char *status = booking->status;

    if (is(status, "cancelled")) {
        return STATE_CANCELLED;
    }
    if (is(status, "pending") || is(status, "failed") || is(status, "expired")) {
        if (pays_back(booking)) { /* the payment arrived after the time was taken by another booking */
            return STATE_REFUND;
        }
        if (is(status, "expired")) {
            return STATE_EXPIRED;
        }
        return is(status, "failed") || is(booking->payment, "declined") ? STATE_FAILED
                                                                        : STATE_PENDING;
    }
    return STATE_PAID; /* paid, confirmed, completed, no_show */
}

/* The provider gave no payment page, and nothing has changed since. */
static bool is_unanswered(const kfm_confirm_page_t *page, state_t state)
{
    return page->unanswered && state == STATE_PENDING && is(page->booking->payment, "open") && page->booking->hold_alive;
}

static void put_state(kfm_view_t *view, state_t state)
{
    json_t *object = json_object();

    for (state_t i = 0; i < STATE__COUNT; i++) {
        kfm_put_flag(object, state_names[i], i == state);
    }
    json_object_set_new(view->root, "state", object);
}

static const char *title_of(kfm_call_t *call, const kfm_confirm_page_t *page, state_t state)
{
    const kf_booking_view_t *booking = page->booking;

    if (is_unanswered(page, state)) {
        return kf_catalog_text(KFM_SAY(call), "details.provider_title");
    }
    switch (state) {
    case STATE_PENDING:
        return kf_catalog_text(KFM_SAY(call), "confirm.pending_title");
    case STATE_PAID:
        return kf_catalog_text(KFM_SAY(call), "confirm.paid_title");
    case STATE_FAILED:
        return is(booking->payment, "declined")
                   ? kf_catalog_text(KFM_SAY(call), "confirm.failed_title")
                   : kf_catalog_text(KFM_SAY(call), "confirm.failed_provider_title");
    case STATE_REFUND:
        return is(booking->payment, "refunded")
                   ? kf_catalog_text(KFM_SAY(call), "confirm.refund_done_title")
                   : kf_catalog_text(KFM_SAY(call), "confirm.refund_title");
    case STATE_EXPIRED:
        return kf_catalog_text(KFM_SAY(call), "confirm.expired_title");
    default:
        return kf_catalog_text(KFM_SAY(call), "confirm.cancelled_title");
    }
}

/* -- waiting for the payment -- */

static const char *own_path(const kfm_view_t *view, const kf_booking_view_t *booking,
                            const char *head, const char *tail)
{
    apr_pool_t *p = view->call->pool;

    return apr_pstrcat(p, head, kf_uuid_text(&booking->booking, p), tail, NULL);
}

static void put_poll(kfm_view_t *view, const kfm_confirm_page_t *page, state_t state)
{
    const kf_booking_view_t *booking = page->booking;

    kfm_put_null(view->root, "poll");
    if (state != STATE_PENDING || is_unanswered(page, state)) {
        return;
    }
    if (!booking->token_ok) { /* this browser may not poll the status: it reloads the page */
        kfm_reply_header(view->call, "Refresh", "5");
        return;
    }
    json_object_set_new(view->root, "poll", json_pack("{s:s?, s:s?, s:s?}",
                                                      "url", own_path(view, booking, "/api/bookings/", "/status"),
                                                      "status", booking->status, "payment", booking->payment));
    kfm_put_flag(view->root, "poll_refresh", true);
}

static void put_retry(kfm_view_t *view, const kfm_confirm_page_t *page, state_t state)
{
    const kf_booking_view_t *booking = page->booking;
    bool unpaid = state == STATE_FAILED
                  || (state == STATE_PENDING && is(booking->payment, "open"));
    json_t *retry;

    kfm_put_null(view->root, "retry");
    kfm_put_flag(view->root, "held_elsewhere", unpaid && booking->hold_alive && !booking->token_ok);
    if (!unpaid || !booking->hold_alive || !booking->token_ok) {
        return;
    }
    retry = json_object();
    kfm_put(retry, "url", own_path(view, booking, "/book/", "/retry"));
    /* The cookie holds the token. A cookie set in a frame is not sent after the payment has left the frame. */
    kfm_put(retry, "token", kfm_call_framed(view->call) ? page->token : NULL);
    kfm_put_null(retry, "csrf");
    json_object_set_new(view->root, "retry", retry);
}

/* -- the receipt -- */

static kf_err_t *put_receipt(kfm_view_t *view, const kfm_confirm_page_t *page, state_t state)
{
    const kf_booking_view_t *booking = page->booking;
    kfm_call_t *call = view->call;
    bool paid = state == STATE_PAID;
    const char *charge = booking->charge.minor ? kfm_words_money(call, booking->charge) : NULL;
    kf_money_t left;
    json_t *item;

    kfm_put_null(view->root, "receipt");
    if (!paid && state != STATE_PENDING && state != STATE_FAILED) {
        return NULL;
    }
    KF_TRY(kf_money_sub(&left, booking->price, booking->charge, call->pool));
    item = json_object();
    json_object_set_new(view->root, "receipt", item);
    kfm_put(item, "service", booking->service_name);
    kfm_put(item, "professional", booking->professional_name);
    kfm_put(item, "duration_text",
            kfm_words_duration(call, (int)((booking->end - booking->start) / KF_MINUTE)));
    kfm_put(item, "paid_text", paid ? charge : NULL);
    kfm_put(item, "now_text", paid ? NULL : charge);
    kfm_put(item, "left_text", left.minor > 0 ? kfm_words_money(call, left) : NULL);
    kfm_put(item, "contact", page->tenant->contact && *page->tenant->contact
                                 ? page->tenant->contact
                                 : NULL);
    return kfm_when_put(item, call, booking->start, booking->customer_zone,
                        booking->professional_zone);
}

static const char *first_name(const char *name, apr_pool_t *p)
{
    name += strspn(name, " ");
    return apr_pstrmemdup(p, name, strcspn(name, " "));
}

static void put_paid(kfm_view_t *view, const kfm_confirm_page_t *page, state_t state)
{
    const kf_booking_view_t *booking = page->booking;
    kfm_call_t *call = view->call;
    bool theirs = state == STATE_PAID && booking->token_ok;

    kfm_put(view->root, "paid_text",
            theirs && booking->customer_name
                ? kf_catalog_format(KFM_SAY(call), "confirm.paid_text", call->pool, "name",
                                    first_name(booking->customer_name, call->pool), NULL)
                : NULL);
    kfm_put(view->root, "mailed",
            theirs && booking->mailed && booking->customer_email
                ? kf_catalog_format(KFM_SAY(call), "visit.mailed", call->pool, "email",
                                    kf_format_mask_email(booking->customer_email, call->pool), NULL)
                : NULL);
    /* No token is needed: the link tells the business's site only of the booking, nothing of the customer. */
    kfm_view_back(view, "redirect", state == STATE_PAID ? page->return_url : NULL);
}

static void put_refund(kfm_view_t *view, const kf_booking_view_t *booking, state_t state)
{
    kfm_call_t *call = view->call;
    const char *amount = kfm_words_money(call, booking->charge);
    bool done = is(booking->payment, "refunded");

    kfm_put_null(view->root, "refund");
    if (state != STATE_REFUND && !(state == STATE_CANCELLED && pays_back(booking))) {
        return;
    }
    json_object_set_new(
        view->root, "refund",
        json_pack(
            "{s:b, s:s?}", "done", done, "text",
            done ? kf_catalog_format(KFM_SAY(call), "confirm.refund_done_text", call->pool, "amount", amount, NULL)
                 : kf_catalog_format(KFM_SAY(call), "confirm.refund_text", call->pool, "amount", amount, NULL)));
}

kf_err_t *kfm_page_confirm(kfm_call_t *call, const kfm_confirm_page_t *page)
{
    const kf_booking_view_t *booking = page->booking;
    state_t state = state_of(booking);
    const kf_form_t *query;
    kfm_view_t view;

    KF_TRY(kfm_call_query(&query, call));
    kfm_view_begin(&view, call, page->tenant, kfm_choice_lang(query));
    kfm_view_title(&view, title_of(call, page, state));
    kfm_view_step(&view, KFM_STEP_CONFIRM);
    kfm_view_languages(&view, own_path(&view, booking, "/book/", "/confirm"));
    put_state(&view, state);
    put_poll(&view, page, state);
    kfm_put_flag(view.root, "unanswered", is_unanswered(page, state));
    put_retry(&view, page, state);
    put_paid(&view, page, state);
    put_refund(&view, booking, state);
    kfm_view_back(&view, "back", state == STATE_PENDING ? NULL : page->site_url);
    kfm_put_flag(view.root, "declined", is(booking->payment, "declined"));
    kfm_put_flag(view.root, "free", booking->charge.minor == 0);
    kfm_put(view.root, "another_url",
            kfm_url(call->pool, booking->link ? booking->link : "", "/availability", "service", booking->service_id,
                    "professional", booking->professional_id, "timezone", booking->customer_zone, "lang",
                    view.forced, NULL));
    KF_TRY(put_receipt(&view, page, state));
    return kfm_view_send(&view, 200, "wizard/confirm");
}
