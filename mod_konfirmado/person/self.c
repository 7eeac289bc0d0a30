/* /dashboard/account: the own name, language, password and sessions. */
#include <string.h>

#include "flow/person/second_factor.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "handle/admin.h"
#include "http/body.h"
#include "http/reply.h"
#include "person/account_view.h"
#include "person/person.h"

#define HERE "/dashboard/account"

static kf_err_t *show(kfm_call_t *call, int status, kfm_account_page_t *page)
{
    const kf_member_t *member = kfm_auth_member(call);
    const char *sessions, *factor;

    KF_TRY(kf_flow_session_list(&sessions, kfm_flow(call), member, call->pool));
    KF_TRY(kf_flow_second_factor_view(&factor, kfm_flow(call), member, call->pool));
    KF_TRY(kfm_admin_parse(&page->sessions, call, sessions));
    KF_TRY(kfm_admin_parse(&page->factor, call, factor));
    return kfm_page_account(call, status, page);
}

kf_err_t *kfm_handle_account(kfm_call_t *call)
{
    kfm_account_page_t page = {0};

    return show(call, 200, &page);
}

kf_err_t *kfm_handle_account_profile(kfm_call_t *call)
{
    kfm_form_t form = {.call = call, .group = "auth.profile", .fields = kfm_profile_fields, .n = 2};
    kfm_account_page_t page = {0};
    const char *name;
    kf_err_t *err;
    json_t *doc;

    KF_TRY(kfm_body_form(&form.posted, call));
    KF_TRY(kfm_form_read(&doc, &form));
    err = form.errors;
    if (!err) {
        name = kfm_dash_text(doc, "name");
        err = kf_flow_change_profile(kfm_flow(call), kfm_auth_member(call), name ? name : "",
                                     kfm_dash_text(doc, "language"), call->pool);
    }
    if (err && err->code == KF_E_INVALID) {
        page.profile = form.posted;
        page.profile_errors = err;
        return show(call, 422, &page);
    }
    return err ? err : kfm_dash_go(call, HERE, "auth.profile");
}

/* Sets the box on top for a rate limit, and Retry-After. False for other errors. */
static bool say_refusal(const char **title, const char **text, kfm_call_t *call, const kf_visit_t *visit,
                        const kf_err_t *err)
{
    if (err->code != KF_E_RATE_LIMITED) {
        return false;
    }
    kfm_reply_retry_after(call, visit->retry_after_s);
    *title = kf_catalog_text(KFM_SAY(call), "auth.limited");
    *text = kfm_auth_wait(call, visit->retry_after_s);
    return true;
}

kf_err_t *kfm_handle_account_password(kfm_call_t *call)
{
    kf_member_t *member = kfm_auth_member(call);
    kfm_account_page_t page = {0};
    const kf_form_t *form;
    kf_err_t *err;

    KF_TRY(kfm_body_form(&form, call));
    err = kf_flow_change_password(kfm_flow(call), member, kfm_auth_typed(form, "current_password"),
                                  kfm_auth_typed(form, "password"), call->pool);
    if (!err) {
        return kfm_dash_go(call, HERE, "auth.password");
    }
    page.password = form;
    if (say_refusal(&page.problem_title, &page.problem_text, call, member->visit, err)) {
        return show(call, 429, &page);
    }
    if (!err->field) {
        return err;
    }
    page.password_errors = err;
    return show(call, 422, &page);
}

kf_err_t *kfm_handle_account_session(kfm_call_t *call)
{
    kf_uuid_t id;
    kf_err_t *err;

    KF_TRY(kfm_admin_id(&id, call, "id"));
    err = kf_flow_session_revoke(kfm_flow(call), kfm_auth_member(call), &id, call->pool);
    if (err && err->code != KF_E_NOT_FOUND) {
        return err;
    }
    /* it succeeds too if the session has ended meanwhile */
    return kfm_dash_go(call, HERE, "auth.session");
}
