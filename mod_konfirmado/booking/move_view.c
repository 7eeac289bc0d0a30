/* The pages that move a booking: the free times, then the old and the new time. */
#include <apr_strings.h>
#include <string.h>

#include "booking/parts.h"

static const char *name_of(const json_t *items, const char *id)
{
    const json_t *one;
    size_t i;

    json_array_foreach(items, i, one) {
        const char *own = kfm_say_text(one, "id");

        if (id && own && !strcmp(own, id)) {
            return kfm_say_text(one, "name");
        }
    }
    return NULL;
}

static void put_now(kfm_view_t *view, const kfm_booking_move_t *page)
{
    json_t *item = json_object();

    kfm_say_put_when(item, "when", view->call, kfm_say_text(page->booking, "start"));
    kfm_put(item, "professional", kfm_say_text2(page->booking, "professional", "name"));
    kfm_put(item, "service", kfm_say_text2(page->booking, "service", "name"));
    kfm_put(item, "customer", kfm_say_text2(page->booking, "customer", "name"));
    json_object_set_new(view->root, "now", item);
}

static void put_choice(kfm_view_t *view, const kfm_booking_move_t *page)
{
    json_t *who = kfm_booking_givers(&page->choice, kfm_say_text2(page->booking, "service", "id"));

    json_object_set_new(view->root, "professionals", kfm_filter_choices(who, page->professional));
    kfm_put_flag(view->root, "several", json_array_size(who) > 1 || !name_of(who, page->professional));
    json_decref(who);
}

static void put_then(kfm_view_t *view, const kfm_booking_move_t *page)
{
    json_t *item = json_object();
    const char *other = name_of(page->choice.professionals, page->professional);
    const char *own = kfm_say_text2(page->booking, "professional", "id");

    kfm_say_put_when(item, "when", view->call, page->choice.start);
    kfm_put(item, "professional", other);
    kfm_put_flag(item, "other", own && page->professional && strcmp(own, page->professional));
    json_object_set_new(view->root, "then", item);
    kfm_booking_put_kept(view->root, page->choice.typed);
    kfm_put(view->root, "told", kf_catalog_format(KFM_SAY(view->call), "ops.move.tell", view->call->pool, "email",
                                                  kfm_say_text2(page->booking, "customer", "email"), NULL));
}

/* Says why the booking cannot be moved: it has changed, or can no longer be moved. */
static void put_stop(kfm_view_t *view, const kfm_booking_move_t *page)
{
    const kf_err_t *err = page->choice.errors;
    kfm_call_t *call = view->call;
    bool can = kfm_say_true(json_object_get(page->booking, "can"), "move");

    kfm_put_flag(view->root, "can_move", can);
    if (err && err->code == KF_E_PRECONDITION) {
        kfm_view_message(view, kf_catalog_text(KFM_SAY(call), "ops.booking.changed_title"),
                         kf_catalog_text(KFM_SAY(call), "ops.booking.changed_text"), NULL);
    } else if (!can || (err && err->code == KF_E_CONFLICT)) {
        kfm_view_message(view, kf_catalog_text(KFM_SAY(call), "ops.move.never_title"),
                         kf_catalog_text(KFM_SAY(call), "ops.move.never_text"), NULL);
    }
}

kf_err_t *kfm_page_booking_move(kfm_call_t *call, const kfm_booking_move_t *page)
{
    const kf_err_t *errors = page->choice.errors;
    const char *url = apr_pstrcat(call->pool, "/dashboard/bookings/", kfm_say_text(page->booking, "id"), NULL);
    kfm_view_t view;

    KF_TRY(kfm_say_begin(&view, call, "bookings",
                         kf_catalog_text(KFM_SAY(call), page->choice.review ? "ops.move.review_title" : "ops.move.title")));
    kfm_dash_back(&view, url, kf_catalog_format(KFM_SAY(call), "ops.booking.title", call->pool, "name",
                                                kfm_say_text2(page->booking, "customer", "name"), NULL));
    kfm_booking_put_refusal(&view, errors);
    kfm_put(view.root, "url", url);
    kfm_say_put_int(view.root, "version", kfm_say_int(page->booking, "version"));
    put_now(&view, page);
    if (page->choice.review) {
        put_then(&view, page);
        return kfm_dash_send(&view, 200, "booking/move_review");
    }
    put_stop(&view, page);
    put_choice(&view, page);
    kfm_booking_put_times(&view, &page->choice);
    return kfm_dash_send(&view, errors ? kf_code_http(errors->code) : 200, "booking/move");
}
