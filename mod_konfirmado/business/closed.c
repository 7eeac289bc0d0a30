/* /dashboard/closed-days */
#include <apr_strings.h>
#include <apr_time.h>

#include "handle/acts.h"
#include "handle/pages.h"
#include "http/body.h"
#include "time/instant.h"

#define PATH "/dashboard/closed-days"

static const kf_field_t fields[] = {
    {.name = "day", .type = KF_F_DATE, .required = true},
    {.name = "reason", .type = KF_F_TEXT, .max = 200},
};

/* After a closed day was removed, one click restores it. */
static void put_undo(kfm_view_t *view, const kf_form_t *query)
{
    const char *day = kf_form_get(query, "undo"), *reason = kf_form_get(query, "reason");

    if (!day) {
        kfm_put_null(view->root, "undo");
        return;
    }
    json_object_set_new(view->root, "undo", json_pack("{s:s?, s:s?}", "day", day, "reason", reason ? reason : ""));
}

static void put_days(kfm_view_t *view, json_t *items)
{
    kfm_call_t *call = view->call;
    json_t *item;
    size_t i;

    kfm_dash_words(items, call);
    json_array_foreach(items, i, item) {
        kfm_put(item, "action", apr_pstrcat(call->pool, PATH "/", kfm_dash_text(item, "day"), "/remove", NULL));
    }
    json_object_set(view->root, "items", items);
}

static kf_err_t *show_page(kfm_call_t *call, kfm_form_t *form, int status)
{
    kf_date_t today = kf_instant_date((kf_instant_t)apr_time_now(), 0) - 1; /* no zone's today is earlier */
    const char *ask = apr_pstrcat(call->pool, "{\"limit\":200,\"from\":\"", kf_date_text(today, call->pool), "\"}", NULL);
    const kf_form_t *query;
    kfm_view_t view;
    json_t *page;

    KF_TRY(kfm_call_query(&query, call));
    KF_TRY(kfm_admin_doc(&page, call, false, &kf_doc_closed_day_page, KFM_ARGS(KFM_TENANT(call), KF_TEXT(ask))));
    KF_TRY(kfm_dash_begin(&view, call, "closed_days", kf_catalog_text(KFM_SAY(call), "closed.title")));
    kfm_put(view.root, "intro", kf_catalog_text(KFM_SAY(call), "closed.intro"));
    put_undo(&view, query);
    put_days(&view, json_object_get(page, "items"));
    KF_TRY(kfm_form_put(&view, form));
    return kfm_dash_send(&view, status, "business/closed_days");
}

static kfm_form_t form_of(kfm_call_t *call)
{
    return (kfm_form_t){.call = call, .group = "closed", .fields = fields, .n = sizeof(fields) / sizeof(*fields)};
}

kf_err_t *kfm_dash_closed_days(kfm_call_t *call)
{
    kfm_form_t form = form_of(call);

    return show_page(call, &form, 200);
}

kf_err_t *kfm_dash_closed_add(kfm_call_t *call)
{
    kfm_form_t form = form_of(call);
    json_t *doc;

    KF_TRY(kfm_body_form(&form.posted, call));
    KF_TRY(kfm_form_read(&doc, &form));
    if (!form.errors) {
        form.errors = kfm_admin_doc(&doc, call, true, &kf_doc_closed_day_add,
                                    KFM_ARGS(KFM_TENANT(call), KF_TEXT(kfm_admin_text(call, doc))));
        if (form.errors && form.errors->code != KF_E_INVALID) {
            return form.errors;
        }
    }
    return form.errors ? show_page(call, &form, 422) : kfm_dash_go(call, PATH, "closed_added");
}

kf_err_t *kfm_dash_closed_remove(kfm_call_t *call)
{
    const char *day = kfm_call_param(call, "day"), *reason;
    json_t *doc;

    KF_TRY(kfm_admin_doc(&doc, call, true, &kf_doc_closed_day_remove, KFM_ARGS(KFM_TENANT(call), KF_TEXT(day))));
    reason = kfm_dash_text(doc, "reason");
    return kfm_dash_go(call, kfm_url_add(call->pool, kfm_url_add(call->pool, PATH, "undo", day), "reason", reason ? reason : ""),
                       "closed_removed");
}
