/* Signing in and out: /dashboard/login, /dashboard/logout. */
#include <apr_strings.h>
#include <string.h>

#include "flow_ctx.h"
#include "handle/acts.h"
#include "http/body.h"
#include "http/reply.h"
#include "person/person.h"

static const kfm_auth_field_t login_fields[] = {
    {"email", "email", KFM_INPUT_EMAIL, "username", 3, 254},
    {"password", "password", KFM_INPUT_PASSWORD, "current-password", 1, 128},
    {0},
};
static const kfm_auth_field_t code_fields[] = {
    {"code", "code", KFM_INPUT_CODE, "one-time-code", 6, 7},
    {0},
};
static const kfm_auth_field_t recovery_fields[] = {
    {"code", "recovery", KFM_INPUT_TEXT, "off", 8, 32},
    {0},
};

static kfm_auth_page_t login_page(const char *next)
{
    return (kfm_auth_page_t){.page = "login",
                             .action = "/dashboard/login",
                             .fields = login_fields,
                             .hidden = {{"next", kfm_auth_next(next)}},
                             .links = {{"/dashboard/forgot", "auth.links.forgot"},
                                       {"/dashboard/register", "auth.links.register"}}};
}

/* Fills in the address that the browser stored. It need not be typed again after the link of a mail. */
static kf_err_t *put_address(kfm_auth_page_t *page, kfm_call_t *call)
{
    const char *email = kfm_auth_mail_address(call), *query;
    kf_form_t *typed;

    if (email) {
        query = kf_form_query(call->pool, "email", email, NULL);
        KF_TRY(kf_form_parse(&typed, query, strlen(query), call->pool));
        page->typed = typed;
    }
    return NULL;
}

kf_err_t *kfm_handle_auth_login(kfm_call_t *call)
{
    const kf_form_t *query;
    kfm_auth_page_t page;
    bool done;

    KF_TRY(kfm_call_query(&query, call));
    page = login_page(kf_form_get(query, "next"));
    KF_TRY(kfm_auth_pass_by(&done, call, page.hidden[0].value));
    KF_TRY(kf_form_get(query, "done") ? put_address(&page, call) : NULL);
    return done ? NULL : kfm_page_auth(call, 200, &page);
}

/* True if the button for a recovery code was pressed, or after a wrong recovery code. */
static bool wants_recovery(const kf_form_t *form)
{
    const char *pressed = kf_form_get(form, "way"), *now = kf_form_get(form, "mode");

    return strcmp(pressed ? pressed : now ? now : "", "recovery") == 0;
}

/* The step after the password. The ticket replaces the password, so it is typed once. */
static kf_err_t *ask_code(kfm_call_t *call, int status, const kf_form_t *form, const char *ticket, const kf_err_t *err)
{
    bool recovery = wants_recovery(form);
    kfm_auth_page_t page = {.page = recovery ? "recovery" : "code",
                            .action = "/dashboard/login",
                            .fields = recovery ? recovery_fields : code_fields,
                            .hidden = {{"ticket", ticket},
                                       {"next", kfm_auth_next(kf_form_get(form, "next"))},
                                       {recovery ? "mode" : NULL, "recovery"}},
                            .links = {{"/dashboard/login", "auth.links.other_account"}},
                            .errors = err};

    if (recovery) {
        page.other = (kfm_auth_value_t){"app", "auth.code.use_app"};
    } else {
        page.other = (kfm_auth_value_t){"recovery", "auth.code.use_recovery"};
    }
    page.typed = err ? form : NULL;
    return kfm_page_auth(call, status, &page);
}

static kf_err_t *signed_in(kfm_call_t *call, const kf_login_t *login, const char *next)
{
    const char *url = kfm_auth_next(next);

    if (login->codes_left >= 0) {
        url = kfm_url_add(call->pool, "/dashboard/account", "done", "auth.recovery_used");
    }
    return kfm_reply_redirect(call, url);
}

static kf_err_t *refused(kfm_call_t *call, const kf_form_t *form, const kf_login_t *login, const kf_visit_t *visit,
                         kf_err_t *err)
{
    const char *ticket = kf_form_get(form, "ticket"), *email = kf_form_get(form, "email");
    kfm_auth_page_t page = login_page(kf_form_get(form, "next"));

    page.typed = form;
    if (err->code == KF_E_SECOND_FACTOR) {
        return ask_code(call, err->field ? 422 : 200, form, login->ticket ? login->ticket : ticket,
                        err->field ? err : NULL);
    }
    if (err->code == KF_E_NOT_VERIFIED && email) {
        KF_TRY(kfm_auth_mail_to(call, email));
        return kfm_auth_go(call, "/dashboard/check-mail?for=unverified", NULL);
    }
    if (ticket && (err->code == KF_E_CREDENTIALS || err->code == KF_E_UNAUTHORIZED || err->code == KF_E_TOKEN_WRONG)) {
        page.problem_title = kf_catalog_text(KFM_SAY(call), "auth.again_title");
        page.problem_text = kf_catalog_text(KFM_SAY(call), "auth.again_text");
        return kfm_page_auth(call, 422, &page);
    }
    return kfm_auth_again(call, &page, visit, err);
}

kf_err_t *kfm_handle_auth_login_post(kfm_call_t *call)
{
    kf_visit_t *visit = kfm_auth_visit(call);
    kf_login_wish_t wish;
    kf_login_t login = {.codes_left = -1};
    const kf_form_t *form;
    kf_err_t *err;

    KF_TRY(kfm_body_form(&form, call));
    wish = (kf_login_wish_t){call->tenant ? &call->tenant->id : NULL, kfm_auth_typed(form, "email"),
                             kfm_auth_typed(form, "password"), kf_form_get(form, "ticket"),
                             kf_form_get(form, "code")};
    if (wish.ticket && kf_form_get(form, "way")) {
        return ask_code(call, 200, form, wish.ticket, NULL); /* the other kind of code */
    }
    err = kf_flow_login(&login, kfm_flow(call), visit, &wish, call->pool);
    if (!err) {
        KF_TRY(kfm_auth_keep_device(call, visit));
        err = kfm_auth_enter(call, &login);
    }
    return err ? refused(call, form, &login, visit, err) : signed_in(call, &login, kf_form_get(form, "next"));
}

kf_err_t *kfm_handle_auth_logout(kfm_call_t *call)
{
    KF_TRY(kf_flow_logout(kfm_flow(call), kfm_auth_member(call), call->pool));
    kfm_auth_cookie_clear(call);
    return kfm_reply_redirect(call, kfm_url_add(call->pool, "/dashboard/login?done=signed_out", "lang", call->lang));
}
