/* The confirmation page of a cancellation: the booking, the refund and the mail to the customer. */
#include <apr_strings.h>
#include <string.h>

#include "booking/parts.h"

/* One of the choices. The form returns `cents`: if the amount has changed since, the page is shown again. */
static void add_choice(json_t *list, kfm_call_t *call, const char *word, int64_t cents, const char *text)
{
    json_array_append_new(list, json_pack("{s:s?, s:s?, s:s?}", "word", word,
                                          "cents", apr_psprintf(call->pool, "%" APR_INT64_T_FMT, (apr_int64_t)cents),
                                          "text", text));
}

static const char *sum_words(kfm_call_t *call, const char *key, int64_t cents, const char *currency)
{
    return kf_catalog_format(KFM_SAY(call), key, call->pool, "amount", kfm_say_money_of(call, cents, currency), NULL);
}

/* A full refund, the refund of the policy if it is a part, no refund. The text names the policy's choice. */
static json_t *choices(kfm_call_t *call, const json_t *terms)
{
    int64_t paid = kfm_say_int(terms, "paid_cents"), by_rules = kfm_say_int(terms, "refund_cents");
    const char *currency = kfm_say_text(terms, "currency");
    json_t *list = json_array();

    add_choice(list, call, "all", paid,
               sum_words(call, by_rules == paid ? "ops.ask.refund_all_rules" : "ops.ask.refund_all", paid, currency));
    if (by_rules > 0 && by_rules < paid) {
        add_choice(list, call, "policy", by_rules,
                   kf_catalog_format(KFM_SAY(call), "ops.ask.refund_policy", call->pool, "amount",
                                     kfm_say_money_of(call, by_rules, currency), "kept",
                                     kfm_say_money_of(call, paid - by_rules, currency), NULL));
    }
    add_choice(list, call, "none", 0,
               sum_words(call, by_rules ? "ops.ask.refund_none" : "ops.ask.refund_none_rules", paid, currency));
    return list;
}

static void mark(json_t *list, const kf_form_t *typed)
{
    const char *wanted = typed ? kfm_filter_field(typed, "refund") : NULL;
    json_t *item;
    bool any = false;
    size_t i;

    json_array_foreach(list, i, item) {
        bool chosen = wanted && !strcmp(kfm_say_text(item, "word"), wanted);

        any = any || chosen;
        kfm_put_flag(item, "chosen", chosen);
    }
    if (!any) {
        kfm_put_flag(json_array_get(list, 0), "chosen", true);
    }
}

static void put_money(kfm_view_t *view, const json_t *doc, const kf_form_t *typed)
{
    kfm_call_t *call = view->call;
    const json_t *terms = json_object_get(doc, "refund");
    json_t *list;

    kfm_put_null(view->root, "choices");
    kfm_put_flag(view->root, "paid", kfm_say_int(terms, "paid_cents") > 0);
    if (kfm_say_int(terms, "paid_cents") > 0) {
        list = choices(call, terms);
        mark(list, typed);
        json_object_set_new(view->root, "choices", list);
    }
}

static const char *when_words(kfm_call_t *call, const json_t *doc)
{
    kf_format_when_t when;
    kf_instant_t at;

    return kfm_say_instant(&at, &when, kfm_say_text(doc, "start")) ? kf_format_datetime(call->lang, &when, call->pool) : "";
}

kf_err_t *kfm_page_booking_cancel(kfm_call_t *call, json_t *doc, const kf_form_t *typed, const kf_err_t *problem)
{
    const char *url = apr_pstrcat(call->pool, "/dashboard/bookings/", kfm_say_text(doc, "id"), NULL);
    kfm_view_t view;

    KF_TRY(kfm_say_begin(&view, call, "bookings", kf_catalog_text(KFM_SAY(call), "ops.ask.cancel_title")));
    kfm_dash_back(&view, url, kfm_booking_title(call, doc));
    kfm_booking_problem(&view, problem);
    kfm_put(view.root, "url", url);
    kfm_put(view.root, "text", kf_catalog_format(KFM_SAY(call), "ops.ask.cancel_text", call->pool, "name",
                                                 kfm_say_text2(doc, "customer", "name"), "when", when_words(call, doc),
                                                 NULL));
    put_money(&view, doc, typed);
    kfm_put(view.root, "told", kf_catalog_format(KFM_SAY(call), "ops.ask.cancel_tell", call->pool, "email",
                                                 kfm_say_text2(doc, "customer", "email"), NULL));
    kfm_put_flag(view.root, "tell", !typed || kfm_filter_field(typed, "tell"));
    kfm_put(view.root, "reason", typed ? kf_form_get(typed, "reason") : NULL);
    kfm_put(view.root, "error_reason", kfm_say_error(problem, "reason") ? kfm_say_error_text(call, "reason") : NULL);
    kfm_say_put_int(view.root, "version", kfm_say_int(doc, "version"));
    return kfm_dash_send(&view, problem ? kf_code_http(problem->code) : 200, "booking/cancel");
}
