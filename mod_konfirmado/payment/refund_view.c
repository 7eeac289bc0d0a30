/* Money that waits for a person: what happened, what to do, by when. */
#include <apr_strings.h>
#include <string.h>

#include "page/say.h"
#include "payment/refund_view.h"

#define PATH "/dashboard/refunds"

static bool is(const json_t *doc, const char *name, const char *word)
{
    const char *text = kfm_say_text(doc, name);

    return text && !strcmp(text, word);
}

static const char *provider_of(kfm_call_t *call, const json_t *doc)
{
    const char *provider = kfm_say_text(doc, "provider");

    provider = provider ? provider : kfm_say_text2(doc, "payment", "provider");
    return provider ? kfm_words(call, apr_pstrcat(call->pool, provider, ".name", NULL), provider) : "";
}

static const char *with_provider(kfm_call_t *call, const char *key, const json_t *doc)
{
    return kf_catalog_format(KFM_SAY(call), key, call->pool, "provider", provider_of(call, doc), NULL);
}

/* What both kinds of tasks show: the booking, if there is one, and where the payment is found. */
static void put_links(json_t *item, kfm_call_t *call, const json_t *doc, const json_t *payment)
{
    const char *booking = kfm_say_text2(doc, "booking", "id");
    const char *tx = kfm_say_text(payment, "tx_id");

    kfm_put(item, "booking_url",
            booking ? apr_pstrcat(call->pool, "/dashboard/bookings/", booking, NULL) : NULL);
    kfm_put(item, "booking_name", kfm_say_text2(doc, "booking", "customer_name"));
    kfm_put(item, "transaction",
            tx ? kf_catalog_format(KFM_SAY(call), "ops.refunds.transaction", call->pool, "id", tx,
                                   "provider", provider_of(call, payment), NULL)
               : NULL);
    kfm_put(item, "reference", kfm_say_text(payment, "reference"));
}

static const char *why_refund(kfm_call_t *call, const json_t *doc)
{
    const char *name = kfm_say_text2(doc, "booking", "customer_name");
    const char *amount = kfm_say_money(call, doc, "amount");
    const char *text = name ? kf_catalog_format(KFM_SAY(call), "ops.refunds.why_refund", call->pool,
                                                "name", name, "amount", amount, NULL)
                            : kf_catalog_format(KFM_SAY(call), "ops.refunds.why_refund_plain",
                                                call->pool, "amount", amount, NULL);

    return apr_pstrcat(call->pool, text, " ", kfm_say_word(call, "reason", kfm_say_text(doc, "reason")),
                       ".", NULL);
}

static void put_deadline(json_t *item, kfm_call_t *call, const json_t *doc, kf_instant_t now)
{
    kf_format_when_t when;
    kf_instant_t due;
    bool known = kfm_say_instant(&due, &when, kfm_say_text(doc, "due_at"));
    bool open = !is(doc, "state", "done");

    kfm_say_put_when(item, "due", call, open ? kfm_say_text(doc, "due_at") : NULL);
    kfm_put_flag(item, "late", known && open && due < now);
    kfm_put(item, "left",
            known && open && due > now
                ? kf_catalog_format(KFM_SAY(call), "ops.refunds.due_in", call->pool, "span",
                                    kfm_say_span(call, (due - now) / KF_SECOND), NULL)
                : NULL);
}

static const char *todo_of(kfm_call_t *call, const json_t *doc)
{
    const json_t *payment = json_object_get(doc, "payment");

    if (is(doc, "todo", "refund_by_hand")) {
        return with_provider(call, "ops.refunds.todo_merchant", payment);
    }
    if (is(doc, "todo", "given_twice")) {
        return with_provider(call, "ops.refunds.todo_twice", payment);
    }
    return kf_catalog_text(KFM_SAY(call), is(doc, "todo", "none") ? "ops.refunds.todo_done"
                                                                  : "ops.refunds.todo_provider");
}

static json_t *refund(kfm_call_t *call, const json_t *doc, kf_instant_t now)
{
    bool manual = is(doc, "state", "manual"), done = is(doc, "state", "done");
    const char *error = kfm_say_text(doc, "last_error"), *note = kfm_say_text(doc, "note");
    json_t *item = json_object();

    kfm_put(item, "id", kfm_say_text(doc, "id"));
    kfm_put(item, "amount", kfm_say_money(call, doc, "amount"));
    kfm_say_put_badge(item, "badge", call, "refund", kfm_say_text(doc, "state"));
    kfm_put(item, "why", why_refund(call, doc));
    kfm_put(item, "todo", todo_of(call, doc));
    put_deadline(item, call, doc, now);
    kfm_say_put_when(item, "done", call, kfm_say_text(doc, "done_at"));
    kfm_put(item, "note", note && *note ? note : NULL);
    kfm_put(item, "error",
            error && !done ? kf_catalog_format(KFM_SAY(call), "ops.refunds.failed", call->pool,
                                               "error", error, NULL)
                           : NULL);
    kfm_put_flag(item, "can_mark", manual);
    put_links(item, call, doc, json_object_get(doc, "payment"));
    return item;
}

static json_t *credit(kfm_call_t *call, const json_t *doc)
{
    const char *note = kfm_say_text(doc, "note"), *resolved = kfm_say_text(doc, "resolved_at");
    json_t *item = json_object();

    kfm_put(item, "id", kfm_say_text(doc, "id"));
    kfm_put(item, "amount", kfm_say_money(call, doc, "amount"));
    kfm_put(item, "why",
            apr_pstrcat(call->pool,
                        kf_catalog_format(KFM_SAY(call), "ops.refunds.why_credit", call->pool,
                                          "amount", kfm_say_money(call, doc, "amount"), NULL),
                        " ", kfm_say_word(call, "reason", kfm_say_text(doc, "reason")), ".", NULL));
    kfm_put(item, "todo", resolved ? kf_catalog_text(KFM_SAY(call), "ops.refunds.todo_done")
                                   : with_provider(call, "ops.refunds.todo_credit", doc));
    kfm_say_put_when(item, "at", call, kfm_say_text(doc, "created_at"));
    kfm_say_put_when(item, "done", call, resolved);
    kfm_put(item, "note", note && *note ? note : NULL);
    kfm_put_flag(item, "can_resolve", json_array_size(json_object_get(doc, "choices")) > 0);
    put_links(item, call, doc, doc);
    return item;
}

/* What was typed is there again when it was not taken, with the reason. */
static json_t *with_typed(json_t *item, kfm_call_t *call, const kfm_refunds_t *page)
{
    bool mine = page->typed && page->id && is(item, "id", page->id);

    kfm_put_flag(item, "unfolded", mine);
    kfm_put(item, "note_typed", mine ? page->typed : NULL);
    kfm_put(item, "error_note",
            mine && kfm_say_error(page->problem, "note") ? kfm_say_error_text(call, "note") : NULL);
    return item;
}

static void put_items(kfm_view_t *view, const kfm_refunds_t *page)
{
    json_t *refunds = json_array(), *credits = json_array();
    const json_t *one;
    size_t i;

    json_array_foreach(json_object_get(page->doc, "items"), i, one) {
        json_array_append_new(refunds, with_typed(refund(view->call, one, page->now), view->call, page));
    }
    json_array_foreach(json_object_get(page->credits, "items"), i, one) {
        json_array_append_new(credits, with_typed(credit(view->call, one), view->call, page));
    }
    kfm_put_flag(view->root, "has_refunds", json_array_size(refunds) > 0);
    kfm_put_flag(view->root, "has_credits", json_array_size(credits) > 0);
    kfm_put_flag(view->root, "any", json_array_size(refunds) + json_array_size(credits) > 0);
    json_object_set_new(view->root, "refunds", refunds);
    json_object_set_new(view->root, "credits", credits);
}

kf_err_t *kfm_page_refunds(kfm_call_t *call, const kfm_refunds_t *page)
{
    static const char *const fields[] = {"show", NULL};
    const char *show = kfm_filter_field(page->query, "show");
    kfm_view_t view;

    KF_TRY(kfm_say_begin(&view, call, "refunds", kf_catalog_text(KFM_SAY(call), "ops.refunds.title")));
    if (page->problem) {
        kfm_dash_problem(&view, page->problem);
    }
    kfm_put_flag(view.root, "all", show && !strcmp(show, "all"));
    put_items(&view, page);
    kfm_filter_put_pages(&view, PATH, page->query, fields, page->doc);
    return kfm_dash_send(&view, page->problem ? kf_code_http(page->problem->code) : 200,
                         "payment/refunds");
}
