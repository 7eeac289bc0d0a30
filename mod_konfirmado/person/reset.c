/* The password reset by mail, and the acceptance of an invitation: forgot, reset, invitation. */
#include <apr_strings.h>
#include <string.h>

#include "flow_ctx.h"
#include "handle/acts.h"
#include "handle/admin.h"
#include "http/body.h"
#include "http/reply.h"
#include "person/person.h"

static const kfm_auth_field_t forgot_fields[] = {
    {"email", "email", KFM_INPUT_EMAIL, "username", 3, 254},
    {0},
};
static const kfm_auth_field_t reset_fields[] = {
    {"password", "new_password", KFM_INPUT_PASSWORD, "new-password", 8, 128},
    {0},
};
static const kfm_auth_field_t invitation_fields[] = {
    {"name", "person", KFM_INPUT_TEXT, "name", 2, 100},
    {"password", "first_password", KFM_INPUT_PASSWORD, "new-password", 8, 128},
    {0},
};

static kfm_auth_page_t forgot_page(void)
{
    return (kfm_auth_page_t){.page = "forgot",
                             .action = "/dashboard/forgot",
                             .fields = forgot_fields,
                             .links = {{"/dashboard/login", "auth.links.login"}}};
}

kf_err_t *kfm_handle_auth_forgot(kfm_call_t *call)
{
    kfm_auth_page_t page = forgot_page();

    return kfm_page_auth(call, 200, &page);
}

kf_err_t *kfm_handle_auth_forgot_post(kfm_call_t *call)
{
    kfm_auth_page_t page = forgot_page();
    kf_visit_t *visit = kfm_auth_visit(call);
    const kf_form_t *form;
    const char *email;
    kf_err_t *err;

    KF_TRY(kfm_body_form(&form, call));
    page.typed = form;
    email = kfm_auth_typed(form, "email");
    err = kf_flow_forgot_password(kfm_flow(call), visit, email, call->pool);
    if (err) {
        return kfm_auth_again(call, &page, visit, err);
    }
    KF_TRY(kfm_auth_mail_to(call, email));
    return kfm_auth_go(call, "/dashboard/check-mail?for=reset", NULL);
}

/* -- links of mails -- */

/* The link of a mail, from the URL of its page or from the form. */
typedef struct {
    const char *purpose, *token;
    kf_link_view_t view;
} link_t;

/* The page of a used, expired or unknown link. It says how to get another. */
static kf_err_t *bad_link(kfm_call_t *call, const char *purpose)
{
    bool invite = strcmp(purpose, KF_TOKEN_INVITE) == 0;
    kfm_auth_page_t page = {.page = invite ? "invitation_bad" : "reset_bad",
                            .action = invite ? NULL : "/dashboard/forgot",
                            .fields = invite ? NULL : forgot_fields,
                            .links = {{"/dashboard/login", "auth.links.login"}}};

    return kfm_page_auth(call, 404, &page);
}

static kf_err_t *look(link_t *link, bool *done, kfm_call_t *call, const char *token)
{
    kf_err_t *err;

    link->token = token;
    err = kf_flow_link_look(&link->view, kfm_flow(call), link->purpose, link->token, call->pool);
    *done = err && err->code == KF_E_TOKEN_WRONG;
    if (*done) {
        return bad_link(call, link->purpose);
    }
    KF_TRY(err);
    kfm_call_set_lang(call, link->view.language);
    return NULL;
}

static bool is_invitation(const link_t *link)
{
    return strcmp(link->purpose, KF_TOKEN_INVITE) == 0;
}

/* Reads the other ways into the account: the second factor and the API keys. */
static kf_err_t *put_access(kfm_auth_page_t *page, kfm_call_t *call, const char *token)
{
    const char *json;

    KF_TRY(kf_flow_reset_look(&json, kfm_flow(call), token, call->pool));
    return kfm_admin_parse(&page->access, call, json);
}

static kf_err_t *link_page(kfm_auth_page_t *page, kfm_call_t *call, const link_t *link)
{
    bool invite = is_invitation(link);
    const char *key = invite ? "auth.invitation.intro" : "auth.reset.intro";

    *page = (kfm_auth_page_t){.page = invite ? "invitation" : "reset",
                              .action = invite ? "/dashboard/invitation" : "/dashboard/reset",
                              .fields = invite ? invitation_fields : reset_fields,
                              .hidden = {{"token", link->token}},
                              .intro = kf_catalog_format(KFM_SAY(call), key, call->pool, "email", link->view.email,
                                                         "business", link->view.business, NULL),
                              .lang = call->lang,
                              .username = link->view.email};
    if (invite) {
        page->other = (kfm_auth_value_t){"refuse", "auth.invitation.refuse"};
        return NULL;
    }
    return put_access(page, call, link->token);
}

static kf_err_t *open_link(kfm_call_t *call, const char *purpose)
{
    link_t link = {.purpose = purpose};
    const kf_form_t *query;
    kfm_auth_page_t page;
    bool done;

    KF_TRY(kfm_call_query(&query, call));
    KF_TRY(look(&link, &done, call, kfm_auth_typed(query, "token")));
    if (done) {
        return NULL;
    }
    KF_TRY(link_page(&page, call, &link));
    return kfm_page_auth(call, 200, &page);
}

static kf_err_t *join(const char **done, const link_t *link, kfm_call_t *call, kf_visit_t *visit, const kf_form_t *form)
{
    kf_accept_wish_t wish = {link->token, kfm_auth_typed(form, "name"), kfm_auth_typed(form, "password")};

    if (strcmp(kfm_auth_typed(form, "way"), "refuse") == 0) {
        *done = "refused";
        return kf_flow_refuse_invitation(kfm_flow(call), visit, link->token, call->pool);
    }
    *done = "invited";
    return kf_flow_accept_invitation(kfm_flow(call), visit, &wish, call->pool);
}

static kf_err_t *reset(const char **done, const link_t *link, kfm_call_t *call, kf_visit_t *visit, const kf_form_t *form)
{
    kf_reset_wish_t wish = {link->token, kfm_auth_typed(form, "password"), kf_form_get(form, "end_keys") != NULL};
    const char *json;

    *done = wish.end_keys ? "reset_keys" : "reset";
    KF_TRY(kf_flow_reset_password(&json, kfm_flow(call), visit, &wish, call->pool));
    return kfm_auth_keep_device(call, visit);
}

/* Shows the form again with the error, or the page of a dead link. */
static kf_err_t *refused(kfm_call_t *call, const link_t *link, const kf_visit_t *visit, const kf_form_t *form,
                         kf_err_t *err)
{
    kfm_auth_page_t page;

    if (err->code == KF_E_TOKEN_WRONG) {
        return bad_link(call, link->purpose);
    }
    KF_TRY(link_page(&page, call, link));
    page.typed = form;
    if (err->code != KF_E_CONFLICT) {
        return kfm_auth_again(call, &page, visit, err);
    }
    page.problem_title = kf_catalog_text(KFM_SAY(call), "auth.invitation.taken_title");
    page.problem_text = kf_catalog_format(KFM_SAY(call), "auth.invitation.taken_text", call->pool, "business",
                                          link->view.business, NULL);
    return kfm_page_auth(call, 409, &page);
}

static kf_err_t *use_link(kfm_call_t *call, const char *purpose)
{
    kf_visit_t *visit = kfm_auth_visit(call);
    link_t link = {.purpose = purpose};
    const kf_form_t *form;
    const char *done_key;
    kf_err_t *err;
    bool done;

    KF_TRY(kfm_body_form(&form, call));
    KF_TRY(look(&link, &done, call, kfm_auth_typed(form, "token")));
    if (done) {
        return NULL;
    }
    err = is_invitation(&link) ? join(&done_key, &link, call, visit, form)
                               : reset(&done_key, &link, call, visit, form);
    if (err) {
        return refused(call, &link, visit, form, err);
    }
    kfm_auth_cookie_clear(call);
    return kfm_auth_go(call, "/dashboard/login", done_key);
}

kf_err_t *kfm_handle_auth_reset(kfm_call_t *call)
{
    return open_link(call, KF_TOKEN_RESET);
}

kf_err_t *kfm_handle_auth_reset_post(kfm_call_t *call)
{
    return use_link(call, KF_TOKEN_RESET);
}

kf_err_t *kfm_handle_auth_invitation(kfm_call_t *call)
{
    return open_link(call, KF_TOKEN_INVITE);
}

kf_err_t *kfm_handle_auth_invitation_post(kfm_call_t *call)
{
    return use_link(call, KF_TOKEN_INVITE);
}
