/* /dashboard/professionals/{id}/calendar, /dashboard/conflicts */
#include <apr_strings.h>
#include <string.h>

#include "calendar/calendar.h"
#include "calendar/pages_view.h"
#include "flow/provider.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "handle/admin.h"
#include "handle/filter.h"
#include "handle/pages.h"
#include "http/body.h"
#include "http/reply.h"

static const kf_field_t fields[] = {
    {.name = "write", .type = KF_F_CHOICE, .max = 300},
    {.name = "summary", .type = KF_F_TEXT, .max = 200},
    {.name = "meeting", .type = KF_F_BOOL},
    {.name = "guest", .type = KF_F_BOOL},
};

static apr_status_t forget(void *json)
{
    json_decref(json);
    return APR_SUCCESS;
}

/* -- the data of the page -- */

typedef struct {
    kf_uuid_t id;
    kfm_form_t form;
    kfm_calendar_page_t page;
} calendar_t;

static void add_choice(json_t *list, const char *value, const char *text)
{
    json_t *item = json_object();

    kfm_put(item, "value", value);
    kfm_put(item, "text", text && *text ? text : value);
    json_array_append_new(list, item);
}

/* The choices for writing bookings: none, or a calendar of the account, as listed when it was connected. */
static json_t *write_choices(kfm_call_t *call, const json_t *calendar)
{
    json_t *list = json_array(), *item;
    size_t i;

    add_choice(list, "", kf_catalog_text(KFM_SAY(call), "connect.dash.write_none"));
    json_array_foreach(json_object_get(calendar, "calendars"), i, item) {
        if (kfm_dash_is(item, "may_write")) {
            add_choice(list, kfm_dash_text(item, "id"), kfm_dash_text(item, "name"));
        }
    }
    return list;
}

static kf_err_t *open_calendar(calendar_t *it, kfm_call_t *call)
{
    json_t *options = json_object();

    apr_pool_cleanup_register(call->pool, options, forget, apr_pool_cleanup_null);
    memset(it, 0, sizeof(*it));
    KF_TRY(kfm_admin_id(&it->id, call, "id"));
    KF_TRY(kfm_admin_doc(&it->page.professional, call, false, &kf_doc_professional_get,
                         KFM_ARGS(KFM_TENANT(call), KF_UUID(&it->id))));
    KF_TRY(kfm_admin_doc(&it->page.calendar, call, false, &kf_doc_calendar_get,
                         KFM_ARGS(KFM_TENANT(call), KF_UUID(&it->id))));
    json_object_set_new(options, "write", write_choices(call, it->page.calendar));
    it->form = (kfm_form_t){.call = call, .group = "connect.settings", .provider = kf_flow_calendar_provider(kfm_flow(call))->name,
                            .fields = fields, .n = sizeof(fields) / sizeof(*fields), .options = options, .doc = it->page.calendar};
    it->page.form = &it->form;
    return NULL;
}

kf_err_t *kfm_dash_calendar(kfm_call_t *call)
{
    calendar_t it;

    KF_TRY(open_calendar(&it, call));
    return kfm_page_calendar(call, 200, &it.page);
}

/* Shows the page again with the reason of a refusal. Returns errors that are not for the user. */
static kf_err_t *refused(kfm_call_t *call, calendar_t *it, kf_err_t *err)
{
    if (!kfm_filter_shown(err)) {
        return err;
    }
    it->page.problem = err;
    return kfm_page_calendar(call, kf_code_http(err->code), &it->page);
}

static kf_err_t *back_to(kfm_call_t *call, const calendar_t *it, const char *done)
{
    return kfm_dash_go(call, apr_pstrcat(call->pool, "/dashboard/professionals/", kf_uuid_text(&it->id, call->pool),
                                         "/calendar", NULL), done);
}

/* -- settings -- */

static kf_err_t *read_settings(json_t **doc, kfm_form_t *form)
{
    KF_TRY(kfm_body_form(&form->posted, form->call));
    KF_TRY(kfm_form_read(doc, form));
    if (json_is_null(json_object_get(*doc, "summary"))) {
        json_object_set_new(*doc, "summary", json_string(""));
    }
    kfm_pages_check(*doc, form, &kfm_fields_calendar, false);
    return NULL;
}

kf_err_t *kfm_dash_calendar_save(kfm_call_t *call)
{
    calendar_t it;
    json_t *doc, *saved;
    kf_err_t *err;

    KF_TRY(open_calendar(&it, call));
    KF_TRY(read_settings(&doc, &it.form));
    if (it.form.errors) {
        return kfm_page_calendar(call, 422, &it.page);
    }
    err = kfm_admin_doc(&saved, call, true, &kf_doc_calendar_change,
                        KFM_ARGS(KFM_TENANT(call), KF_UUID(&it.id), kfm_pages_version(it.form.posted),
                                 KF_TEXT(kfm_admin_text(call, doc))));
    if (!err) {
        return back_to(call, &it, "saved");
    }
    if (err->code == KF_E_INVALID && err->field) {
        it.form.errors = err;
        return kfm_page_calendar(call, 422, &it.page);
    }
    if (err->code == KF_E_PRECONDITION) {
        it.form.stale = true;
        return kfm_page_calendar(call, 412, &it.page);
    }
    return refused(call, &it, err);
}

/* -- acts -- */

/* The answer itself shows the link, without a redirect. It cannot be shown again. */
kf_err_t *kfm_dash_calendar_invite(kfm_call_t *call)
{
    kf_connect_invited_t made;
    kf_connect_wish_t wish;
    const kf_form_t *form;
    calendar_t it;
    kf_err_t *err;

    KF_TRY(open_calendar(&it, call));
    KF_TRY(kfm_body_form(&form, call));
    it.page.email = kf_form_get(form, "email");
    wish = (kf_connect_wish_t){&it.id, it.page.email, NULL};
    err = kfm_calendar_invite(&made, call, &wish);
    if (err && err->code == KF_E_INVALID) {
        it.page.invite_errors = err;
        return kfm_page_calendar(call, 422, &it.page);
    }
    if (err) {
        return refused(call, &it, err);
    }
    KF_TRY(kfm_admin_doc(&it.page.calendar, call, false, &kf_doc_calendar_get,
                         KFM_ARGS(KFM_TENANT(call), KF_UUID(&it.id))));
    it.page.invited = &made;
    return kfm_page_calendar(call, 200, &it.page);
}

kf_err_t *kfm_dash_calendar_test(kfm_call_t *call)
{
    const char *json;
    calendar_t it;
    kf_err_t *err;

    KF_TRY(open_calendar(&it, call));
    err = kf_flow_connect_try(&json, kfm_flow(call), &call->who->tenant, &it.id, call->pool);
    if (err && err->code == KF_E_NOT_FOUND) { /* disconnected meanwhile */
        return back_to(call, &it, NULL);
    }
    KF_TRY(err);
    KF_TRY(kfm_admin_parse(&it.page.tried, call, json));
    KF_TRY(kfm_admin_doc(&it.page.calendar, call, false, &kf_doc_calendar_get,
                         KFM_ARGS(KFM_TENANT(call), KF_UUID(&it.id))));
    return kfm_page_calendar(call, 200, &it.page);
}

kf_err_t *kfm_dash_calendar_ask(kfm_call_t *call)
{
    calendar_t it;

    KF_TRY(open_calendar(&it, call));
    return kfm_page_calendar_ask(call, it.page.professional, it.page.calendar);
}

kf_err_t *kfm_dash_calendar_disconnect(kfm_call_t *call)
{
    calendar_t it;
    json_t *doc;
    kf_err_t *err;

    KF_TRY(open_calendar(&it, call));
    err = kfm_admin_doc(&doc, call, true, &kf_doc_calendar_disconnect, KFM_ARGS(KFM_TENANT(call), KF_UUID(&it.id)));
    return err ? refused(call, &it, err) : back_to(call, &it, "connect.disconnected");
}

/* -- conflicts, and events that could not be written -- */

kf_err_t *kfm_calendar_mark(json_t *bookings, kfm_call_t *call)
{
    json_t *doc, *conflict, *booking;
    size_t i, k;

    if (!json_array_size(bookings)) {
        return NULL;
    }
    KF_TRY(kfm_admin_doc(&doc, call, false, &kf_doc_calendar_conflict_page,
                         KFM_ARGS(KFM_TENANT(call), KF_TEXT("{\"limit\":200}"))));
    json_array_foreach(json_object_get(doc, "items"), i, conflict) {
        const char *id = kfm_dash_text(json_object_get(conflict, "booking"), "id");

        json_array_foreach(bookings, k, booking) {
            if (!strcmp(kfm_dash_text(booking, "id"), id)) {
                json_object_set_new(booking, "conflict", json_true());
            }
        }
    }
    return NULL;
}

kf_err_t *kfm_dash_event_retry(kfm_call_t *call)
{
    const char *path;
    kf_uuid_t id;
    json_t *doc;
    kf_err_t *err;

    KF_TRY(kfm_admin_id(&id, call, "id"));
    path = apr_pstrcat(call->pool, "/dashboard/bookings/", kf_uuid_text(&id, call->pool), NULL);
    err = kfm_admin_doc(&doc, call, true, &kf_doc_calendar_event_retry, KFM_ARGS(KFM_TENANT(call), KF_UUID(&id)));
    if (!err) {
        return kfm_dash_go(call, path, "connect.retried");
    }
    return kfm_view_refused(call, "/dashboard/conflicts", err);
}
