/* /dashboard/staff. */
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

#include "flow/person/staff.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "handle/admin.h"
#include "http/body.h"
#include "http/reply.h"
#include "person/account_view.h"
#include "person/person.h"
#include "text/validate.h"

#define HERE "/dashboard/staff"

static kfm_form_t invite_form(kfm_call_t *call)
{
    return (kfm_form_t){.call = call, .group = "auth.invite", .fields = kfm_invite_fields, .n = 4};
}

static kf_err_t *show(kfm_call_t *call, int status, kfm_staff_page_t *page)
{
    const char *json;

    KF_TRY(kf_flow_staff_page(&json, kfm_flow(call), kfm_auth_member(call), call->pool));
    KF_TRY(kfm_admin_parse(&page->people, call, json));
    return kfm_page_staff(call, status, page);
}

kf_err_t *kfm_handle_staff(kfm_call_t *call)
{
    kfm_form_t form = invite_form(call);
    kfm_staff_page_t page = {.form = &form};

    return show(call, 200, &page);
}

static kf_err_t *limited(kfm_call_t *call, kfm_staff_page_t *page, const kf_visit_t *visit)
{
    kfm_reply_retry_after(call, visit->retry_after_s);
    page->problem_title = kf_catalog_text(KFM_SAY(call), "auth.limited");
    page->problem_text = kfm_auth_wait(call, visit->retry_after_s);
    return show(call, 429, page);
}

static kf_err_t *invite(kfm_call_t *call, const kf_invite_wish_t *wish, kfm_staff_page_t *page)
{
    kf_member_t *member = kfm_auth_member(call);
    const char *json;
    kf_err_t *err = kf_flow_staff_invite(&json, kfm_flow(call), member, wish, call->pool);

    if (!err) {
        return kfm_dash_go(call, HERE, "auth.invite_sent");
    }
    if (err->code == KF_E_RATE_LIMITED) {
        return limited(call, page, member->visit);
    }
    if (!err->field) {
        return err;
    }
    kf_err_add(&page->form->errors, err);
    return show(call, kf_code_http(err->code), page);
}

kf_err_t *kfm_handle_staff_invite(kfm_call_t *call)
{
    kfm_form_t form = invite_form(call);
    kfm_staff_page_t page = {.form = &form};
    kf_invite_wish_t wish;
    json_t *doc;

    KF_TRY(kfm_body_form(&form.posted, call));
    KF_TRY(kfm_form_read(&doc, &form));
    if (form.errors) {
        return show(call, 422, &page);
    }
    wish = (kf_invite_wish_t){kfm_dash_text(doc, "email"), kfm_dash_text(doc, "name"), kfm_dash_text(doc, "role"),
                              kfm_dash_text(doc, "language")};
    return invite(call, &wish, &page);
}

/* -- one person: a button each -- */

/* Sends the invitation again. The former link ends. */
static kf_err_t *invite_again(kfm_call_t *call, const kf_uuid_t *id, kfm_staff_page_t *page)
{
    kf_invite_wish_t wish;
    const char *json;
    json_t *doc;

    KF_TRY(kf_flow_staff_get(&json, kfm_flow(call), kfm_auth_member(call), id, call->pool));
    KF_TRY(kfm_admin_parse(&doc, call, json));
    wish = (kf_invite_wish_t){kfm_dash_text(doc, "email"), kfm_dash_text(doc, "name"), kfm_dash_text(doc, "role"),
                              kfm_dash_text(doc, "language")};
    return invite(call, &wish, page);
}

static bool change_of(kf_staff_change_t *out, const char **done, const char *act)
{
    static const struct {
        const char *act, *role, *done;
        int enabled;
    } acts[] = {{"make_owner", "owner", "auth.role", -1},
                {"make_staff", "staff", "auth.role", -1},
                {"disable", NULL, "auth.disabled", 0},
                {"enable", NULL, "auth.enabled", 1}};

    for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
        if (strcmp(acts[i].act, act) == 0) {
            *out = (kf_staff_change_t){.role = acts[i].role, .enabled = acts[i].enabled};
            *done = acts[i].done;
            return true;
        }
    }
    return false;
}

static int version_of(const kf_form_t *form, kfm_call_t *call)
{
    int64_t version;

    return kf_validate_int(&version, "version", kf_form_get(form, "version"), 1, INT32_MAX, call->pool) ? 0
                                                                                                        : (int)version;
}

kf_err_t *kfm_handle_staff_change(kfm_call_t *call)
{
    kfm_form_t empty = invite_form(call);
    kfm_staff_page_t page = {.form = &empty};
    kf_staff_change_t change;
    const kf_form_t *form;
    const char *act, *done, *json;
    kf_uuid_t id;
    kf_err_t *err;

    KF_TRY(kfm_admin_id(&id, call, "id"));
    KF_TRY(kfm_body_form(&form, call));
    act = kfm_auth_typed(form, "act");
    if (strcmp(act, "invite") == 0) {
        return invite_again(call, &id, &page);
    }
    if (!change_of(&change, &done, act)) {
        return kf_err_field(call->pool, KF_E_INVALID, "act", "There is no such act.");
    }
    change.version = version_of(form, call);
    err = kf_flow_staff_change(&json, kfm_flow(call), kfm_auth_member(call), &id, &change, call->pool);
    if (!err) {
        return kfm_dash_go(call, HERE, done);
    }
    if (err->code != KF_E_CONFLICT && err->code != KF_E_PRECONDITION) {
        return err;
    }
    page.problem_title = kf_catalog_text(KFM_SAY(call), err->code == KF_E_CONFLICT ? "auth.staff.conflict_title"
                                                                                  : "problem.precondition_failed.title");
    page.problem_text = kf_catalog_text(KFM_SAY(call), err->code == KF_E_CONFLICT ? "auth.staff.conflict_text"
                                                                                 : "problem.precondition_failed.text");
    return show(call, kf_code_http(err->code), &page);
}
