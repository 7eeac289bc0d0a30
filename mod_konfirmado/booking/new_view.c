/* A booking made by hand: service, time, customer and review. */
#include <apr_strings.h>
#include <string.h>

#include "booking/parts.h"

#define STRIP 7 /* days shown at once */

static const char *typed(const kfm_booking_new_t *page, const char *name)
{
    return kfm_filter_field(page->typed, name);
}

static const json_t *by_id(const json_t *items, const char *id)
{
    const json_t *item;
    size_t i;

    json_array_foreach(items, i, item) {
        const char *own = kfm_say_text(item, "id");

        if (id && own && !strcmp(own, id)) {
            return item;
        }
    }
    return NULL;
}

/* -- errors -- */

/* The form's field for each member of the document. */
static const struct {
    const char *id, *field;
} names[] = {{"service", "service"},         {"professional", "professional"},
             {"start", "start"},             {"date", "day"},
             {"time", "time"},               {"name", "customer.name"},
             {"email", "customer.email"},    {"phone", "customer.phone"},
             {"notes", "notes"},             {NULL, NULL}};

/* Sets error_ID of the root for each field, and the list on top of the page. */
static void put_errors(kfm_view_t *view, const kf_err_t *errors)
{
    kfm_call_t *call = view->call;
    json_t *list = json_object_get(view->root, "errors");

    for (int i = 0; names[i].id; i++) {
        bool wrong = kfm_say_error(errors, names[i].field) != NULL;
        const char *text = wrong ? kfm_say_error_text(call, names[i].field) : NULL;

        kfm_put(view->root, apr_pstrcat(call->pool, "error_", names[i].id, NULL), text);
        if (wrong) {
            json_array_append_new(list, json_pack("{s:s?, s:s?}", "field", names[i].id, "text", text));
        }
    }
    kfm_put_flag(view->root, "has_errors", json_array_size(list) > 0);
}

void kfm_booking_put_refusal(kfm_view_t *view, const kf_err_t *errors)
{
    kfm_call_t *call = view->call;
    const char *word = !errors ? NULL : errors->code == KF_E_SLOT_UNAVAILABLE ? "taken"
                       : errors->code == KF_E_DAY_FULL ? "full"
                       : errors->code == KF_E_SLOT_INVALID ? "wrong" : NULL;

    if (word) {
        kfm_view_message(view,
                         kfm_words(call, apr_pstrcat(call->pool, "ops.new.", word, "_title", NULL), ""),
                         kfm_words(call, apr_pstrcat(call->pool, "ops.new.", word, "_text", NULL), ""),
                         NULL);
    } else if (errors && errors->code != KF_E_INVALID) {
        kfm_dash_problem(view, errors);
    }
    put_errors(view, errors && errors->code == KF_E_INVALID ? errors : NULL);
}

/* -- service and professional -- */

json_t *kfm_booking_givers(const kfm_booking_new_t *page, const char *service)
{
    const char *id;
    json_t *list = json_array();
    const json_t *who, *one;
    size_t i, k;

    json_array_foreach(page->professionals, i, who) {
        bool gives = !service;

        json_array_foreach(json_object_get(who, "services"), k, one) {
            id = json_string_value(one);
            gives = gives || (id && !strcmp(id, service));
        }
        if (gives) {
            json_array_append(list, (json_t *)who);
        }
    }
    return list;
}

static void put_what(kfm_view_t *view, const kfm_booking_new_t *page)
{
    json_t *who = kfm_booking_givers(page, typed(page, "service"));

    json_object_set_new(view->root, "services",
                        kfm_filter_choices(page->services, typed(page, "service")));
    json_object_set_new(view->root, "professionals",
                        kfm_filter_choices(who, typed(page, "professional")));
    kfm_put_flag(view->root, "can_book", json_array_size(page->services) > 0
                                             && json_array_size(page->professionals) > 0);
    kfm_put_flag(view->root, "chosen", by_id(page->services, typed(page, "service"))
                                           && by_id(who, typed(page, "professional")));
    json_decref(who);
}

/* -- time -- */

static kf_date_t day_of(const kf_slots_t *slots, kf_instant_t at)
{
    return kf_instant_date(at, kf_zone_offset(&slots->offsets, at));
}

static kf_date_t chosen_day(const kfm_booking_new_t *page)
{
    const char *text = typed(page, "go") ? typed(page, "go") : typed(page, "day");
    kf_date_t day;

    if (text && kf_date_read(&day, text, strlen(text)) && day >= page->slots->from
        && day <= page->slots->to) {
        return day;
    }
    return page->slots->n ? day_of(page->slots, page->slots->starts[0]) : page->slots->from;
}

static json_t *strip(kfm_call_t *call, const kfm_booking_new_t *page, kf_date_t chosen)
{
    const kf_slots_t *slots = page->slots;
    json_t *days = json_array();
    size_t k = 0;

    for (kf_date_t day = slots->from; day <= slots->to && day < slots->from + STRIP; day++) {
        kf_format_when_t when = kfm_when_date(day);

        while (k < slots->n && day_of(slots, slots->starts[k]) < day) {
            k++;
        }
        json_array_append_new(days, json_pack("{s:s?, s:s?, s:b, s:b}", "value", kf_date_text(day, call->pool),
                                              "text", kfm_say_day(call, &when),
                                              "free", k < slots->n && day_of(slots, slots->starts[k]) == day,
                                              "selected", day == chosen));
    }
    return days;
}

static json_t *times(kfm_call_t *call, const kfm_booking_new_t *page, kf_date_t chosen)
{
    const kf_slots_t *slots = page->slots;
    const char *start = typed(page, "start");
    json_t *list = json_array();

    for (size_t i = 0; i < slots->n; i++) {
        int32_t offset = kf_zone_offset(&slots->offsets, slots->starts[i]);
        kf_format_when_t when = kfm_when_local(slots->starts[i], offset);
        const char *value = kf_instant_local(slots->starts[i], offset, call->pool);

        if (kf_instant_date(slots->starts[i], offset) != chosen) {
            continue;
        }
        json_array_append_new(list, json_pack("{s:s?, s:s?, s:b}", "value", value,
                                              "text", kf_format_time(call->lang, &when, call->pool),
                                              "checked", start && !strcmp(start, value)));
    }
    return list;
}

void kfm_booking_put_times(kfm_view_t *view, const kfm_booking_new_t *page)
{
    kfm_call_t *call = view->call;
    const char *start = typed(page, "start"), *date = kfm_filter_date(page->typed, "date");
    json_t *slots = NULL, *list;

    if (page->slots) {
        kf_date_t day = chosen_day(page), from = page->slots->from;
        kf_format_when_t when = kfm_when_date(day);

        slots = json_object();
        list = times(call, page, day);
        kfm_put(slots, "day", kf_date_text(day, call->pool));
        kfm_put(slots, "day_text", kf_format_day(call->lang, &when, call->pool));
        kfm_put(slots, "previous", from > page->today ? kf_date_text(from - STRIP, call->pool) : NULL);
        kfm_put(slots, "next", kf_date_text(from + STRIP, call->pool));
        json_object_set_new(slots, "days", strip(call, page, day));
        kfm_put_flag(slots, "has_times", json_array_size(list) > 0);
        json_object_set_new(slots, "times", list);
        date = date ? date : kf_date_text(day, call->pool);
    }
    json_object_set_new(view->root, "slots", slots ? slots : json_null());
    kfm_put_flag(view->root, "other", !page->slots || (start && !strcmp(start, "other")));
    kfm_put(view->root, "date", date ? date : kf_date_text(page->today, call->pool));
    kfm_put(view->root, "time", typed(page, "time"));
    kfm_put_flag(view->root, "outside", typed(page, "outside") != NULL);
}

/* -- customer -- */

static void put_who(kfm_view_t *view, const kfm_booking_new_t *page)
{
    static const char *const fields[] = {"name", "email", "phone", "notes", NULL};

    for (const char *const *field = fields; *field; field++) {
        const char *value = kf_form_get(page->typed, *field);

        kfm_put(view->root, *field, value ? value : "");
    }
}

/* -- review -- */

void kfm_booking_put_kept(json_t *root, const kf_form_t *form)
{
    json_t *kept = json_array();

    for (int i = 0; i < kf_form_count(form); i++) {
        const char *name, *value;

        kf_form_at(&name, &value, form, i);
        if (!strcmp(name, "csrf") || !strcmp(name, "step") || !strcmp(name, "go") || !strcmp(name, "tell")) {
            continue;
        }
        json_array_append_new(kept, json_pack("{s:s?, s:s?}", "key", name, "value", value));
    }
    json_object_set_new(root, "kept", kept);
}

static void put_review(kfm_view_t *view, const kfm_booking_new_t *page)
{
    kfm_call_t *call = view->call;
    const json_t *service = by_id(page->services, typed(page, "service"));
    const char *price = kfm_say_int(service, "price_cents") ? kfm_say_money(call, service, "price") : NULL;
    json_t *item = json_object();

    kfm_put(item, "service", kfm_say_text(service, "name"));
    kfm_put(item, "professional",
            kfm_say_text(by_id(page->professionals, typed(page, "professional")), "name"));
    kfm_say_put_when(item, "when", call, page->start);
    kfm_put(item, "price", price ? kf_catalog_format(KFM_SAY(call), "ops.new.price_text", call->pool,
                                                     "amount", price, NULL)
                                 : kf_catalog_text(KFM_SAY(call), "money.free"));
    json_object_set_new(view->root, "review", item);
    kfm_booking_put_kept(view->root, page->typed);
}

kf_err_t *kfm_page_booking_new(kfm_call_t *call, const kfm_booking_new_t *page)
{
    int status = page->errors ? kf_code_http(page->errors->code) : 200;
    kfm_view_t view;

    KF_TRY(kfm_say_begin(&view, call, "bookings",
                         kf_catalog_text(KFM_SAY(call), page->review ? "ops.new.review_title"
                                                                     : "ops.new.title")));
    kfm_dash_back(&view, "/dashboard/bookings", kf_catalog_text(KFM_SAY(call), "ops.booking.list"));
    kfm_booking_put_refusal(&view, page->errors);
    put_what(&view, page);
    put_who(&view, page);
    if (page->review) {
        put_review(&view, page);
        return kfm_dash_send(&view, status, "booking/new_review");
    }
    kfm_booking_put_times(&view, page);
    return kfm_dash_send(&view, status, "booking/new");
}
