/* /dashboard/payments: the keys of the business's own account at Wompi. */
#include <apr_strings.h>
#include <string.h>

#include "flow/payment/payments.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "handle/pages.h"
#include "http/body.h"

#define PATH "/dashboard/payments"

static const kf_field_t fields[] = {
    {.name = "public_key", .type = KF_F_TEXT, .required = true, .max = 220},
    {.name = "private_key", .type = KF_F_SECRET, .required = true, .max = 220},
    {.name = "integrity_secret", .type = KF_F_SECRET, .required = true, .max = 220},
    {.name = "events_secret", .type = KF_F_SECRET, .required = true, .max = 220},
};

static kfm_form_t form_of(kfm_call_t *call)
{
    return (kfm_form_t){.call = call, .group = "payments", .fields = fields, .n = sizeof(fields) / sizeof(*fields)};
}

/* "pub_test_ab12...": enough to tell keys apart. */
static const char *masked(const char *key, apr_pool_t *p)
{
    size_t len = strlen(key);

    return len > 16 ? apr_pstrcat(p, apr_pstrmemdup(p, key, 12), "…", key + len - 4, NULL) : "…";
}

static const char *test_words(kfm_call_t *call, const char *result)
{
    const char *key = result ? apr_pstrcat(call->pool, "payments.result_", result, NULL) : "payments.untested";

    return kfm_words(call, key, kf_catalog_text(KFM_SAY(call), "payments.result_refused"));
}

/* Sets account: the active one, or null. */
static void put_account(kfm_view_t *view, const json_t *accounts)
{
    kfm_call_t *call = view->call;
    json_t *account = json_array_get(accounts, 0);
    const char *result;

    kfm_put_null(view->root, "untested");
    if (!account || !kfm_dash_is(account, "active")) {
        kfm_put_null(view->root, "account");
        return;
    }
    result = kfm_dash_text(account, "test_result");
    kfm_put_flag(view->root, "untested", !result || strcmp(result, "ok"));
    kfm_dash_words(account, call);
    kfm_put_flag(account, "is_test", !strcmp(kfm_dash_text(account, "mode"), "test"));
    kfm_put(account, "key_text", masked(kfm_dash_text(account, "public_key"), call->pool));
    kfm_put(account, "events_url", apr_pstrcat(call->pool, call->cfg->base_url, kfm_dash_text(account, "hook_path"), NULL));
    kfm_put(account, "result_text", test_words(call, result));
    kfm_put(account, "result_class", !result ? "off" : !strcmp(result, "ok") ? "good" : "bad");
    json_object_set(view->root, "account", account);
}

/* Shows a failed test on top, with what to do. */
static void put_failure(kfm_view_t *view)
{
    const json_t *account = json_object_get(view->root, "account");
    const char *result = kfm_dash_text(account, "test_result");

    if (result && strcmp(result, "ok")) {
        kfm_view_message(view, kfm_dash_text(account, "result_text"),
                         kf_catalog_text(KFM_SAY(view->call), !strcmp(result, "unreachable") ? "payments.try_later"
                                                                                             : "payments.try_keys"),
                         NULL);
    }
}

static kf_err_t *show_page(kfm_form_t *form, int status)
{
    kfm_call_t *call = form->call;
    const kf_form_t *query;
    kfm_view_t view;
    json_t *doc;

    KF_TRY(kfm_call_query(&query, call));
    KF_TRY(kfm_admin_doc(&doc, call, false, &kf_doc_account_get, KFM_ARGS(KFM_TENANT(call))));
    KF_TRY(kfm_dash_begin(&view, call, "payments", kf_catalog_text(KFM_SAY(call), "payments.title")));
    kfm_put(view.root, "intro", kf_catalog_text(KFM_SAY(call), "payments.intro"));
    put_account(&view, json_object_get(doc, "accounts"));
    if (kf_form_get(query, "tested")) {
        put_failure(&view);
    }
    KF_TRY(kfm_form_put(&view, form));
    KF_TRY(kfm_pages_next(&view));
    return kfm_dash_send(&view, status, "payment/account");
}

kf_err_t *kfm_dash_payments(kfm_call_t *call)
{
    kfm_form_t form = form_of(call);

    return show_page(&form, 200);
}

static const char *key_of(const kf_form_t *form, const char *name, apr_pool_t *p)
{
    char *key = apr_pstrdup(p, kf_form_get(form, name)), *end = key + strlen(key);

    while (end > key && strchr(" \t\r\n", end[-1])) {
        *--end = '\0';
    }
    return key + strspn(key, " \t\r\n");
}

static kf_err_t *set(kfm_call_t *call, const kf_form_t *form)
{
    apr_pool_t *p = call->pool;
    kf_account_wish_t wish = {.tenant = &call->who->tenant, .actor = kfm_actor(call)};
    const char *json;

    wish.account = (kf_pay_account_t){.provider = "wompi",
                                      .public_key = key_of(form, "public_key", p),
                                      .private_key = key_of(form, "private_key", p),
                                      .integrity_secret = key_of(form, "integrity_secret", p),
                                      .events_secret = key_of(form, "events_secret", p)};
    return kf_flow_account_set(&json, kfm_flow(call), &wish, p);
}

kf_err_t *kfm_dash_payments_save(kfm_call_t *call)
{
    kfm_form_t form = form_of(call);
    json_t *doc;
    kf_err_t *err;

    KF_TRY(kfm_body_form(&form.posted, call));
    KF_TRY(kfm_form_read(&doc, &form));
    if (form.errors) {
        return show_page(&form, 422);
    }
    err = set(call, form.posted);
    if (err && err->code == KF_E_INVALID) {
        form.errors = err;
        return show_page(&form, 422);
    }
    return err ? err : kfm_dash_go(call, PATH, "keys_saved");
}

/* The result is stored; the page shows it. */
kf_err_t *kfm_dash_payments_test(kfm_call_t *call)
{
    kf_pay_test_t test;
    kf_pay_mode_t mode;

    KF_TRY(kf_flow_account_test(&test, &mode, kfm_flow(call), &call->who->tenant, call->pool));
    return kfm_dash_go(call, test.ok ? PATH : PATH "?tested=1", test.ok ? "keys_good" : NULL);
}
