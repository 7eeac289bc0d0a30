/* Refunds and credits that a person has to handle: the cause, what to do and the deadline. */
#include <apr_strings.h>
#include <string.h>

#include "page/show.h"
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

static const kfm_show_t refund_rows[] = {
    KFM_SHOW("amount_cents", MONEY, .as = "amount"),
    KFM_SHOW("state", BADGE, .as = "badge", .with = "refund"),
    KFM_SHOW("due_at", WHEN, .as = "due"),
    KFM_SHOW("done_at", WHEN, .as = "done"),
    KFM_SHOW("last_error", SAID, .as = "error", .with = "ops.refunds.failed", .slot = "error"),
    KFM_SHOW("booking.id", LINK, .as = "booking_url", .with = "/dashboard/bookings/"),
    KFM_SHOW_END};
static const kfm_show_t credit_rows[] = {KFM_SHOW("amount_cents", MONEY, .as = "amount"),
                                         KFM_SHOW("resolved_at", WHEN, .as = "done"),
                                         KFM_SHOW("booking.id", LINK, .as = "booking_url", .with = "/dashboard/bookings/"),
                                         KFM_SHOW_END};

/* The transaction id, to find the payment at the provider. */
static const char *transaction(kfm_call_t *call, const json_t *payment)
{
    const char *tx = kfm_say_text(payment, "tx_id");

    return tx ? kf_catalog_format(KFM_SAY(call), "ops.refunds.transaction", call->pool, "id", tx, "provider",
                                  provider_of(call, payment), NULL)
              : NULL;
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

/* A finished refund has no deadline. */
static void add_deadline(json_t *doc, kfm_call_t *call, kf_instant_t now)
{
    kf_format_when_t when;
    kf_instant_t due;
    bool open = !is(doc, "state", "done") && kfm_say_instant(&due, &when, kfm_say_text(doc, "due_at"));

    kfm_put_flag(doc, "late", open && due < now);
    kfm_put(doc, "left",
            open && due > now ? kf_catalog_format(KFM_SAY(call), "ops.refunds.due_in", call->pool, "span",
                                                  kfm_say_span(call, (due - now) / KF_SECOND), NULL)
                              : NULL);
    if (!open) {
        kfm_put_null(doc, "due_at");
    }
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

static void show_refund(json_t *doc, kfm_call_t *call, kf_instant_t now)
{
    kfm_put(doc, "why", why_refund(call, doc));
    kfm_put(doc, "todo", todo_of(call, doc));
    add_deadline(doc, call, now);
    kfm_put_flag(doc, "can_mark", is(doc, "state", "manual"));
    kfm_put(doc, "transaction", transaction(call, json_object_get(doc, "payment")));
    if (is(doc, "state", "done")) {
        kfm_put_null(doc, "last_error");
    }
    kfm_show(doc, call, refund_rows);
}

static void show_credit(json_t *doc, kfm_call_t *call)
{
    kfm_put(doc, "why",
            apr_pstrcat(call->pool,
                        kf_catalog_format(KFM_SAY(call), "ops.refunds.why_credit", call->pool,
                                          "amount", kfm_say_money(call, doc, "amount"), NULL),
                        " ", kfm_say_word(call, "reason", kfm_say_text(doc, "reason")), ".", NULL));
    kfm_put(doc, "todo", kfm_say_text(doc, "resolved_at") ? kf_catalog_text(KFM_SAY(call), "ops.refunds.todo_done")
                                                          : with_provider(call, "ops.refunds.todo_credit", doc));
    kfm_put_flag(doc, "can_resolve", json_array_size(json_object_get(doc, "choices")) > 0);
    kfm_put(doc, "transaction", transaction(call, doc));
    kfm_show(doc, call, credit_rows);
}

/* After a refusal shows the typed note again, with the error. */
static void add_typed(json_t *doc, kfm_call_t *call, const kfm_refunds_t *page)
{
    bool mine = page->typed && page->id && is(doc, "id", page->id);

    kfm_put_flag(doc, "unfolded", mine);
    kfm_put(doc, "note_typed", mine ? page->typed : NULL);
    kfm_put(doc, "error_note", mine && kfm_say_error(page->problem, "note") ? kfm_say_error_text(call, "note") : NULL);
}

static void put_items(kfm_view_t *view, const kfm_refunds_t *page)
{
    json_t *refunds = json_object_get(page->doc, "items"), *credits = json_object_get(page->credits, "items"), *one;
    size_t i;

    json_array_foreach(refunds, i, one) {
        show_refund(one, view->call, page->now);
        add_typed(one, view->call, page);
    }
    json_array_foreach(credits, i, one) {
        show_credit(one, view->call);
        add_typed(one, view->call, page);
    }
    kfm_put_flag(view->root, "has_refunds", json_array_size(refunds) > 0);
    kfm_put_flag(view->root, "has_credits", json_array_size(credits) > 0);
    kfm_put_flag(view->root, "any", json_array_size(refunds) + json_array_size(credits) > 0);
    json_object_set(view->root, "refunds", refunds);
    json_object_set(view->root, "credits", credits);
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
