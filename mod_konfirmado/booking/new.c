/* /dashboard/bookings/new: a booking made by hand. */
#include <apr_strings.h>
#include <string.h>

#include "booking/view.h"
#include "booking/when.h"
#include "flow/calendar/calendar.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "handle/filter.h"
#include "http/body.h"
#include "json/encode.h"
#include "page/say.h"
#include "text/validate.h"

#define MAX_DOCUMENT (16 * 1024)

/* -- free times -- */

/* An active link whose preselection can be changed: it offers all that the business offers. */
static const char *open_link(const json_t *links)
{
    const json_t *link;
    size_t i;

    json_array_foreach(links, i, link) {
        const char *state = kfm_say_text(link, "state");

        if (state && !strcmp(state, "active") && !kfm_say_true(link, "locked")) {
            return kfm_say_text(link, "public_id");
        }
    }
    return NULL;
}

/* Without such a link, or if it does not offer the service, *out stays NULL and the time is typed. */
static kf_err_t *find_slots(const kf_slots_t **out, kfm_call_t *call, const kfm_booking_new_t *page)
{
    kf_slots_ask_t ask = {.tenant = call->tenant,
                          .service = kfm_filter_field(page->typed, "service"),
                          .professional = kfm_filter_field(page->typed, "professional")};
    json_t *links;

    *out = NULL;
    KF_TRY(kfm_filter_items(&links, call, &kf_doc_link_page));
    ask.link = open_link(links);
    return ask.link && ask.service && ask.professional ? kfm_booking_find_times(out, call, page, &ask) : NULL;
}

static kf_err_t *show(kfm_call_t *call, kfm_booking_new_t *page)
{
    KF_TRY(find_slots(&page->slots, call, page));
    return kfm_page_booking_new(call, page);
}

static kf_err_t *begin(kfm_booking_new_t *page, kfm_call_t *call, const kf_form_t *typed)
{
    *page = (kfm_booking_new_t){.typed = typed};
    KF_TRY(kfm_filter_now(&page->today, NULL, NULL, call));
    KF_TRY(kfm_filter_items(&page->services, call, &kf_doc_service_page));
    return kfm_filter_items(&page->professionals, call, &kf_doc_professional_page);
}

kf_err_t *kfm_dash_booking_new(kfm_call_t *call)
{
    const kf_form_t *query;
    kfm_booking_new_t page;

    KF_TRY(kfm_call_query(&query, call));
    KF_TRY(begin(&page, call, query));
    return show(call, &page);
}

/* -- the form -- */

typedef struct {
    const char *service, *professional, *start;
    const char *name, *email, *phone, *notes;
    bool outside;
} wish_t;

static kf_err_t *read_wish(wish_t *out, kfm_call_t *call, const kf_form_t *form)
{
    apr_pool_t *p = call->pool;
    const char *phone = kfm_filter_field(form, "phone");
    kf_err_t *errors = NULL;

    *out = (wish_t){.service = kfm_filter_field(form, "service"),
                    .professional = kfm_filter_field(form, "professional"),
                    .outside = kfm_filter_field(form, "outside") != NULL};
    if (!out->service) {
        kf_err_add(&errors, kf_err_field(p, KF_E_INVALID, "service", "Choose a service."));
    }
    if (!out->professional) {
        kf_err_add(&errors, kf_err_field(p, KF_E_INVALID, "professional", "Choose a professional."));
    }
    kf_err_add(&errors, kfm_booking_read_start(&out->start, call, form));
    kf_err_add(&errors, kf_validate_name(&out->name, "customer.name", kfm_filter_field(form, "name"), p));
    kf_err_add(&errors, kf_validate_email(&out->email, "customer.email", kfm_filter_field(form, "email"), p));
    if (phone) {
        kf_err_add(&errors, kf_validate_phone(&out->phone, "customer.phone", phone,
                                              call->tenant->colombian_phone ? KF_PHONE_CO : KF_PHONE_ANY, p));
    }
    kf_err_add(&errors, kf_validate_notes(&out->notes, "notes", kf_form_get(form, "notes"), p));
    return errors;
}

static kf_err_t *document(const char **out, kfm_call_t *call, const wish_t *wish)
{
    kf_buf_t buf;

    kf_buf_init(&buf, call->pool, 512, MAX_DOCUMENT);
    kf_json_open(&buf, '{');
    kf_json_str(&buf, "service", wish->service);
    kf_json_str(&buf, "professional", wish->professional);
    kf_json_str(&buf, "start", wish->start);
    kf_json_open_key(&buf, "customer", '{');
    kf_json_str(&buf, "name", wish->name);
    kf_json_str(&buf, "email", wish->email);
    if (wish->phone) {
        kf_json_str(&buf, "phone", wish->phone);
    }
    kf_json_close(&buf, '}');
    kf_json_str(&buf, "notes", wish->notes);
    kf_json_bool(&buf, "outside_hours", wish->outside);
    kf_json_close(&buf, '}');
    *out = kf_buf_text(&buf);
    return kf_buf_check(&buf, "booking", call->pool);
}

/* -- steps -- */

typedef struct {
    kfm_call_t *call;
    kf_uuid_t id;
    const char *text;
} adding_t;

static kf_err_t *add(kf_instant_t after, void *baton, apr_pool_t *p)
{
    adding_t *it = baton;
    const char *json;

    (void)p;
    return kfm_admin_json(&json, it->call, true, &kf_doc_booking_add,
                          KFM_ARGS(KFM_TENANT(it->call), KF_UUID(&it->id), KF_TEXT(it->text),
                                   after ? KF_TIME(after) : KF_NULL));
}

static kf_err_t *create(kfm_call_t *call, kfm_booking_new_t *page, const wish_t *wish)
{
    adding_t it = {.call = call};
    kf_err_t *err;

    KF_TRY(document(&it.text, call, wish));
    KF_TRY(kf_uuid_random(&it.id, call->pool));
    err = kf_flow_with_calendar(kfm_flow(call), &call->who->tenant, add, &it, call->pool);
    if (err && kfm_booking_other_time(err)) {
        page->errors = err;
        return show(call, page);
    }
    KF_TRY(err);
    return kfm_dash_go(call, apr_pstrcat(call->pool, "/dashboard/bookings/", kf_uuid_text(&it.id, call->pool), NULL),
                       "ops.created");
}

kf_err_t *kfm_dash_booking_new_post(kfm_call_t *call)
{
    const kf_form_t *form;
    const char *step;
    kfm_booking_new_t page;
    wish_t wish;

    KF_TRY(kfm_body_form(&form, call));
    KF_TRY(begin(&page, call, form));
    step = kfm_filter_field(form, "step");
    if (!step || (strcmp(step, "check") && strcmp(step, "create"))) {
        return show(call, &page);
    }
    page.errors = read_wish(&wish, call, form);
    if (page.errors) {
        return show(call, &page);
    }
    if (!strcmp(step, "create")) {
        return create(call, &page, &wish);
    }
    page.review = true;
    page.start = wish.start;
    return kfm_page_booking_new(call, &page);
}
