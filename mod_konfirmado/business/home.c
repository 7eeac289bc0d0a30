/* /dashboard: the open steps of the setup, then the current state. */
#include <apr_strings.h>
#include <apr_time.h>
#include <string.h>

#include "business/privacy_view.h"
#include "calendar/pages_view.h"
#include "handle/acts.h"
#include "handle/pages.h"
#include "mail/view.h"
#include "pay/provider.h"
#include "time/instant.h"

#define METER_WIDTH 100
#define NEXT_BOOKINGS 6

typedef struct {
    const char *key, *url;
} place_t;

static const place_t places[] = {{"branding", "/dashboard/branding"},
                                 {"service", "/dashboard/services/new"},
                                 {"professional", "/dashboard/professionals/new"},
                                 {"payments", "/dashboard/payments"},
                                 {"link", "/dashboard/links/new"}};
/* The pages of finished steps. */
static const place_t lists[] = {{"branding", "/dashboard/branding"},
                                {"service", "/dashboard/services"},
                                {"professional", "/dashboard/professionals"},
                                {"payments", "/dashboard/payments"},
                                {"link", "/dashboard/links"}};

static const char *url_of(const place_t *list, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++) {
        if (!strcmp(list[i].key, key)) {
            return list[i].url;
        }
    }
    return "/dashboard";
}

static const char *say(kfm_call_t *call, const char *key, const char *end)
{
    const char *text = kfm_words_of(call, apr_pstrcat(call->pool, "home.", key, end, NULL), kf_pay_provider_at(0)->name);

    return text ? text : key;
}

/* `next` is set for the first open step. */
static json_t *step_item(kfm_call_t *call, const json_t *step, int number, bool *taken)
{
    const char *key = kfm_dash_text(step, "key");
    bool done = kfm_dash_is(step, "done"), next = !done && !*taken;

    *taken = *taken || next;
    return json_pack("{s:s?, s:s?, s:s?, s:s?, s:s?, s:b, s:b}", "number", apr_itoa(call->pool, number),
                     "title", say(call, key, "_title"), "text", say(call, key, "_text"),
                     "button", say(call, key, "_button"), "url", done ? url_of(lists, 5, key) : url_of(places, 5, key),
                     "done", done, "next", next);
}

static void put_steps(kfm_view_t *view, const json_t *doc)
{
    kfm_call_t *call = view->call;
    json_t *list = json_array(), *step;
    size_t i, done = 0, n = json_array_size(json_object_get(doc, "steps"));
    bool taken = false;

    json_array_foreach(json_object_get(doc, "steps"), i, step) {
        done += kfm_dash_is(step, "done");
        json_array_append_new(list, step_item(call, step, (int)i + 1, &taken));
    }
    json_object_set_new(view->root, "steps", list);
    kfm_put(view->root, "progress_text",
            kf_catalog_format(KFM_SAY(call), "home.progress", call->pool, "done", apr_itoa(call->pool, (int)done), "all",
                              apr_itoa(call->pool, (int)n), NULL));
    kfm_put(view->root, "progress_width", apr_itoa(call->pool, n ? (int)(METER_WIDTH * done / n) : 0));
    kfm_put_flag(view->root, "ready", done == n);
}

/* The newest booking link, to copy. */
static kf_err_t *put_link(kfm_view_t *view)
{
    kfm_call_t *call = view->call;
    json_t *page, *link;
    const char *url;

    kfm_put_null(view->root, "link");
    KF_TRY(kfm_admin_doc(&page, call, false, &kf_doc_link_page, KFM_ARGS(KFM_TENANT(call), KF_TEXT("{\"limit\":1}"))));
    link = json_array_get(json_object_get(page, "items"), 0);
    if (link) {
        url = apr_pstrcat(call->pool, kfm_pages_site(call), kfm_dash_text(link, "url_path"), NULL);
        kfm_put(link, "link_url", url);
        json_object_set(view->root, "link", link);
    }
    return NULL;
}

/* Warns if the payment account has test keys: customers cannot really pay. */
static kf_err_t *put_mode(kfm_view_t *view)
{
    kfm_call_t *call = view->call;
    const json_t *account;
    const char *mode;
    json_t *doc;

    KF_TRY(kfm_admin_doc(&doc, call, false, &kf_doc_account_get, KFM_ARGS(KFM_TENANT(call))));
    account = json_array_get(json_object_get(doc, "accounts"), 0);
    mode = kfm_dash_text(account, "mode");
    kfm_put(view->root, "test_text", say(call, "test", "_text"));
    kfm_put_flag(view->root, "is_test", mode && kfm_dash_is(account, "active") && !strcmp(mode, "test"));
    return NULL;
}

/* Days that are mostly occupied by holds and pending bookings: either many customers or abuse. */
static void put_held(json_t *list, kfm_call_t *call, const json_t *trouble)
{
    int days = (int)json_integer_value(json_object_get(trouble, "days"));
    int held = (int)json_integer_value(json_object_get(trouble, "held"))
               + (int)json_integer_value(json_object_get(trouble, "pending"));

    if (days > 0) {
        json_array_append_new(
            list, json_pack("{s:s?, s:s}", "text",
                            kf_catalog_format(KFM_SAY(call), "after.home.held", call->pool, "held",
                                              apr_itoa(call->pool, held), "days", apr_itoa(call->pool, days), NULL),
                            "url", "/dashboard/calendar"));
    }
}

static kf_err_t *put_trouble(kfm_view_t *view)
{
    json_t *trouble, *list;

    KF_TRY(kfm_admin_doc(&trouble, view->call, false, &kf_doc_calendar_trouble, KFM_ARGS(KFM_TENANT(view->call))));
    kfm_calendar_banner(view, trouble);
    KF_TRY(kfm_admin_doc(&trouble, view->call, false, &kf_doc_mail_trouble, KFM_ARGS(KFM_TENANT(view->call))));
    list = json_object_get(view->root, "trouble");
    kfm_mails_trouble(list, view->call, trouble);
    KF_TRY(kfm_admin_doc(&trouble, view->call, false, &kf_doc_hold_trouble, KFM_ARGS(KFM_TENANT(view->call))));
    put_held(list, view->call, trouble);
    kfm_put_flag(view->root, "has_trouble", json_array_size(list) > 0);
    return NULL;
}

/* True for a valid booking that has not ended. */
static bool is_next(const json_t *booking)
{
    static const char *const standing[] = {"pending", "paid", "confirmed"};
    const char *end = kfm_dash_text(booking, "end"), *status = kfm_dash_text(booking, "status");
    kf_instant_t at;
    int32_t offset;

    if (!kf_instant_read(&at, &offset, end, strlen(end)) || at < (kf_instant_t)apr_time_now()) {
        return false;
    }
    return !strcmp(status, standing[0]) || !strcmp(status, standing[1]) || !strcmp(status, standing[2]);
}

/* The next few bookings. */
static kf_err_t *put_bookings(kfm_view_t *view)
{
    kfm_call_t *call = view->call;
    kf_date_t from = kf_instant_date((kf_instant_t)apr_time_now(), 0) - 1; /* no zone's today is earlier */
    const char *ask = apr_pstrcat(call->pool, "{\"order\":\"oldest\",\"limit\":50,\"from\":\"",
                                  kf_date_text(from, call->pool), "\"}", NULL);
    json_t *page, *booking, *list = json_array();
    size_t i;

    json_object_set_new(view->root, "bookings", list);
    KF_TRY(kfm_admin_doc(&page, call, false, &kf_doc_booking_page, KFM_ARGS(KFM_TENANT(call), KF_TEXT(ask))));
    json_array_foreach(json_object_get(page, "items"), i, booking) {
        if (is_next(booking) && json_array_size(list) < NEXT_BOOKINGS) {
            kfm_put(booking, "url", apr_pstrcat(call->pool, "/dashboard/bookings/", kfm_dash_text(booking, "id"), NULL));
            json_array_append(list, booking);
        }
    }
    kfm_put_flag(view->root, "has_bookings", json_array_size(list) > 0);
    kfm_dash_words(list, call);
    return NULL;
}

kf_err_t *kfm_dash_home(kfm_call_t *call)
{
    kfm_view_t view;
    json_t *doc;
    bool ready;

    if (!call->who->owner) {
        return kfm_dash_go(call, "/dashboard/bookings", NULL);
    }
    KF_TRY(kfm_admin_doc(&doc, call, false, &kf_doc_checklist_get, KFM_ARGS(KFM_TENANT(call))));
    ready = kfm_dash_is(doc, "done");
    KF_TRY(kfm_dash_begin(&view, call, "home", say(call, ready ? "ready" : "start", "_title")));
    kfm_put(view.root, "intro", say(call, ready ? "ready" : "start", "_intro"));
    put_steps(&view, doc);
    kfm_put_flag(view.root, "paid", kfm_dash_is(doc, "first_paid_booking"));
    KF_TRY(put_mode(&view));
    KF_TRY(put_link(&view));
    KF_TRY(put_bookings(&view));
    KF_TRY(put_trouble(&view));
    return kfm_dash_send(&view, 200, "business/home");
}
