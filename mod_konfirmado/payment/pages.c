/* /dashboard/payments: the keys of the business's own account at a provider. */
#include <apr_strings.h>
#include <string.h>

#include "flow/payment/payments.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "handle/pages.h"
#include "http/body.h"

#define PATH "/dashboard/payments"

/* Whose keys the form is for: the one that was asked for, or that the account is at, or the first. */
static const kf_pay_provider_t *provider_of(kfm_call_t *call, const json_t *account)
{
    const char *asked = NULL, *here = account ? kfm_dash_text(account, "provider") : NULL;
    const kf_pay_provider_t *provider = NULL;
    const kf_form_t *query;

    if (!kfm_call_query(&query, call)) {
        asked = kf_form_get(query, "provider");
    }
    provider = asked ? kf_pay_provider_find(asked) : here ? kf_pay_provider_find(here) : NULL;
    return provider ? provider : kf_pay_provider_at(0);
}

static kfm_form_t form_of(kfm_call_t *call, const kf_pay_provider_t *provider)
{
    kf_field_t *fields = apr_pcalloc(call->pool, sizeof(*fields) * provider->n_keys);

    for (size_t i = 0; i < provider->n_keys; i++) {
        fields[i] = (kf_field_t){.name = provider->keys[i].name,
                                 .type = provider->keys[i].secret ? KF_F_SECRET : KF_F_TEXT,
                                 .required = true,
                                 .max = 220};
    }
    return (kfm_form_t){.call = call, .group = provider->name, .fields = fields, .n = provider->n_keys};
}

/* "pub_test_ab12...": enough to tell keys apart. */
static const char *masked(const char *key, apr_pool_t *p)
{
    size_t len = strlen(key);

    return len > 16 ? apr_pstrcat(p, apr_pstrmemdup(p, key, 12), "…", key + len - 4, NULL) : "…";
}

static const char *own_word(kfm_call_t *call, const char *provider, const char *name)
{
    return kfm_words(call, apr_pstrcat(call->pool, provider, ".", name, NULL), NULL);
}

/* What came of the last test; a key at fault is said by the provider's own words. */
static const char *test_words(kfm_call_t *call, const char *provider, const char *result)
{
    const char *end = result ? apr_pstrcat(call->pool, "result_", result, NULL) : "untested";
    const char *text = own_word(call, provider, end);

    text = text ? text : kfm_words_of(call, apr_pstrcat(call->pool, "payments.", end, NULL), provider);
    return text ? text : kfm_words_of(call, "payments.result_refused", provider);
}

/* The keys of the account; the database gives the first alone. */
static json_t *keys_of(kfm_call_t *call, const json_t *account, const kf_pay_provider_t *provider)
{
    json_t *list = json_array();

    for (size_t i = 0; i < provider->n_keys; i++) {
        const kf_pay_key_t *key = &provider->keys[i];
        const char *value = kfm_dash_text(account, key->name);
        json_t *item = json_object();

        kfm_put(item, "label", own_word(call, provider->name, key->name));
        kfm_put(item, "shown", !key->secret && value ? masked(value, call->pool) : NULL);
        json_array_append_new(list, item);
    }
    return list;
}

/* The account in force, null without one. */
static void put_account(kfm_view_t *view, json_t *account)
{
    kfm_call_t *call = view->call;
    const kf_pay_provider_t *provider;
    const char *result;

    kfm_put_null(view->root, "untested");
    provider = account && kfm_dash_is(account, "active") ? kf_pay_provider_find(kfm_dash_text(account, "provider")) : NULL;
    if (!provider) {
        kfm_put_null(view->root, "account");
        return;
    }
    result = kfm_dash_text(account, "test_result");
    kfm_put_flag(view->root, "untested", !result || strcmp(result, "ok"));
    kfm_dash_words(account, call);
    kfm_put_flag(account, "is_test", !strcmp(kfm_dash_text(account, "mode"), "test"));
    kfm_put(account, "title", kfm_words_of(call, "payments.account", provider->name));
    kfm_put(account, "testing_text", kfm_words_of(call, "payments.testing", provider->name));
    kfm_put(account, "events_text", own_word(call, provider->name, "events_text"));
    json_object_set_new(account, "keys", keys_of(call, account, provider));
    kfm_put(account, "events_url", apr_pstrcat(call->pool, call->cfg->base_url, kfm_dash_text(account, "hook_path"), NULL));
    kfm_put(account, "result_text", test_words(call, provider->name, result));
    kfm_put(account, "result_class", !result ? "off" : !strcmp(result, "ok") ? "good" : "bad");
    json_object_set(view->root, "account", account);
}

/* The other providers, whose keys may be entered instead. */
static void put_others(kfm_view_t *view, const kf_pay_provider_t *shown)
{
    json_t *list = json_array(), *item;
    const kf_pay_provider_t *one;

    for (int i = 0; (one = kf_pay_provider_at(i)); i++) {
        if (one != shown) {
            item = json_object();
            kfm_put(item, "url", kfm_url_add(view->call->pool, PATH, "provider", one->name));
            kfm_put(item, "name", own_word(view->call, one->name, "name"));
            json_array_append_new(list, item);
        }
    }
    json_object_set_new(view->root, "others", list);
}

/* A test that went wrong is said on top, with what to do. */
static void put_failure(kfm_view_t *view)
{
    kfm_call_t *call = view->call;
    const json_t *account = json_object_get(view->root, "account");
    const char *result = kfm_dash_text(account, "test_result");

    if (result && strcmp(result, "ok")) {
        kfm_view_message(view, kfm_dash_text(account, "result_text"),
                         !strcmp(result, "unreachable")
                             ? kf_catalog_text(KFM_SAY(call), "payments.try_later")
                             : own_word(call, kfm_dash_text(account, "provider"), "try_keys"),
                         NULL);
    }
}

typedef struct {
    kfm_form_t form;
    const kf_pay_provider_t *provider;
    json_t *account; /* the newest, NULL: there is none */
} keys_page_t;

static kf_err_t *open_page(keys_page_t *out, kfm_call_t *call)
{
    json_t *doc;

    KF_TRY(kfm_admin_doc(&doc, call, false, &kf_doc_account_get, KFM_ARGS(KFM_TENANT(call))));
    out->account = json_array_get(json_object_get(doc, "accounts"), 0);
    out->provider = provider_of(call, out->account);
    out->form = form_of(call, out->provider);
    return NULL;
}

static kf_err_t *show_page(keys_page_t *page, int status)
{
    kfm_call_t *call = page->form.call;
    const char *name = page->provider->name;
    const kf_form_t *query;
    kfm_view_t view;

    KF_TRY(kfm_call_query(&query, call));
    KF_TRY(kfm_dash_begin(&view, call, "payments", kf_catalog_text(KFM_SAY(call), "payments.title")));
    kfm_put(view.root, "intro", kfm_words_of(call, "payments.intro", name));
    kfm_put(view.root, "where", own_word(call, name, "where"));
    put_others(&view, page->provider);
    kfm_put(view.root, "action", json_array_size(json_object_get(view.root, "others"))
                                     ? kfm_url_add(call->pool, PATH, "provider", name) : PATH);
    put_account(&view, page->account);
    if (kf_form_get(query, "tested")) {
        put_failure(&view);
    }
    KF_TRY(kfm_form_put(&view, &page->form));
    KF_TRY(kfm_pages_next(&view));
    return kfm_dash_send(&view, status, "payment/account");
}

kf_err_t *kfm_dash_payments(kfm_call_t *call)
{
    keys_page_t page;

    KF_TRY(open_page(&page, call));
    return show_page(&page, 200);
}

static const char *key_of(const kf_form_t *form, const char *name, apr_pool_t *p)
{
    char *key = apr_pstrdup(p, kf_form_get(form, name)), *end = key + strlen(key);

    while (end > key && strchr(" \t\r\n", end[-1])) {
        *--end = '\0';
    }
    return key + strspn(key, " \t\r\n");
}

static kf_err_t *set(kfm_call_t *call, const keys_page_t *page)
{
    kf_account_wish_t wish = {.tenant = &call->who->tenant, .actor = kfm_actor(call)};
    const char *json;

    wish.account.provider = page->provider->name;
    for (size_t i = 0; i < page->provider->n_keys; i++) {
        const kf_pay_key_t *key = &page->provider->keys[i];

        *kf_pay_key(&wish.account, key) = key_of(page->form.posted, key->name, call->pool);
    }
    return kf_flow_account_set(&json, kfm_flow(call), &wish, call->pool);
}

kf_err_t *kfm_dash_payments_save(kfm_call_t *call)
{
    keys_page_t page;
    json_t *doc;
    kf_err_t *err;

    KF_TRY(open_page(&page, call));
    KF_TRY(kfm_body_form(&page.form.posted, call));
    KF_TRY(kfm_form_read(&doc, &page.form));
    if (page.form.errors) {
        return show_page(&page, 422);
    }
    err = set(call, &page);
    if (err && err->code == KF_E_INVALID) {
        page.form.errors = err;
        return show_page(&page, 422);
    }
    return err ? err : kfm_dash_go(call, PATH, "keys_saved");
}

/* The result is stored; the page shows it. */
kf_err_t *kfm_dash_payments_test(kfm_call_t *call)
{
    kf_pay_test_t test;
    kf_pay_account_t account;

    KF_TRY(kf_flow_account_test(&test, &account, kfm_flow(call), &call->who->tenant, call->pool));
    return test.ok ? kfm_dash_go(call, PATH, apr_pstrcat(call->pool, account.provider, ".keys_good", NULL))
                   : kfm_dash_go(call, PATH "?tested=1", NULL);
}
