/* POST /api/bookings, GET /api/bookings/{id}/status, POST /api/bookings/{id}/payments. */
#include <string.h>

#include "fields.h"
#include "flow/booking/address.h"
#include "flow_ctx.h"
#include "handle/act.h"
#include "handle/acts.h"
#include "handle/admin.h"
#include "http/body.h"
#include "http/cookie.h"
#include "http/reply.h"
#include "json/decode.h"
#include "json/encode.h"
#include "tenant.h"
#include "wizard/wizard.h"

static void write_booked(kf_buf_t *buf, const kf_booked_t *booked)
{
    const kf_started_t *row = &booked->row;

    kf_json_open(buf, '{');
    kf_json_uuid(buf, "id", &row->booking);
    kf_json_str(buf, "status", row->status);
    kf_json_int(buf, "amount", row->charge.minor);
    kf_json_str(buf, "currency", row->charge.currency);
    kf_json_str(buf, "checkout_url", booked->checkout_url);
    kf_json_close(buf, '}');
}

/*
 * Completes an answer whose booking is to be paid by a checkout that the provider must be called for. The answer of the
 * act has no URL, nor has a stored one: each request finds the same checkout.
 */
static kf_err_t *add_checkout(kf_answer_t *answer, kfm_call_t *call)
{
    const char *url, *id, *status;
    kf_uuid_t booking;
    json_t *doc;

    if (answer->status != 201) {
        return NULL;
    }
    KF_TRY(kf_json_decode(&doc, answer->body, answer->len, call->pool));
    id = json_string_value(json_object_get(doc, "id"));
    status = json_string_value(json_object_get(doc, "status"));
    if (!status || strcmp(status, "pending") || !json_is_null(json_object_get(doc, "checkout_url"))
        || !id || !kf_uuid_read(&booking, id, strlen(id))) {
        return NULL;
    }
    KF_TRY(kf_flow_checkout_of(&url, kfm_flow(call), &call->tenant->id, &booking, kfm_tenant_origin(call), call->pool));
    json_object_set_new(doc, "checkout_url", url ? json_string(url) : json_null());
    answer->body = kfm_admin_text(call, doc);
    answer->len = strlen(answer->body);
    return NULL;
}

typedef struct {
    kf_book_wish_t wish;
    kf_err_t *refused; /* the error of the last try; NULL: it succeeded, or the stored answer was sent */
} create_t;

static kf_err_t *create(kf_answer_t *out, kf_db_t *db, void *baton, apr_pool_t *p)
{
    kfm_act_t *act = baton;
    create_t *it = act->wish;
    kf_booked_t booked;
    kf_buf_t buf;

    it->wish.after = act->after;
    it->refused = kf_flow_book(&booked, act->flow, db, act->tenant, &it->wish, p);
    KF_TRY(it->refused);
    kf_buf_init(&buf, p, 1024, 8000);
    write_booked(&buf, &booked);
    return kfm_act_answer(out, 201, &buf, p);
}

/* Reports the bad fields of the document and of its customer in one list. */
static kf_err_t *read_booking(kf_json_value_t *v, kf_customer_t *customer, kfm_call_t *call, json_t *json)
{
    kf_json_value_t c[KFM_N(booker)];
    kf_err_t *bad = kf_json_map(v, json, kfm_book_fields, KFM_N(book), "", call->pool);

    if (!v[KFM_AT(book, customer)].present) {
        return bad;
    }
    kf_err_add(&bad, kf_json_map(c, v[KFM_AT(book, customer)].json, kfm_booker_fields, KFM_N(booker), "customer",
                                 call->pool));
    if (bad) {
        return bad;
    }
    *customer = (kf_customer_t){.name = c[KFM_AT(booker, name)].s,
                                .email = c[KFM_AT(booker, email)].s,
                                .phone = c[KFM_AT(booker, phone)].s,
                                .notes = c[KFM_AT(booker, notes)].s,
                                .language = v[KFM_AT(book, language)].present ? v[KFM_AT(book, language)].s : call->lang,
                                .zone = v[KFM_AT(book, timezone)].s,
                                .accepted_terms = v[KFM_AT(book, accepted_terms)].b};
    return NULL;
}

static kf_err_t *check_language(const kf_customer_t *customer, apr_pool_t *p)
{
    if (strcmp(customer->language, "es") && strcmp(customer->language, "en")) {
        return kf_err_wrong(p, "language", KF_WRONG_NOT_ONE_OF, "This must be \"es\" or \"en\".");
    }
    return NULL;
}

/* The caller's metadata as JSON text. The database checks it. */
static const char *more(kfm_call_t *call, json_t *metadata)
{
    json_t *doc = metadata ? json_pack("{s:O}", "metadata", metadata) : NULL;
    const char *text = doc ? kfm_admin_text(call, doc) : NULL;

    json_decref(doc);
    return text;
}

kf_err_t *kfm_handle_booking_create(kfm_call_t *call)
{
    kf_json_value_t v[KFM_N(book)];
    kf_answer_t answer = {0};
    kf_customer_t customer;
    create_t it = {0};
    kf_err_t *err;
    const char *body;
    apr_size_t len;
    json_t *json;

    KF_TRY(kfm_body_json(&body, &len, call));
    KF_TRY(kf_json_decode(&json, body, len, call->pool));
    KF_TRY(read_booking(v, &customer, call, json));
    KF_TRY(kfm_tenant_of_token(call, v[KFM_AT(book, token)].s));
    err = kf_customer_check(&customer, call->tenant, "customer.", call->pool);
    kf_err_add(&err, check_language(&customer, call->pool));
    KF_TRY(err);
    it.wish = (kf_book_wish_t){.claim = v[KFM_AT(book, hold)].uuid,
                               .token = v[KFM_AT(book, token)].s,
                               .origin = kfm_tenant_origin(call),
                               .customer = &customer,
                               .return_url = v[KFM_AT(book, return_url)].s,
                               .more = more(call, v[KFM_AT(book, metadata)].present ? v[KFM_AT(book, metadata)].json : NULL)};
    err = kfm_act_run(&answer, call, create, &it, NULL);
    KF_TRY(kf_flow_address_ask(kfm_flow(call), &call->tenant->id, &customer, it.refused, call->pool));
    KF_TRY(err);
    KF_TRY(add_checkout(&answer, call));
    return kfm_act_reply(call, &answer);
}

/* The booking's token comes in Authorization: Bearer, in ?token= or in the wizard's cookie. */
static kf_err_t *enter(kf_uuid_t *booking, const char **token, kfm_call_t *call)
{
    const char *id = kfm_call_param(call, "id");
    const kf_form_t *query;

    KF_TRY(kfm_call_query(&query, call));
    if (!kf_uuid_read(booking, id, strlen(id))) {
        return kf_err(call->pool, KF_E_NOT_FOUND, "There is no such booking.");
    }
    KF_TRY(kfm_tenant_of_booking(call, id));
    *token = kfm_call_bearer(call);
    if (!*token) {
        *token = kf_form_get(query, "token");
    }
    if (!*token) {
        *token = kfm_cookie_get(call, KFM_COOKIE_BOOKING);
    }
    return *token ? NULL : kf_err(call->pool, KF_E_UNAUTHORIZED, "Send the booking's token as Authorization: Bearer.");
}

kf_err_t *kfm_handle_booking_status(kfm_call_t *call)
{
    const kf_flow_t *flow = kfm_flow(call);
    const char *token, *return_url = NULL;
    kf_booking_view_t view;
    kf_uuid_t booking;
    kf_buf_t buf;

    KF_TRY(enter(&booking, &token, call));
    KF_TRY(kf_flow_booking_view(&view, flow, &call->tenant->id, &booking, token, call->pool));
    if (!view.token_ok) {
        return kf_err(call->pool, KF_E_TOKEN_WRONG, "This token does not belong to this booking.");
    }
    if (!strcmp(view.status, "paid") || !strcmp(view.status, "confirmed")) {
        KF_TRY(kf_flow_return_url(&return_url, flow, &call->tenant->id, &view, call->pool));
    }
    kf_buf_init(&buf, call->pool, 512, 8192);
    kf_json_open(&buf, '{');
    kf_json_str(&buf, "status", view.status);
    kf_json_str(&buf, "payment", view.payment);
    kf_json_utc(&buf, "start", view.start);
    kf_json_utc(&buf, "end", view.end);
    kf_json_str(&buf, "return_url", return_url);
    kf_json_close(&buf, '}');
    return kfm_reply_buf(call, 200, &buf);
}

static kf_err_t *pay_again(kf_answer_t *out, kf_db_t *db, void *baton, apr_pool_t *p)
{
    kfm_act_t *act = baton;
    kf_again_wish_t *wish = act->wish;
    kf_booked_t booked;
    kf_buf_t buf;

    wish->after = act->after;
    KF_TRY(kf_flow_pay_again(&booked, act->flow, db, act->tenant, wish, p));
    kf_buf_init(&buf, p, 1024, 8000);
    write_booked(&buf, &booked);
    return kfm_act_answer(out, 201, &buf, p);
}

kf_err_t *kfm_handle_payment_create(kfm_call_t *call)
{
    kf_answer_t answer = {0};
    kf_again_wish_t wish;
    const char *body;
    apr_size_t len;

    KF_TRY(kfm_body_read(&body, &len, call));
    KF_TRY(enter(&wish.booking, &wish.token, call));
    wish.origin = kfm_tenant_origin(call);
    KF_TRY(kfm_act_run(&answer, call, pay_again, &wish, kfm_act_asker(call, wish.token)));
    KF_TRY(add_checkout(&answer, call));
    return kfm_act_reply(call, &answer);
}
