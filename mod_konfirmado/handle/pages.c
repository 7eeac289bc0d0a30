#include "handle/pages.h"

#include <apr_strings.h>
#include <string.h>

#include "base/num.h"
#include "base/uuid.h"
#include "http/body.h"
#include "pay/provider.h"

#define MAX_VERSION 2147483647

const char *kfm_pages_word(kfm_call_t *call, const kfm_pages_t *pages, const char *name)
{
    return kf_catalog_text(KFM_SAY(call), apr_pstrcat(call->pool, pages->group, ".", name, NULL));
}

static const char *path_of(kfm_call_t *call, const kfm_pages_t *pages, const char *id, const char *verb)
{
    return apr_pstrcat(call->pool, pages->path, "/", id, verb, NULL);
}

kf_arg_t kfm_pages_version(const kf_form_t *form)
{
    const char *text = kf_form_get(form, "version");
    char *end;
    apr_int64_t n = text ? apr_strtoi64(text, &end, 10) : 0;

    return n < 1 || n > MAX_VERSION ? KF_NULL : KF_INT4((int32_t)n);
}

static apr_status_t forget(void *json)
{
    json_decref(json);
    return APR_SUCCESS;
}

/* -- one item -- */

static kf_err_t *begin_form(kfm_form_t *out, kfm_call_t *call, const kfm_pages_t *pages)
{
    json_t *options = json_object();

    apr_pool_cleanup_register(call->pool, options, forget, apr_pool_cleanup_null);
    *out = (kfm_form_t){.call = call, .group = pages->group, .provider = kf_pay_provider_at(0)->name, .options = options,
                        .fields = pages->fields ? pages->fields : pages->checks->fields,
                        .n = pages->fields ? pages->n : pages->checks->n};
    return pages->options ? pages->options(options, call) : NULL;
}

static kf_err_t *put_item(kfm_view_t *view, const kfm_pages_t *pages, const json_t *doc)
{
    json_t *item;

    if (!doc) {
        kfm_put_null(view->root, "item");
        return NULL;
    }
    item = json_deep_copy(doc);
    kfm_dash_words(item, view->call);
    if (pages->item) {
        pages->item(item, view->call);
    }
    json_object_set_new(view->root, "item", item);
    return NULL;
}

static const char *title_of(kfm_call_t *call, const kfm_pages_t *pages, const json_t *doc)
{
    return doc ? kfm_dash_text(doc, "name") : kfm_pages_word(call, pages, "new_title");
}

static kf_err_t *send_form(kfm_form_t *form, const kfm_pages_t *pages, int status, const kf_err_t *problem)
{
    kfm_call_t *call = form->call;
    const char *id = form->doc ? kfm_dash_text(form->doc, "id") : NULL;
    kfm_view_t view;

    KF_TRY(kfm_dash_begin(&view, call, pages->nav, title_of(call, pages, form->doc)));
    kfm_dash_back(&view, pages->path, kfm_pages_word(call, pages, "title"));
    kfm_put(view.root, "intro",
            form->doc ? NULL : kfm_words(call, apr_pstrcat(call->pool, pages->group, ".new_intro", NULL), NULL));
    kfm_put(view.root, "action", id ? path_of(call, pages, id, "") : pages->path);
    kfm_put(view.root, "cancel_url", pages->path);
    kfm_put(view.root, "archive_url", id ? path_of(call, pages, id, "/archive") : NULL);
    kfm_put(view.root, "restore_url", id ? path_of(call, pages, id, "/restore") : NULL);
    kfm_put(view.root, "archive_text", kfm_pages_word(call, pages, "archive"));
    kfm_put(view.root, "submit_text", id ? kf_catalog_text(KFM_SAY(call), "dash.save") : kfm_pages_word(call, pages, "create"));
    KF_TRY(put_item(&view, pages, form->doc));
    KF_TRY(kfm_form_put(&view, form));
    KF_TRY(pages->show ? pages->show(&view, form) : NULL);
    KF_TRY(kfm_pages_picture_refused(&view));
    if (problem) {
        kfm_dash_problem(&view, problem);
    }
    return kfm_dash_send(&view, status, pages->template);
}

kf_err_t *kfm_pages_new(kfm_call_t *call)
{
    const kfm_pages_t *pages = call->route->does;
    kfm_form_t form;

    KF_TRY(begin_form(&form, call, pages));
    return send_form(&form, pages, 200, NULL);
}

static bool may_be_null(const kfm_fields_t *checks, const char *name)
{
    for (size_t i = 0; i < checks->n; i++) {
        if (!strcmp(checks->fields[i].name, name)) {
            return checks->fields[i].nullable;
        }
    }
    return true;
}

void kfm_pages_check(json_t *doc, kfm_form_t *form, const kfm_fields_t *checks, bool fresh)
{
    const char *name;
    void *next;
    json_t *value;

    json_object_foreach_safe(doc, next, name, value) {
        if (json_is_null(value) && (fresh || !may_be_null(checks, name))) {
            json_object_del(doc, name);
        }
    }
    if (!form->errors) {
        form->errors = kfm_fields_read(NULL, form->call, doc, checks, true);
    }
}

static kf_err_t *read_doc(json_t **doc, kfm_form_t *form, const kfm_pages_t *pages)
{
    KF_TRY(kfm_body_form(&form->posted, form->call));
    KF_TRY(kfm_form_read(doc, form));
    KF_TRY(pages->read ? pages->read(*doc, form) : NULL);
    kfm_pages_check(*doc, form, pages->checks, !form->doc);
    return NULL;
}

/* Whether the form is only shown again as a preview; nothing is saved. */
static bool is_preview(const kfm_form_t *form)
{
    return kf_form_get(form->posted, "preview") != NULL;
}

/* Invalid input and conflicts are shown in the form; other errors are an error page. */
static kf_err_t *refused(kfm_form_t *form, const kfm_pages_t *pages, kf_err_t *err)
{
    if (err->code == KF_E_INVALID) {
        form->errors = err;
        return send_form(form, pages, 422, NULL);
    }
    return err->code == KF_E_CONFLICT ? send_form(form, pages, 409, err) : err;
}

kf_err_t *kfm_pages_create(kfm_call_t *call)
{
    const kfm_pages_t *pages = call->route->does;
    kfm_form_t form;
    kf_uuid_t id;
    json_t *doc;
    kf_err_t *err;

    KF_TRY(begin_form(&form, call, pages));
    KF_TRY(read_doc(&doc, &form, pages));
    if (form.errors || is_preview(&form)) {
        return send_form(&form, pages, form.errors ? 422 : 200, NULL);
    }
    KF_TRY(kf_uuid_random(&id, call->pool));
    err = kfm_admin_doc(&doc, call, true, pages->add,
                        KFM_ARGS(KFM_TENANT(call), KF_UUID(&id), KF_TEXT(kfm_admin_text(call, doc))));
    return err ? refused(&form, pages, err)
               : kfm_dash_go(call, pages->path, apr_pstrcat(call->pool, pages->group, "_created", NULL));
}

static kf_err_t *get(json_t **out, kf_uuid_t *id, kfm_call_t *call, const kfm_pages_t *pages)
{
    KF_TRY(kfm_admin_id(id, call, "id"));
    return kfm_admin_doc(out, call, false, pages->get, KFM_ARGS(KFM_TENANT(call), KF_UUID(id)));
}

static kf_err_t *begin_saved(kfm_form_t *form, kf_uuid_t *id, kfm_call_t *call, const kfm_pages_t *pages)
{
    json_t *doc;

    KF_TRY(begin_form(form, call, pages));
    KF_TRY(get(&doc, id, call, pages));
    form->doc = doc;
    form->currency = kfm_dash_text(doc, "currency");
    return NULL;
}

kf_err_t *kfm_pages_open(kfm_call_t *call)
{
    const kfm_pages_t *pages = call->route->does;
    kfm_form_t form;
    kf_uuid_t id;

    KF_TRY(begin_saved(&form, &id, call, pages));
    return send_form(&form, pages, 200, NULL);
}

kf_err_t *kfm_pages_save(kfm_call_t *call)
{
    const kfm_pages_t *pages = call->route->does;
    kfm_form_t form;
    kf_uuid_t id;
    json_t *doc;
    kf_err_t *err;

    KF_TRY(begin_saved(&form, &id, call, pages));
    KF_TRY(read_doc(&doc, &form, pages));
    if (form.errors || is_preview(&form)) {
        return send_form(&form, pages, form.errors ? 422 : 200, NULL);
    }
    err = kfm_admin_doc(&doc, call, true, pages->change,
                        KFM_ARGS(KFM_TENANT(call), KF_UUID(&id), kfm_pages_version(form.posted),
                                 KF_TEXT(kfm_admin_text(call, doc))));
    if (err && err->code == KF_E_PRECONDITION) {
        form.stale = true;
        return send_form(&form, pages, 412, NULL);
    }
    return err ? refused(&form, pages, err) : kfm_dash_go(call, pages->path, "saved");
}

/* -- archive and restore -- */

kf_err_t *kfm_pages_ask(kfm_call_t *call)
{
    const kfm_pages_t *pages = call->route->does;
    const char *name, *id;
    kfm_view_t view;
    kf_uuid_t uuid;
    json_t *doc, *future;

    KF_TRY(get(&doc, &uuid, call, pages));
    name = kfm_dash_text(doc, "name");
    id = kfm_dash_text(doc, "id");
    future = json_object_get(doc, "future_bookings");
    KF_TRY(kfm_dash_begin(&view, call, pages->nav,
                          kf_catalog_format(KFM_SAY(call), apr_pstrcat(call->pool, pages->group, ".archive_title", NULL),
                                            call->pool, "name", name, NULL)));
    kfm_dash_back(&view, path_of(call, pages, id, ""), name);
    kfm_put(view.root, "text", kfm_pages_word(call, pages, "archive_text"));
    kfm_put(view.root, "future_text",
            json_integer_value(future) > 0
                ? kf_catalog_plural(KFM_SAY(call), "dash.future", (long)json_integer_value(future), call->pool) : NULL);
    kfm_put(view.root, "action", path_of(call, pages, id, "/archive"));
    kfm_put(view.root, "cancel_url", path_of(call, pages, id, ""));
    kfm_put(view.root, "submit_text", kfm_pages_word(call, pages, "archive"));
    kfm_put(view.root, "version",
            apr_psprintf(call->pool, "%" APR_INT64_T_FMT, (apr_int64_t)json_integer_value(json_object_get(doc, "version"))));
    return kfm_dash_send(&view, 200, "dash/ask");
}

static kf_err_t *act(kfm_call_t *call, const kfm_pages_t *pages, const kf_stmt_t *stmt, const char *key)
{
    const kf_form_t *form;
    kf_uuid_t id;
    json_t *doc;

    KF_TRY(kfm_admin_id(&id, call, "id"));
    KF_TRY(kfm_body_form(&form, call));
    KF_TRY(kfm_admin_doc(&doc, call, true, stmt, KFM_ARGS(KFM_TENANT(call), KF_UUID(&id), kfm_pages_version(form))));
    return kfm_dash_go(call, pages->path, key);
}

kf_err_t *kfm_pages_archive(kfm_call_t *call)
{
    const kfm_pages_t *pages = call->route->does;
    return act(call, pages, pages->archive, apr_pstrcat(call->pool, pages->group, "_archived", NULL));
}

kf_err_t *kfm_pages_restore(kfm_call_t *call)
{
    const kfm_pages_t *pages = call->route->does;
    kf_uuid_t id;
    json_t *doc;

    if (pages->restore) {
        return act(call, pages, pages->restore, "restored");
    }
    KF_TRY(kfm_admin_id(&id, call, "id"));
    KF_TRY(kfm_admin_doc(&doc, call, true, pages->change,
                         KFM_ARGS(KFM_TENANT(call), KF_UUID(&id), KF_NULL, KF_TEXT("{\"active\":true}"))));
    return kfm_dash_go(call, pages->path, "restored");
}

/* -- pictures -- */

void kfm_pages_picture_form(kfm_view_t *view, const kfm_form_t *form, const char *path, const char *verb)
{
    const char *id = form->doc ? kfm_dash_text(form->doc, "id") : NULL;

    kfm_put(view->root, "photo_action", id ? apr_pstrcat(view->call->pool, path, id, verb, NULL) : NULL);
    kfm_put_flag(view->root, "round", !strcmp(verb, "/photo"));
}

kf_err_t *kfm_pages_upload(kfm_call_t *call, const kfm_pages_t *pages, kf_upload_kind_t kind)
{
    const char *path, *json;
    kf_uuid_t id;
    kf_err_t *err;

    KF_TRY(kfm_admin_id(&id, call, "id"));
    path = path_of(call, pages, kf_uuid_text(&id, call->pool), "");
    err = kfm_upload_take(&json, call, kind, &id, NULL);
    if (err && (err->code == KF_E_INVALID || err->code == KF_E_TOO_LARGE)) {
        return kfm_dash_go(call, kfm_url_add(call->pool, path, "picture", "refused"), NULL);
    }
    return err ? err : kfm_dash_go(call, path, "picture_saved");
}
