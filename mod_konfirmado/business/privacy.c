/* /dashboard/privacy: the retention period, and the export and erasure of a customer's data. */
#include <apr_strings.h>
#include <string.h>

#include "business/privacy_view.h"
#include "fields.h"
#include "flow/business/customers.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "handle/pages.h"
#include "http/body.h"
#include "http/reply.h"
#include "text/validate.h"

#define PATH "/dashboard/privacy"

/* The page has the last fields of the rules. */
#define FIRST KFM_AT(rules, complete_after_hours)

typedef struct {
    kfm_form_t form;
    kfm_privacy_page_t page;
} privacy_t;

static kf_err_t *begin(privacy_t *it, kfm_call_t *call)
{
    json_t *rules;

    memset(it, 0, sizeof(*it));
    KF_TRY(kfm_admin_doc(&rules, call, false, &kf_doc_rules_get, KFM_ARGS(KFM_TENANT(call))));
    it->form = (kfm_form_t){.call = call, .group = "privacy", .fields = kfm_rules_fields + FIRST,
                            .n = KFM_N(rules) - FIRST, .doc = rules};
    it->page.form = &it->form;
    return NULL;
}

kf_err_t *kfm_dash_privacy(kfm_call_t *call)
{
    privacy_t it;

    KF_TRY(begin(&it, call));
    return kfm_page_privacy(call, 200, &it.page);
}

kf_err_t *kfm_dash_privacy_save(kfm_call_t *call)
{
    privacy_t it;
    json_t *doc, *saved;
    kf_err_t *err;

    KF_TRY(begin(&it, call));
    KF_TRY(kfm_body_form(&it.form.posted, call));
    KF_TRY(kfm_form_read(&doc, &it.form));
    if (it.form.errors) {
        return kfm_page_privacy(call, 422, &it.page);
    }
    err = kfm_admin_doc(&saved, call, true, &kf_doc_rules_change,
                        KFM_ARGS(KFM_TENANT(call), kfm_pages_version(it.form.posted), KF_TEXT(kfm_admin_text(call, doc))));
    if (err && err->code == KF_E_PRECONDITION) {
        it.form.stale = true;
        return kfm_page_privacy(call, 412, &it.page);
    }
    return err ? err : kfm_dash_go(call, PATH, "saved");
}

/* -- one customer, whose address is sent only in a body -- */

/* Reads the address into it->page, and its error into it->page.problem. */
static kf_err_t *read_email(privacy_t *it, kfm_call_t *call, const kf_form_t **form)
{
    const char *typed;

    KF_TRY(begin(it, call));
    KF_TRY(kfm_body_form(form, call));
    typed = kf_form_get(*form, "email");
    it->page.email = typed ? typed : "";
    it->page.problem = kf_validate_email(&typed, "email", it->page.email, call->pool);
    if (!it->page.problem) {
        it->page.email = typed;
    }
    return NULL;
}

static kf_err_t *refused(kfm_call_t *call, privacy_t *it, kf_err_t *err)
{
    if (err->code != KF_E_INVALID && err->code != KF_E_CONFLICT) {
        return err;
    }
    it->page.problem = err;
    return kfm_page_privacy(call, kf_code_http(err->code), &it->page);
}

kf_err_t *kfm_dash_customer_export(kfm_call_t *call)
{
    const kf_form_t *form;
    const char *json;
    privacy_t it;
    kf_err_t *err;

    KF_TRY(read_email(&it, call, &form));
    if (it.page.problem) {
        return kfm_page_privacy(call, 422, &it.page);
    }
    err = kf_flow_customer_export(&json, kfm_flow(call), &call->who->tenant, kfm_actor(call), it.page.email, call->pool);
    if (err) {
        return refused(call, &it, err);
    }
    apr_table_setn(call->r->headers_out, "Content-Disposition", "attachment; filename=\"datos-cliente.json\"");
    return kfm_reply_json(call, 200, json, strlen(json));
}

kf_err_t *kfm_dash_customer_erase(kfm_call_t *call)
{
    const kf_form_t *form;
    const char *json;
    privacy_t it;
    kf_err_t *err;

    KF_TRY(read_email(&it, call, &form));
    if (it.page.problem) {
        return kfm_page_privacy(call, 422, &it.page);
    }
    if (!kf_form_get(form, "sure")) {
        return kfm_page_erase_ask(call, it.page.email);
    }
    err = kf_flow_customer_erase(&json, kfm_flow(call), &call->who->tenant, kfm_actor(call), it.page.email, call->pool);
    if (err) {
        return refused(call, &it, err);
    }
    KF_TRY(kfm_admin_parse(&it.page.erased, call, json));
    it.page.email = NULL;
    return kfm_page_privacy(call, 200, &it.page);
}
