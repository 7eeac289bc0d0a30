/* /dashboard/account/second-factor. */
#include <apr_strings.h>
#include <string.h>

#include "crypto/hash.h"
#include "flow/person/second_factor.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "handle/admin.h"
#include "http/body.h"
#include "http/reply.h"
#include "person/account_view.h"
#include "person/person.h"

#define HERE "/dashboard/account/second-factor"
#define MAX_SECRET 64
#define MAX_APP_URL 1000

static kf_err_t *show(kfm_call_t *call, int status, kfm_factor_page_t *page)
{
    const char *json;

    KF_TRY(kf_flow_second_factor_view(&json, kfm_flow(call), kfm_auth_member(call), call->pool));
    KF_TRY(kfm_admin_parse(&page->factor, call, json));
    return kfm_page_factor(call, status, page);
}

/* Shows the page again with the error. If the state has changed meanwhile, redirects to the page. */
static kf_err_t *again(kfm_call_t *call, kfm_factor_page_t *page, const kf_member_t *member, kf_err_t *err)
{
    if (err->code == KF_E_RATE_LIMITED) {
        kfm_reply_retry_after(call, member->visit->retry_after_s);
        page->problem_title = kf_catalog_text(KFM_SAY(call), "auth.limited");
        page->problem_text = kfm_auth_wait(call, member->visit->retry_after_s);
        return show(call, 429, page);
    }
    if (err->code == KF_E_CONFLICT) {
        return kfm_reply_redirect(call, HERE);
    }
    if (!err->field) {
        return err;
    }
    page->errors = err;
    return show(call, 422, page);
}

kf_err_t *kfm_handle_factor(kfm_call_t *call)
{
    kfm_factor_page_t page = {0};

    return show(call, 200, &page);
}

kf_err_t *kfm_handle_factor_begin(kfm_call_t *call)
{
    kf_member_t *member = kfm_auth_member(call);
    kfm_factor_page_t page = {0};
    kf_totp_begun_t begun;
    const kf_form_t *form;
    kf_err_t *err;

    KF_TRY(kfm_body_form(&form, call));
    page.typed = form;
    err = kf_flow_totp_begin(&begun, kfm_flow(call), member, kfm_auth_typed(form, "password"), call->pool);
    if (err) {
        return again(call, &page, member, err);
    }
    page.typed = NULL;
    page.secret = begun.secret;
    page.url = begun.url;
    return show(call, 200, &page);
}

static kf_err_t *show_codes(kfm_call_t *call, kf_recovery_t *recovery)
{
    const char **codes = apr_pcalloc(call->pool, sizeof(*codes) * (KF_RECOVERY_CODES + 1));
    kfm_factor_page_t page = {.codes = codes};
    kf_err_t *err;

    for (int i = 0; i < KF_RECOVERY_CODES; i++) {
        codes[i] = recovery->codes[i];
    }
    err = show(call, 200, &page);
    kf_wipe(recovery, sizeof(*recovery));
    return err;
}

/* The form returns the secret, only so that it can be shown again after a wrong code. */
static void keep_begun(kfm_factor_page_t *page, const kf_form_t *form)
{
    const char *secret = kfm_auth_typed(form, "secret"), *url = kfm_auth_typed(form, "url");

    if (strlen(secret) <= MAX_SECRET && strlen(url) <= MAX_APP_URL && strncmp(url, "otpauth://totp/", 15) == 0) {
        page->secret = secret;
        page->url = url;
    }
}

kf_err_t *kfm_handle_factor_confirm(kfm_call_t *call)
{
    kf_member_t *member = kfm_auth_member(call);
    kfm_factor_page_t page = {0};
    kf_recovery_t recovery;
    const kf_form_t *form;
    kf_err_t *err;

    KF_TRY(kfm_body_form(&form, call));
    err = kf_flow_totp_confirm(&recovery, kfm_flow(call), member, kfm_auth_typed(form, "code"), call->pool);
    if (!err) {
        return show_codes(call, &recovery);
    }
    page.typed = form;
    keep_begun(&page, form);
    return again(call, &page, member, err);
}

kf_err_t *kfm_handle_factor_disable(kfm_call_t *call)
{
    kf_member_t *member = kfm_auth_member(call);
    kfm_factor_page_t page = {0};
    kf_err_t *err;

    KF_TRY(kfm_body_form(&page.typed, call));
    err = kf_flow_totp_disable(kfm_flow(call), member, kfm_auth_typed(page.typed, "password"), call->pool);
    return err ? again(call, &page, member, err) : kfm_dash_go(call, "/dashboard/account", "auth.factor_off");
}

kf_err_t *kfm_handle_factor_codes(kfm_call_t *call)
{
    kf_member_t *member = kfm_auth_member(call);
    kfm_factor_page_t page = {0};
    kf_recovery_t recovery;
    kf_err_t *err;

    KF_TRY(kfm_body_form(&page.typed, call));
    err = kf_flow_recovery_codes(&recovery, kfm_flow(call), member, kfm_auth_typed(page.typed, "password"), call->pool);
    return err ? again(call, &page, member, err) : show_codes(call, &recovery);
}
