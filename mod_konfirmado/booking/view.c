/* The page of one booking. */
#include <apr_strings.h>
#include <string.h>

#include "booking/parts.h"
#include "page/message.h"

#define PATH "/dashboard/bookings/"

/* -- additions to the document -- */

static const kfm_show_t step[] = {KFM_SHOW("to", BADGE, .as = "badge", .with = "status"),
                                  KFM_SHOW("facts.from_start", WHEN, .as = "moved"),
                                  KFM_SHOW("at", WHEN),
                                  KFM_SHOW("reason", WORD, .with = "reason"),
                                  KFM_SHOW_END};
static const kfm_show_t attempt[] = {KFM_SHOW("n", SAID, .as = "title", .with = "ops.booking.attempt"),
                                     KFM_SHOW("amount_cents", MONEY, .as = "amount"),
                                     KFM_SHOW("created_at", WHEN, .as = "at"),
                                     KFM_SHOW("state", BADGE, .as = "badge", .with = "attempt"),
                                     KFM_SHOW_END};
static const kfm_show_t payment[] = {KFM_SHOW("method", WORD, .as = "title", .with = "method"),
                                     KFM_SHOW("amount_cents", MONEY, .as = "amount"),
                                     KFM_SHOW("created_at", WHEN, .as = "at"),
                                     KFM_SHOW("state", BADGE, .as = "badge", .with = "payment"),
                                     KFM_SHOW_END};
static const kfm_show_t refund[] = {KFM_SHOW("reason", WORD, .as = "title", .with = "reason"),
                                    KFM_SHOW("amount_cents", MONEY, .as = "amount"),
                                    KFM_SHOW("created_at", WHEN, .as = "at"),
                                    KFM_SHOW("state", BADGE, .as = "badge", .with = "refund"),
                                    KFM_SHOW_END};
static const kfm_show_t event[] = {KFM_SHOW("state", WORD, .as = "text", .with = "connect.booking"),
                                   KFM_SHOW("meeting_url", SAFE), KFM_SHOW_END};
static const kfm_show_t conflict[] = {KFM_SHOW("kind", WORD, .as = "text", .with = "connect.conflicts"),
                                      KFM_SHOW("start", WHEN, .as = "from"), KFM_SHOW_END};
static const kfm_show_t booking[] = {KFM_SHOW("id", LINK, .as = "url", .with = PATH),
                                     KFM_SHOW("start", WHEN, .as = "when"),
                                     KFM_SHOW("created_at", WHEN, .as = "created"),
                                     KFM_SHOW("erased_at", WHEN, .as = "erased"),
                                     KFM_SHOW("source", WORD, .as = "source_text", .with = "source"),
                                     KFM_SHOW("status", BADGE, .as = "badge", .with = "status"),
                                     KFM_SHOW("status", WORD, .as = "status_text", .with = "status_text"),
                                     KFM_SHOW("customer.email", LINK, .as = "mailto", .with = "mailto:"),
                                     KFM_SHOW("price_cents", SUM, .as = "price"),
                                     KFM_SHOW("charge_cents", SUM, .as = "now"),
                                     KFM_SHOW("later_cents", SUM, .as = "later"),
                                     KFM_SHOW("history", EACH, .rows = step),
                                     KFM_SHOW("attempts", EACH, .rows = attempt),
                                     KFM_SHOW("payments", EACH, .rows = payment),
                                     KFM_SHOW("refunds", EACH, .rows = refund),
                                     KFM_SHOW("callbacks", EACH),
                                     KFM_SHOW("event", EACH, .rows = event),
                                     KFM_SHOW("conflicts", EACH, .rows = conflict),
                                     KFM_SHOW_END};

static const char *duration_text(kfm_call_t *call, const json_t *doc)
{
    kf_instant_t start, end;
    kf_format_when_t when;

    return kfm_say_instant(&start, &when, kfm_say_text(doc, "start")) && kfm_say_instant(&end, &when, kfm_say_text(doc, "end"))
               ? kfm_words_duration(call, (int)((end - start) / KF_MINUTE))
               : NULL;
}

/* The number as a tel: URI, without blanks and brackets. */
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

static void add_customer(json_t *doc, kfm_call_t *call)
{
    json_t *who = json_object_get(doc, "customer");
    const char *phone = kfm_say_text(who, "phone"), *zone = kfm_say_text(doc, "customer_zone");
    const char *own = kfm_say_text(doc, "timezone");

    if (kfm_say_text(doc, "erased_at")) {
        kfm_put_null(who, "name");
        kfm_put_null(who, "email");
    }
    kfm_put(who, "tel", phone ? dial(phone, call->pool) : NULL);
    kfm_put(who, "zone", zone && own && strcmp(zone, own) ? kfm_when_place(call, zone) : NULL);
}

/* The metadata of the merchant's own system, as a list. */
static void list_metadata(json_t *doc)
{
    json_t *list = json_array(), *value;
    const char *name;

    json_object_foreach (json_object_get(doc, "metadata"), name, value) {
        json_array_append_new(list, json_pack("{s:s, s:O}", "name", name, "value", value));
    }
    kfm_put_flag(doc, "has_metadata", json_array_size(list) > 0);
    json_object_set_new(doc, "metadata", list);
}

static const char *actor_of(kfm_call_t *call, const json_t *doc)
{
    const char *name = kfm_say_text(doc, "actor_name"), *reason = kfm_say_text(doc, "reason");

    if (reason && !strcmp(reason, "callback acknowledged")) {
        return kfm_say_word(call, "actor", "api_key"); /* a program of the business, not a person */
    }
    return name && *name ? name : kfm_say_word(call, "actor", kfm_say_text(doc, "actor"));
}

/* A move keeps the status, so its step is shown as "moved". */
static void add_history(json_t *doc, kfm_call_t *call)
{
    json_t *one;
    size_t i;

    json_array_foreach(json_object_get(doc, "history"), i, one) {
        kfm_put(one, "who", actor_of(call, one));
        if (kfm_say_text2(one, "facts", "from_start")) {
            kfm_put(one, "to", "moved");
            kfm_put_null(one, "reason");
        }
    }
}

static void add_payments(json_t *doc)
{
    int64_t price = kfm_say_int(doc, "price_cents"), charge = kfm_say_int(doc, "charge_cents");
    json_t *one;
    size_t i;

    kfm_say_put_int(doc, "later_cents", price > charge ? price - charge : 0);
    json_array_foreach(json_object_get(doc, "payments"), i, one) {
        const char *state = kfm_say_text(one, "state");

        if (!state || !strcmp(state, "seen")) { /* the provider's status says more */
            json_object_set(one, "state", json_object_get(one, "status"));
        }
    }
}

/* The booking's event in an external calendar. A removed event is not shown. */
static void add_event(json_t *doc)
{
    json_t *shown = json_object_get(doc, "calendar");
    const char *state = kfm_say_text(shown, "state"), *wanted = kfm_say_text(shown, "wanted");

    if (!state || (wanted && strcmp(wanted, "present"))) {
        return;
    }
    kfm_put(shown, "tone", !strcmp(state, "done") ? "good" : !strcmp(state, "failed") ? "bad" : "wait");
    kfm_put_flag(shown, "can_retry", !strcmp(state, "failed"));
    json_object_set(doc, "event", shown);
}

static void add_acts(json_t *doc)
{
    json_t *can = json_object_get(doc, "can"), *value;
    bool any = false;
    const char *act;

    json_object_foreach(can, act, value) {
        any = any || json_is_true(value);
    }
    kfm_put_flag(can, "any", any);
}

static void show(json_t *doc, kfm_call_t *call)
{
    json_t *one;
    size_t i;

    kfm_put(doc, "duration_text", duration_text(call, doc));
    add_customer(doc, call);
    list_metadata(doc);
    add_history(doc, call);
    add_payments(doc);
    add_event(doc);
    add_acts(doc);
    json_array_foreach(json_object_get(doc, "callbacks"), i, one) {
        kfm_message_show(one, call);
    }
    kfm_booking_add_mails(doc, call);
    kfm_booking_put_policy(doc, call, doc);
    kfm_show(doc, call, booking);
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
    show(doc, call);
    json_object_set(view.root, "booking", doc);
    return kfm_dash_send(&view, problem ? kf_code_http(problem->code) : 200, "booking/one");
}
