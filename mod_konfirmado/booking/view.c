/* One booking with all that is known of it. */
#include <apr_strings.h>
#include <string.h>

#include "booking/parts.h"
#include "page/message.h"

#define PATH "/dashboard/bookings/"

/* -- what, who, how much -- */

static void put_what(json_t *root, kfm_call_t *call, const json_t *doc)
{
    kf_instant_t start, end;
    kf_format_when_t when;

    kfm_say_put_when(root, "when", call, kfm_say_text(doc, "start"));
    kfm_say_put_when(root, "created", call, kfm_say_text(doc, "created_at"));
    kfm_put_null(root, "duration_text");
    if (kfm_say_instant(&start, &when, kfm_say_text(doc, "start"))
        && kfm_say_instant(&end, &when, kfm_say_text(doc, "end"))) {
        kfm_put(root, "duration_text", kfm_words_duration(call, (int)((end - start) / KF_MINUTE)));
    }
    kfm_put(root, "service", kfm_say_text2(doc, "service", "name"));
    kfm_put(root, "professional", kfm_say_text2(doc, "professional", "name"));
    kfm_put(root, "source_text", kfm_say_word(call, "source", kfm_say_text(doc, "source")));
    kfm_put(root, "link_name", kfm_say_text2(doc, "link", "name"));
    kfm_say_put_badge(root, "badge", call, "status", kfm_say_text(doc, "status"));
    kfm_put(root, "status_text", kfm_say_word(call, "status_text", kfm_say_text(doc, "status")));
}

/* A number as a phone dials it: blanks and brackets are for the eye. */
static const char *dial(const char *phone, apr_pool_t *p)
{
    char *out = apr_pstrdup(p, phone), *to = out;

    for (const char *c = phone; *c; c++) {
        if (strchr("+0123456789", *c)) {
            *to++ = *c;
        }
    }
    *to = '\0';
    return *out ? apr_pstrcat(p, "tel:", out, NULL) : NULL;
}

static void put_who(json_t *root, kfm_call_t *call, const json_t *doc)
{
    const char *email = kfm_say_text2(doc, "customer", "email");
    const char *phone = kfm_say_text2(doc, "customer", "phone");
    const char *zone = kfm_say_text(doc, "customer_zone"), *own = kfm_say_text(doc, "timezone");
    const char *erased = kfm_say_text(doc, "erased_at");
    json_t *who = json_object();

    email = erased ? NULL : email;
    kfm_say_put_when(who, "erased", call, erased);
    kfm_put(who, "name", erased ? NULL : kfm_say_text2(doc, "customer", "name"));
    kfm_put(who, "email", email);
    kfm_put(who, "mailto", email ? apr_pstrcat(call->pool, "mailto:", email, NULL) : NULL);
    kfm_put(who, "phone", phone && *phone ? phone : NULL);
    kfm_put(who, "tel", phone ? dial(phone, call->pool) : NULL);
    kfm_put(who, "notes", kfm_say_text(doc, "notes"));
    kfm_put(who, "zone", zone && own && strcmp(zone, own) ? kfm_when_place(call, zone) : NULL);
    json_object_set_new(root, "customer", who);
}

/* What the merchant's own system added to the booking. */
static void put_metadata(json_t *root, const json_t *doc)
{
    json_t *list = json_array(), *value;
    const char *name;

    json_object_foreach (json_object_get(doc, "metadata"), name, value) {
        json_t *item = json_object();

        kfm_put(item, "name", name);
        kfm_put(item, "value", json_string_value(value));
        json_array_append_new(list, item);
    }
    kfm_put_flag(root, "has_metadata", json_array_size(list) > 0);
    json_object_set_new(root, "metadata", list);
}

static void put_money(json_t *root, kfm_call_t *call, const json_t *doc)
{
    int64_t price = kfm_say_int(doc, "price_cents"), charge = kfm_say_int(doc, "charge_cents");
    const char *currency = kfm_say_text(doc, "currency");
    json_t *money = json_object();

    kfm_put(money, "price", price ? kfm_say_money_of(call, price, currency) : NULL);
    kfm_put(money, "now", charge ? kfm_say_money_of(call, charge, currency) : NULL);
    kfm_put(money, "later", price > charge ? kfm_say_money_of(call, price - charge, currency) : NULL);
    kfm_put_flag(money, "paid", charge && kfm_say_true(doc, "paid"));
    json_object_set_new(root, "money", money);
}

/* -- what happened -- */

static const char *actor_of(kfm_call_t *call, const json_t *step)
{
    const char *name = kfm_say_text(step, "actor_name"), *reason = kfm_say_text(step, "reason");

    if (reason && !strcmp(reason, "callback acknowledged")) {
        return kfm_say_word(call, "actor", "api_key"); /* a machine of theirs, nobody of the team */
    }
    return name && *name ? name : kfm_say_word(call, "actor", kfm_say_text(step, "actor"));
}

static void put_history(json_t *root, kfm_call_t *call, const json_t *doc)
{
    json_t *list = json_array();
    const json_t *step;
    size_t i;

    json_array_foreach(json_object_get(doc, "history"), i, step) {
        const char *reason = kfm_say_text(step, "reason"), *before = kfm_say_text2(step, "facts", "from_start");
        json_t *item = json_object();

        kfm_say_put_badge(item, "badge", call, "status", before ? "moved" : kfm_say_text(step, "to"));
        kfm_booking_put_moved(item, call, step);
        reason = before ? NULL : reason;
        kfm_say_put_when(item, "at", call, kfm_say_text(step, "at"));
        kfm_put(item, "who", actor_of(call, step));
        kfm_put(item, "reason", reason && *reason ? kfm_say_word(call, "reason", reason) : NULL);
        json_array_append_new(list, item);
    }
    json_object_set_new(root, "history", list);
}

static json_t *attempt(kfm_call_t *call, const json_t *doc)
{
    json_t *item = json_object();
    const char *n = apr_psprintf(call->pool, "%d", (int)kfm_say_int(doc, "n"));

    kfm_put(item, "title", kf_catalog_format(KFM_SAY(call), "ops.booking.attempt", call->pool, "n", n, NULL));
    kfm_put(item, "amount", kfm_say_money(call, doc, "amount"));
    kfm_say_put_when(item, "at", call, kfm_say_text(doc, "created_at"));
    kfm_say_put_badge(item, "badge", call, "attempt", kfm_say_text(doc, "state"));
    kfm_put(item, "reference", kfm_say_text(doc, "reference"));
    kfm_put(item, "error", kfm_say_text(doc, "last_error"));
    return item;
}

static json_t *payment(kfm_call_t *call, const json_t *doc)
{
    const char *state = kfm_say_text(doc, "state");
    json_t *item = json_object();

    kfm_put(item, "title", kfm_say_word(call, "method", kfm_say_text(doc, "method")));
    kfm_put(item, "amount", kfm_say_money(call, doc, "amount"));
    kfm_say_put_when(item, "at", call, kfm_say_text(doc, "created_at"));
    kfm_say_put_badge(item, "badge", call, "payment",
                      state && strcmp(state, "seen") ? state : kfm_say_text(doc, "status"));
    kfm_put(item, "reference", kfm_say_text(doc, "tx_id"));
    kfm_put_null(item, "error");
    return item;
}

static json_t *refund(kfm_call_t *call, const json_t *doc)
{
    const char *note = kfm_say_text(doc, "note");
    json_t *item = json_object();

    kfm_put(item, "title", kfm_say_word(call, "reason", kfm_say_text(doc, "reason")));
    kfm_put(item, "amount", kfm_say_money(call, doc, "amount"));
    kfm_say_put_when(item, "at", call, kfm_say_text(doc, "created_at"));
    kfm_say_put_badge(item, "badge", call, "refund", kfm_say_text(doc, "state"));
    kfm_put(item, "reference", note && *note ? note : NULL);
    kfm_put(item, "error", kfm_say_text(doc, "last_error"));
    return item;
}

static void put_list(json_t *root, kfm_call_t *call, const json_t *doc, const char *name,
                     json_t *make(kfm_call_t *, const json_t *))
{
    json_t *list = json_array();
    const json_t *one;
    size_t i;

    json_array_foreach(json_object_get(doc, name), i, one) {
        json_array_append_new(list, make(call, one));
    }
    kfm_put_flag(root, apr_pstrcat(call->pool, "has_", name, NULL), json_array_size(list) > 0);
    json_object_set_new(root, name, list);
}

/* -- in a calendar elsewhere -- */

static void put_event(json_t *root, kfm_call_t *call, const json_t *doc)
{
    const json_t *event = json_object_get(doc, "calendar");
    const char *state = kfm_say_text(event, "state"), *wanted = kfm_say_text(event, "wanted");
    json_t *item;

    kfm_put_null(root, "event");
    if (!state || (wanted && strcmp(wanted, "present"))) {
        return; /* one that was taken away again is nothing to tell */
    }
    item = json_object();
    kfm_put(item, "text", kfm_words(call, apr_pstrcat(call->pool, "connect.booking.", state, NULL), state));
    kfm_put(item, "tone", !strcmp(state, "done") ? "good" : !strcmp(state, "failed") ? "bad" : "wait");
    kfm_put(item, "meeting_url", kfm_url_safe(kfm_say_text(event, "meeting_url")));
    kfm_put_flag(item, "can_retry", !strcmp(state, "failed"));
    json_object_set_new(root, "event", item);
}

static json_t *conflict(kfm_call_t *call, const json_t *doc)
{
    const char *kind = kfm_say_text(doc, "kind");
    json_t *item = json_object();

    kfm_put(item, "text", kfm_words(call, apr_pstrcat(call->pool, "connect.conflicts.", kind, NULL), kind));
    kfm_say_put_when(item, "from", call, kfm_say_text(doc, "start"));
    return item;
}

static void put_acts(json_t *root, const json_t *doc)
{
    const json_t *can = json_object_get(doc, "can");
    json_t *acts = json_object();
    bool cancel = kfm_say_true(can, "cancel"), move = kfm_say_true(can, "move"), complete = kfm_say_true(can, "complete");
    bool no_show = kfm_say_true(can, "no_show");

    kfm_put_flag(acts, "any", cancel || move || complete || no_show);
    kfm_put_flag(acts, "move", move);
    kfm_put_flag(acts, "cancel", cancel);
    kfm_put_flag(acts, "complete", complete);
    kfm_put_flag(acts, "no_show", no_show);
    json_object_set_new(root, "acts", acts);
    kfm_say_put_int(root, "version", kfm_say_int(doc, "version"));
}

/* -- pages -- */

const char *kfm_booking_title(kfm_call_t *call, const json_t *doc)
{
    if (kfm_say_text(doc, "erased_at")) {
        return kf_catalog_text(KFM_SAY(call), "ops.booking.erased_title");
    }
    return kf_catalog_format(KFM_SAY(call), "ops.booking.title", call->pool, "name",
                             kfm_say_text2(doc, "customer", "name"), NULL);
}

void kfm_booking_problem(kfm_view_t *view, const kf_err_t *problem)
{
    kfm_call_t *call = view->call;

    if (!problem) {
        return;
    }
    if (problem->code == KF_E_PRECONDITION && problem->field && !strcmp(problem->field, "expected_cents")) {
        kfm_view_message(view, kf_catalog_text(KFM_SAY(call), "ops.ask.other_title"),
                         kf_catalog_text(KFM_SAY(call), "ops.ask.other_text"), NULL);
    } else if (problem->code == KF_E_PRECONDITION) {
        kfm_view_message(view, kf_catalog_text(KFM_SAY(call), "ops.booking.changed_title"),
                         kf_catalog_text(KFM_SAY(call), "ops.booking.changed_text"), NULL);
    } else if (problem->code == KF_E_CONFLICT) {
        kfm_view_message(view, kf_catalog_text(KFM_SAY(call), "ops.booking.stopped_title"),
                         kf_catalog_text(KFM_SAY(call), "ops.booking.stopped_text"), NULL);
    } else {
        kfm_dash_problem(view, problem);
    }
}

kf_err_t *kfm_page_booking(kfm_call_t *call, json_t *doc, const kf_err_t *problem)
{
    kfm_view_t view;

    KF_TRY(kfm_say_begin(&view, call, "bookings", kfm_booking_title(call, doc)));
    kfm_dash_back(&view, "/dashboard/bookings", kf_catalog_text(KFM_SAY(call), "ops.booking.list"));
    kfm_booking_problem(&view, problem);
    kfm_put(view.root, "url", apr_pstrcat(call->pool, PATH, kfm_say_text(doc, "id"), NULL));
    kfm_put(view.root, "booking", kfm_say_text(doc, "id"));
    put_what(view.root, call, doc);
    put_who(view.root, call, doc);
    put_metadata(view.root, doc);
    put_money(view.root, call, doc);
    put_history(view.root, call, doc);
    put_list(view.root, call, doc, "attempts", attempt);
    put_list(view.root, call, doc, "payments", payment);
    put_list(view.root, call, doc, "refunds", refund);
    kfm_booking_put_mails(view.root, call, doc);
    kfm_booking_put_policy(view.root, call, doc);
    put_list(view.root, call, doc, "callbacks", kfm_say_message);
    put_event(view.root, call, doc);
    put_list(view.root, call, doc, "conflicts", conflict);
    put_acts(view.root, doc);
    return kfm_dash_send(&view, problem ? kf_code_http(problem->code) : 200, "booking/one");
}
