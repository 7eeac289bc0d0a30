/* /dashboard/mails: the kinds of mail that are sent, their notes, and failed mails. */
#include <apr_strings.h>
#include <string.h>

#include "handle/acts.h"
#include "handle/pages.h"
#include "http/body.h"
#include "mail/channel.h"
#include "mail/view.h"
#include "text/mail/mail.h"

#define PATH "/dashboard/mails"
#define NOTE_MAX 1000

static apr_status_t forget(void *json)
{
    json_decref(json);
    return APR_SUCCESS;
}

/* -- the fields "mails.KIND" and "mail_notes.KIND.LANGUAGE" of the form, nested in the document -- */

static json_t *inside(const json_t *doc, const char *name, apr_pool_t *p)
{
    const json_t *at = doc;
    char *rest = apr_pstrdup(p, name), *last, *part;

    for (part = apr_strtok(rest, ".", &last); part; part = apr_strtok(NULL, ".", &last)) {
        at = json_object_get(at, part);
    }
    return (json_t *)at;
}

static json_t *flat(const kfm_form_t *form, const json_t *rules)
{
    kfm_call_t *call = form->call;
    json_t *doc = json_object();

    apr_pool_cleanup_register(call->pool, doc, forget, apr_pool_cleanup_null);
    json_object_set(doc, "version", json_object_get(rules, "version"));
    for (size_t i = 0; i < form->n; i++) {
        const char *name = form->fields[i].name;
        json_t *value = inside(rules, name, call->pool);

        json_object_set(doc, name, value ? value : json_null());
    }
    return doc;
}

static void put_inside(json_t *doc, char *name, json_t *value)
{
    char *point = strchr(name, '.');
    json_t *inner;

    if (!point) {
        json_object_set(doc, name, value);
        return;
    }
    *point = '\0';
    inner = json_object_get(doc, name);
    if (!inner) {
        inner = json_object();
        json_object_set_new(doc, name, inner);
    }
    put_inside(inner, point + 1, value);
}

static json_t *nested(kfm_call_t *call, json_t *typed)
{
    json_t *doc = json_object(), *value;
    const char *name;

    apr_pool_cleanup_register(call->pool, doc, forget, apr_pool_cleanup_null);
    json_object_foreach(typed, name, value) {
        put_inside(doc, apr_pstrdup(call->pool, name), value);
    }
    return doc;
}

/* -- the page -- */

static void add_field(apr_array_header_t *fields, kf_field_t field)
{
    APR_ARRAY_PUSH(fields, kf_field_t) = field;
}

/* For each kind that the merchant may switch off. */
static void add_switches(apr_array_header_t *fields, kfm_call_t *call)
{
    const kf_mail_kind_t *kind;

    for (int i = 0; (kind = kf_mail_kind_at(i)); i++) {
        if (kind->choice != KF_MAIL_ALWAYS) {
            add_field(fields, (kf_field_t){.name = apr_pstrcat(call->pool, "mails.", kind->name, NULL),
                                           .said = kfm_mail_choice(call, kind->name), .type = KF_F_BOOL});
        }
    }
}

static void add_notes(apr_array_header_t *fields, apr_pool_t *p)
{
    const kf_mail_kind_t *kind;

    for (int i = 0; (kind = kf_mail_kind_at(i)); i++) {
        if (kind->choice == KF_MAIL_NOTED) {
            add_field(fields, (kf_field_t){.name = apr_pstrcat(p, "mail_notes.", kind->name, ".es", NULL),
                                           .said = "mails.note.es", .type = KF_F_AREA, .max = NOTE_MAX});
            add_field(fields, (kf_field_t){.name = apr_pstrcat(p, "mail_notes.", kind->name, ".en", NULL),
                                           .said = "mails.note.en", .type = KF_F_AREA, .max = NOTE_MAX});
        }
    }
}

static void put_fields(kfm_form_t *form)
{
    apr_array_header_t *fields = apr_array_make(form->call->pool, 32, sizeof(kf_field_t));

    add_switches(fields, form->call);
    add_field(fields, (kf_field_t){.name = "mail_reply_to", .type = KF_F_EMAIL, .max = 254});
    add_notes(fields, form->call->pool);
    form->fields = (const kf_field_t *)fields->elts;
    form->n = (size_t)fields->nelts;
}

static kf_err_t *begin(kfm_form_t *form, kfm_call_t *call)
{
    json_t *rules;

    KF_TRY(kfm_admin_doc(&rules, call, false, &kf_doc_rules_get, KFM_ARGS(KFM_TENANT(call))));
    *form = (kfm_form_t){.call = call, .group = "mails"};
    put_fields(form);
    form->doc = flat(form, rules);
    return NULL;
}

static kf_err_t *show(kfm_form_t *form, int status)
{
    kfm_call_t *call = form->call;
    kfm_mails_page_t page = {.form = form};
    kf_err_t *err;

    err = kfm_admin_doc(&page.channel, call, false, &kf_doc_mail_channel_get, KFM_ARGS(KFM_TENANT(call)));
    if (err && err->code != KF_E_NOT_FOUND) {
        return err;
    }
    KF_TRY(kfm_admin_doc(&page.trouble, call, false, &kf_doc_mail_trouble, KFM_ARGS(KFM_TENANT(call))));
    return kfm_page_mails(call, status, &page);
}

kf_err_t *kfm_dash_mails(kfm_call_t *call)
{
    kfm_form_t form;

    KF_TRY(begin(&form, call));
    return show(&form, 200);
}

kf_err_t *kfm_dash_mails_save(kfm_call_t *call)
{
    kfm_form_t form;
    json_t *doc, *saved;
    kf_err_t *err;

    KF_TRY(begin(&form, call));
    KF_TRY(kfm_body_form(&form.posted, call));
    KF_TRY(kfm_form_read(&doc, &form));
    if (form.errors) {
        return show(&form, 422);
    }
    err = kfm_admin_doc(&saved, call, true, &kf_doc_rules_change,
                        KFM_ARGS(KFM_TENANT(call), kfm_pages_version(form.posted),
                                 KF_TEXT(kfm_admin_text(call, nested(call, doc)))));
    if (err && err->code == KF_E_PRECONDITION) {
        form.stale = true;
        return show(&form, 412);
    }
    if (err && err->code == KF_E_INVALID) {
        form.errors = err;
        return show(&form, 422);
    }
    return err ? err : kfm_dash_go(call, PATH, "saved");
}
