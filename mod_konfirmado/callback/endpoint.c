/* /dashboard/callback-addresses: the endpoints of the merchant's systems, each with its secret. */
#include <apr_strings.h>
#include <string.h>

#include "fields.h"
#include "flow/callback/secrets.h"
#include "flow/once.h"
#include "flow_ctx.h"
#include "handle/act.h"
#include "handle/acts.h"
#include "handle/pages.h"
#include "http/body.h"
#include "json/decode.h"

#define PATH "/dashboard/callback-addresses"
#define OVERLAP_S (24 * 3600) /* the page mentions it */

static const char *const events[] = {"booking.paid",      "booking.confirmed", "booking.rescheduled",
                                     "booking.cancelled", "booking.completed", "booking.no_show",
                                     "booking.failed",    "booking.expired",   "payment.refund_due",
                                     "refund.succeeded"};

static apr_status_t forget(void *json)
{
    json_decref(json);
    return APR_SUCCESS;
}

/* "ops.event.booking_paid" of "booking.paid" */
static const char *event_word(kfm_call_t *call, const char *event)
{
    char *key = apr_pstrcat(call->pool, "ops.event.", event, NULL);

    for (char *c = key + strlen("ops.event."); *c; c++) {
        *c = *c == '.' ? '_' : *c;
    }
    return kfm_words(call, key, event);
}

static kfm_form_t form_of(kfm_call_t *call)
{
    json_t *options = json_object(), *list = json_array();

    for (size_t i = 0; i < sizeof(events) / sizeof(*events); i++) {
        json_array_append_new(list, json_pack("{s:s?, s:s?}", "value", events[i], "text", event_word(call, events[i])));
    }
    json_object_set_new(options, "events", list);
    apr_pool_cleanup_register(call->pool, options, forget, apr_pool_cleanup_null);
    return (kfm_form_t){.call = call, .group = "ops.endpoint", .fields = kfm_endpoint_fields,
                        .n = KFM_N(endpoint), .options = options};
}

static const char *path_of(kfm_call_t *call, const json_t *doc)
{
    return apr_pstrcat(call->pool, PATH "/", kfm_dash_text(doc, "id"), NULL);
}

/* Sets item: the data of an existing endpoint beside the form. */
static void put_item(kfm_view_t *view, json_t *doc)
{
    json_object_set_new(view->root, "item", json_pack("{s:s?, s:b, s:b}", "url", path_of(view->call, doc),
                                                      "first", kfm_dash_is(doc, "first"),
                                                      "off", kfm_dash_text(doc, "disabled_at") != NULL));
}

/* `secret`: a new secret, shown once, or NULL. */
static kf_err_t *show(const kfm_form_t *form, const char *secret, const kf_err_t *problem)
{
    kfm_call_t *call = form->call;
    const char *title = form->doc ? "ops.endpoint.title" : "ops.endpoint.new_title";
    int status = form->errors ? 422 : form->stale ? 412 : problem ? kf_code_http(problem->code) : 200;
    kfm_view_t view;

    KF_TRY(kfm_dash_begin(&view, call, "callbacks", kf_catalog_text(KFM_SAY(call), title)));
    kfm_dash_back(&view, PATH, kf_catalog_text(KFM_SAY(call), "ops.endpoint.list"));
    if (problem) {
        kfm_dash_problem(&view, problem);
    }
    kfm_put(view.root, "action", form->doc ? path_of(call, form->doc) : PATH);
    kfm_put(view.root, "submit_text", kf_catalog_text(KFM_SAY(call), form->doc ? "ops.endpoint.save" : "ops.endpoint.add"));
    kfm_put(view.root, "cancel_url", PATH);
    kfm_put(view.root, "new_secret", secret);
    kfm_put_flag(view.root, "fresh", form->doc && kfm_dash_text(form->doc, "secret") != NULL);
    kfm_put_null(view.root, "item");
    if (form->doc) {
        put_item(&view, (json_t *)form->doc);
    }
    KF_TRY(kfm_form_put(&view, form));
    return kfm_dash_send(&view, status, "callback/endpoint");
}

static kf_err_t *list(kfm_call_t *call, const kf_err_t *problem)
{
    kfm_view_t view;
    json_t *doc, *items, *item;
    size_t i;

    KF_TRY(kfm_admin_doc(&doc, call, false, &kf_doc_endpoint_list, KFM_ARGS(KFM_TENANT(call))));
    KF_TRY(kfm_dash_begin(&view, call, "callbacks", kf_catalog_text(KFM_SAY(call), "ops.endpoint.list")));
    kfm_dash_back(&view, "/dashboard/callbacks", kf_catalog_text(KFM_SAY(call), "ops.callback.list"));
    if (problem) {
        kfm_dash_problem(&view, problem);
    }
    items = json_object_get(doc, "items");
    json_array_foreach(items, i, item) {
        long waiting = (long)json_integer_value(json_object_get(item, "waiting"));

        kfm_put(item, "edit_url", path_of(call, item));
        kfm_put_flag(item, "off", kfm_dash_text(item, "disabled_at") != NULL);
        kfm_put_flag(item, "thin", !strcmp(kfm_dash_text(item, "form"), "thin"));
        kfm_put_flag(item, "failing", json_integer_value(json_object_get(item, "failing")) > 0);
        kfm_put(item, "waiting_text",
                waiting ? kf_catalog_plural(KFM_SAY(call), "ops.endpoint.waiting", waiting, call->pool) : NULL);
    }
    json_object_set(view.root, "items", items);
    kfm_put_flag(view.root, "room", json_array_size(items) < 5);
    return kfm_dash_send(&view, problem ? kf_code_http(problem->code) : 200, "callback/endpoints");
}

kf_err_t *kfm_dash_endpoints(kfm_call_t *call)
{
    return list(call, NULL);
}

kf_err_t *kfm_dash_endpoint_new(kfm_call_t *call)
{
    kfm_form_t form = form_of(call);

    return show(&form, NULL, NULL);
}

static kf_err_t *load(kfm_form_t *form, kf_uuid_t *id, kfm_call_t *call)
{
    json_t *doc;

    *form = form_of(call);
    KF_TRY(kfm_admin_id(id, call, "id"));
    KF_TRY(kfm_admin_doc(&doc, call, false, &kf_doc_endpoint_get, KFM_ARGS(KFM_TENANT(call), KF_UUID(id))));
    form->doc = doc;
    return NULL;
}

kf_err_t *kfm_dash_endpoint(kfm_call_t *call)
{
    kfm_form_t form;
    kf_uuid_t id;

    KF_TRY(load(&form, &id, call));
    return show(&form, NULL, NULL);
}

kf_err_t *kfm_dash_endpoint_save(kfm_call_t *call)
{
    kfm_form_t form;
    kf_uuid_t id;
    kf_err_t *err;
    json_t *doc;

    KF_TRY(load(&form, &id, call));
    KF_TRY(kfm_body_form(&form.posted, call));
    KF_TRY(kfm_form_read(&doc, &form));
    kfm_pages_check(doc, &form, &kfm_fields_endpoint, false);
    if (form.errors) {
        return show(&form, NULL, NULL);
    }
    err = kfm_admin_doc(&doc, call, true, &kf_doc_endpoint_change,
                        KFM_ARGS(KFM_TENANT(call), KF_UUID(&id), kfm_pages_version(form.posted),
                                 KF_TEXT(kfm_admin_text(call, doc))));
    if (!err) {
        return kfm_dash_go(call, PATH, "ops.endpoint_saved");
    }
    form.stale = err->code == KF_E_PRECONDITION;
    form.errors = err->code == KF_E_INVALID ? err : NULL;
    return form.stale || form.errors ? show(&form, NULL, NULL) : err;
}

kf_err_t *kfm_dash_endpoint_remove(kfm_call_t *call)
{
    kf_uuid_t id;
    json_t *doc;

    KF_TRY(kfm_admin_id(&id, call, "id"));
    KF_TRY(kfm_admin_doc(&doc, call, true, &kf_doc_endpoint_remove, KFM_ARGS(KFM_TENANT(call), KF_UUID(&id))));
    return kfm_dash_go(call, PATH, "ops.endpoint_removed");
}

kf_err_t *kfm_dash_endpoint_test(kfm_call_t *call)
{
    kfm_form_t form;
    kf_uuid_t id;
    kf_err_t *err;
    json_t *doc;

    KF_TRY(load(&form, &id, call));
    err = kfm_admin_doc(&doc, call, true, &kf_doc_message_test_at, KFM_ARGS(KFM_TENANT(call), KF_UUID(&id)));
    if (!err) {
        return kfm_dash_go(call, "/dashboard/callbacks", "ops.tested");
    }
    return err->code == KF_E_CONFLICT || err->code == KF_E_RATE_LIMITED ? show(&form, NULL, err) : err;
}

/* -- secrets: the answer itself shows them, without a redirect -- */

typedef struct {
    const kf_flow_t *flow;
    kf_secret_wish_t rotate;
    kf_endpoint_wish_t add;
    const char *secret;
    const char *json; /* of a new endpoint */
} made_t;

static kf_err_t *rotate(kf_answer_t *out, kf_db_t *db, void *baton, apr_pool_t *p)
{
    made_t *it = baton;
    kf_secret_made_t made;

    (void)out;
    KF_TRY(kf_flow_secret_rotate(&made, it->flow, db, &it->rotate, p));
    it->secret = made.secret;
    return NULL;
}

static kf_err_t *add(kf_answer_t *out, kf_db_t *db, void *baton, apr_pool_t *p)
{
    made_t *it = baton;
    kf_endpoint_made_t made;

    (void)out;
    KF_TRY(kf_flow_endpoint_add(&made, it->flow, db, &it->add, p));
    it->json = made.json;
    return NULL;
}

static kf_err_t *once(made_t *it, kfm_call_t *call, kfm_act_fn *fn)
{
    kf_once_ask_t plainly = {.tenant = &call->who->tenant};
    kf_once_fns_t fns = {fn, NULL, it};
    kf_answer_t unused;

    return kf_flow_once(&unused, it->flow, &plainly, &fns, call->pool);
}

kf_err_t *kfm_dash_endpoint_secret(kfm_call_t *call)
{
    made_t it = {.flow = kfm_flow(call)};
    kfm_form_t form;
    kf_uuid_t id;

    KF_TRY(load(&form, &id, call));
    it.rotate = (kf_secret_wish_t){.tenant = &call->who->tenant, .endpoint = &id, .actor = kfm_actor(call),
                                   .overlap_s = OVERLAP_S};
    KF_TRY(once(&it, call, rotate));
    return show(&form, it.secret, NULL);
}

kf_err_t *kfm_dash_endpoint_add(kfm_call_t *call)
{
    made_t it = {.flow = kfm_flow(call)};
    kfm_form_t form = form_of(call), saved = form;
    kf_err_t *err;
    json_t *doc;

    KF_TRY(kfm_body_form(&form.posted, call));
    KF_TRY(kfm_form_read(&doc, &form));
    kfm_pages_check(doc, &form, &kfm_fields_endpoint, true);
    if (form.errors) {
        return show(&form, NULL, NULL);
    }
    it.add = (kf_endpoint_wish_t){.tenant = &call->who->tenant, .actor = kfm_actor(call),
                                  .doc = kfm_admin_text(call, doc)};
    err = once(&it, call, add);
    if (err && err->code == KF_E_INVALID) {
        form.errors = err;
        return show(&form, NULL, NULL);
    }
    if (err) {
        return err->code == KF_E_CONFLICT ? show(&form, NULL, err) : err;
    }
    KF_TRY(kfm_admin_parse(&doc, call, it.json));
    saved.doc = doc;
    return show(&saved, kfm_dash_text(doc, "secret"), NULL);
}
