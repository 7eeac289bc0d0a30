/* The parts shared by the pages without a session, and the registration: register, check-mail, verify. */
#include <apr_strings.h>
#include <string.h>

#include "crypto/hash.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "http/body.h"
#include "http/cookie.h"
#include "http/reply.h"
#include "person/person.h"
#include "text/validate.h"

#define MAIL_COOKIE "kf_mail"
#define MAIL_PATH "/dashboard/check-mail"
#define MAIL_COOKIE_PATH "/dashboard" /* the sign-in page reads it too */
#define MAIL_COOKIE_S 3600

static const kfm_auth_field_t register_fields[] = {
    {"business", "business", KFM_INPUT_TEXT, "organization", 2, 100},
    {"email", "email", KFM_INPUT_EMAIL, "username", 3, 254},
    {"password", "first_password", KFM_INPUT_PASSWORD, "new-password", 8, 128},
    {0},
};
static const kfm_auth_field_t verify_fields[] = {
    {"password", "registered_password", KFM_INPUT_PASSWORD, "current-password", 1, 128},
    {0},
};
static const kfm_auth_field_t mail_fields[] = {
    {"email", "email", KFM_INPUT_EMAIL, "username", 3, 254},
    {0},
};

/* -- shared -- */

const char *kfm_auth_typed(const kf_form_t *form, const char *name)
{
    const char *value = kf_form_get(form, name);

    return value ? value : "";
}

kf_err_t *kfm_auth_go(kfm_call_t *call, const char *path, const char *done)
{
    return kfm_reply_redirect(call, kfm_auth_url(call, done ? kfm_url_add(call->pool, path, "done", done) : path));
}

kf_err_t *kfm_auth_pass_by(bool *done, kfm_call_t *call, const char *next)
{
    const kfm_signed_t *found;

    KF_TRY(kfm_auth_find(&found, call));
    *done = found && found->session;
    return *done ? kfm_reply_redirect(call, kfm_auth_next(next)) : NULL;
}

static bool of_a_field(const kf_err_t *err, const kfm_auth_field_t *fields)
{
    for (; err->field && fields && fields->name; fields++) {
        if (strcmp(fields->name, err->field) == 0) {
            return true;
        }
    }
    return false;
}

kf_err_t *kfm_auth_again(kfm_call_t *call, kfm_auth_page_t *page, const kf_visit_t *visit, kf_err_t *err)
{
    if (err->code == KF_E_RATE_LIMITED) {
        kfm_reply_retry_after(call, visit->retry_after_s);
        page->problem_title = kf_catalog_text(KFM_SAY(call), "auth.limited");
        page->problem_text = kfm_auth_wait(call, visit->retry_after_s);
        return kfm_page_auth(call, 429, page);
    }
    if (err->code == KF_E_CREDENTIALS) {
        page->problem_title = kf_catalog_text(KFM_SAY(call), "problem.credentials_invalid.title");
        page->problem_text = kf_catalog_text(KFM_SAY(call), "problem.credentials_invalid.text");
        return kfm_page_auth(call, 422, page);
    }
    if (!of_a_field(err, page->fields)) {
        return err;
    }
    page->errors = err;
    return kfm_page_auth(call, 422, page);
}

/* -- the address of the mail -- */

kf_err_t *kfm_auth_mail_to(kfm_call_t *call, const char *email)
{
    char text[KF_BASE64URL_CHARS(KF_MAX_EMAIL) + 1];
    size_t len = strlen(email);

    if (len > KF_MAX_EMAIL) {
        return NULL; /* no account has such an address; the next page asks for it */
    }
    kf_base64url_write(text, email, len);
    return kfm_cookie_set(call, MAIL_COOKIE, text, MAIL_COOKIE_PATH, MAIL_COOKIE_S);
}

const char *kfm_auth_mail_address(kfm_call_t *call)
{
    const char *text = kfm_cookie_get(call, MAIL_COOKIE), *email;
    char bytes[KF_MAX_EMAIL + 1];
    size_t len;

    if (!text || !kf_base64url_read(bytes, &len, KF_MAX_EMAIL, text, strlen(text))) {
        return NULL;
    }
    bytes[len] = '\0';
    return kf_validate_email(&email, "email", bytes, call->pool) ? NULL : email;
}

/* `why`: the requested mail, "reset" or "verify", or "unverified" after a sign-in. */
static void mail_page(kfm_auth_page_t *page, kfm_call_t *call, const char *why, const char *email)
{
    bool reset = why && strcmp(why, "reset") == 0, late = why && strcmp(why, "unverified") == 0;
    const char *key = reset ? "auth.mail_reset.intro" : late ? "auth.mail_late.intro" : "auth.mail.intro";

    *page = (kfm_auth_page_t){.page = reset ? "mail_reset" : late ? "mail_late" : "mail",
                              .action = reset ? "/dashboard/forgot" : MAIL_PATH,
                              .links = {{"/dashboard/login", "auth.links.login"}},
                              .letter = !late};
    if (email) {
        page->hidden[0] = (kfm_auth_value_t){"email", email};
        page->links[1] = reset ? (kfm_auth_value_t){"/dashboard/forgot", "auth.links.other_email"}
                               : (kfm_auth_value_t){"/dashboard/register", "auth.links.other_email"};
        page->intro = kf_catalog_format(KFM_SAY(call), key, call->pool, "email", email, NULL);
    } else {
        page->fields = mail_fields;
        page->intro = kf_catalog_text(KFM_SAY(call), "auth.mail_ask.intro");
        page->page = "mail_ask";
        page->letter = false;
    }
}

kf_err_t *kfm_handle_auth_mail(kfm_call_t *call)
{
    const kf_form_t *query;
    kfm_auth_page_t page;

    KF_TRY(kfm_call_query(&query, call));
    mail_page(&page, call, kf_form_get(query, "for"), kfm_auth_mail_address(call));
    return kfm_page_auth(call, 200, &page);
}

kf_err_t *kfm_handle_auth_mail_post(kfm_call_t *call)
{
    kf_visit_t *visit = kfm_auth_visit(call);
    kfm_auth_page_t page;
    const kf_form_t *form;
    const char *email;
    kf_err_t *err;

    KF_TRY(kfm_body_form(&form, call));
    email = kfm_auth_typed(form, "email");
    mail_page(&page, call, NULL, NULL);
    page.typed = form;
    err = kf_flow_resend_verification(kfm_flow(call), visit, email, call->pool);
    if (err) {
        return kfm_auth_again(call, &page, visit, err);
    }
    KF_TRY(kfm_auth_mail_to(call, email));
    return kfm_auth_go(call, MAIL_PATH, "resent");
}

/* -- registering -- */

static kfm_auth_page_t register_page(void)
{
    return (kfm_auth_page_t){.page = "register",
                             .action = "/dashboard/register",
                             .fields = register_fields,
                             .links = {{"/dashboard/login", "auth.links.have_account"}}};
}

kf_err_t *kfm_handle_auth_register(kfm_call_t *call)
{
    kfm_auth_page_t page = register_page();
    bool done;

    KF_TRY(kfm_auth_pass_by(&done, call, NULL));
    if (!done && !strcmp(call->cfg->set.registration, "closed")) {
        return kf_err(call->pool, KF_E_NO_REGISTRATION, "Registration is closed.");
    }
    return done ? NULL : kfm_page_auth(call, 200, &page);
}

kf_err_t *kfm_handle_auth_register_post(kfm_call_t *call)
{
    kfm_auth_page_t page = register_page();
    kf_visit_t *visit = kfm_auth_visit(call);
    kf_register_wish_t wish;
    const kf_form_t *form;
    kf_err_t *err;

    KF_TRY(kfm_body_form(&form, call));
    page.typed = form;
    wish = (kf_register_wish_t){kfm_auth_typed(form, "business"), kfm_auth_typed(form, "email"),
                                kfm_auth_typed(form, "password"), call->lang};
    err = kf_flow_register(kfm_flow(call), visit, &wish, call->pool);
    if (err) {
        return kfm_auth_again(call, &page, visit, err);
    }
    KF_TRY(kfm_auth_mail_to(call, wish.email));
    return kfm_auth_go(call, MAIL_PATH, NULL);
}

/* -- the link of the first mail: its page has a form, as mail scanners open links -- */

static kf_err_t *bad_link(kfm_call_t *call)
{
    kfm_auth_page_t page = {.page = "verify_bad",
                            .action = MAIL_PATH,
                            .fields = mail_fields,
                            .links = {{"/dashboard/login", "auth.links.login"}}};

    return kfm_page_auth(call, 404, &page);
}

/* The page of a link. *done: the link is dead, and the answer says so. */
static kf_err_t *verify_page(kfm_auth_page_t *page, bool *done, kfm_call_t *call, const char *token)
{
    kf_link_view_t link;
    kf_err_t *err = kf_flow_link_look(&link, kfm_flow(call), KF_TOKEN_VERIFY, token, call->pool);

    *done = err && err->code == KF_E_TOKEN_WRONG;
    if (err) {
        return *done ? bad_link(call) : err;
    }
    kfm_call_set_lang(call, link.language);
    *page = (kfm_auth_page_t){.page = "verify",
                              .action = "/dashboard/verify",
                              .fields = verify_fields,
                              .hidden = {{"token", token}},
                              .links = {{"/dashboard/forgot", "auth.links.other_password"}},
                              .lang = call->lang,
                              .username = link.email};
    page->intro = kf_catalog_format(KFM_SAY(call), "auth.verify.intro", call->pool, "email", link.email, "business",
                                    link.business, NULL);
    return NULL;
}

kf_err_t *kfm_handle_auth_verify(kfm_call_t *call)
{
    const kf_form_t *query;
    kfm_auth_page_t page;
    bool done;

    KF_TRY(kfm_call_query(&query, call));
    KF_TRY(verify_page(&page, &done, call, kfm_auth_typed(query, "token")));
    return done ? NULL : kfm_page_auth(call, 200, &page);
}

kf_err_t *kfm_handle_auth_verify_post(kfm_call_t *call)
{
    kf_visit_t *visit = kfm_auth_visit(call);
    const kf_form_t *form;
    kfm_auth_page_t page;
    const char *token;
    kf_err_t *err;
    bool done;

    KF_TRY(kfm_body_form(&form, call));
    token = kfm_auth_typed(form, "token");
    KF_TRY(verify_page(&page, &done, call, token));
    if (done) {
        return NULL;
    }
    err = kf_flow_verify_email(kfm_flow(call), visit, token, kfm_auth_typed(form, "password"), call->pool);
    if (!err) {
        return kfm_auth_go(call, "/dashboard/login", "verified");
    }
    if (err->code == KF_E_TOKEN_WRONG) {
        return bad_link(call);
    }
    if (err->code != KF_E_CREDENTIALS) {
        return kfm_auth_again(call, &page, visit, err);
    }
    page.problem_title = kf_catalog_text(KFM_SAY(call), "auth.verify.wrong_title");
    page.problem_text = kf_catalog_text(KFM_SAY(call), "auth.verify.wrong_text");
    return kfm_page_auth(call, 422, &page);
}
