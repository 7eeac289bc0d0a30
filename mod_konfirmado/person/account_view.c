/* The pages of the own account and its second factor. */
#include "person/account_view.h"

#include <apr_strings.h>
#include <string.h>

#include "base/version.h"
#include "crypto/hash.h"
#include "text/qr.h"

static const char *const languages[] = {"es", "en", NULL};

const kf_field_t kfm_profile_fields[2] = {
    {.name = "name", .type = KF_F_TEXT, .min = 2, .max = 100},
    {.name = "language", .type = KF_F_WORD, .required = true, .words = languages},
};
const kfm_auth_field_t kfm_password_fields[3] = {
    {"current_password", "current_password", KFM_INPUT_PASSWORD, "current-password", 1, 128},
    {"password", "new_password", KFM_INPUT_PASSWORD, "new-password", 8, 128},
    {0},
};
static const kfm_auth_field_t own_password[] = {
    {"password", "own_password", KFM_INPUT_PASSWORD, "current-password", 1, 128},
    {0},
};
static const kfm_auth_field_t app_code[] = {
    {"code", "code", KFM_INPUT_CODE, "one-time-code", 6, 7},
    {0},
};

kf_err_t *kfm_account_begin(kfm_view_t *view, kfm_call_t *call, const char *nav, const char *title)
{
    const char *base = call->cfg->set.assets_url;
    json_t *asset;

    KF_TRY(kfm_dash_begin(view, call, nav, title));
    asset = json_object_get(view->root, "asset");
    kfm_put(asset, "more", apr_pstrcat(call->pool, base, "/css/account.css?v=" KF_VERSION, NULL));
    kfm_put(asset, "script", apr_pstrcat(call->pool, base, "/js/auth.js?v=" KF_VERSION, NULL));
    kfm_put(view->root, "username", call->who->email);
    return NULL;
}

/* -- sign-ins -- */

typedef struct {
    const char *sign, *name;
} mark_t;

/* The first match counts, as browsers also name those that they are compatible with. */
static const mark_t browsers[] = {
    {"Edg", "Edge"},         {"OPR/", "Opera"},      {"SamsungBrowser", "Samsung Internet"}, {"Firefox", "Firefox"},
    {"FxiOS", "Firefox"},    {"CriOS", "Chrome"},    {"Chrome", "Chrome"},                   {"Safari", "Safari"},
    {"curl", "curl"},        {NULL, NULL},
};
static const mark_t systems[] = {
    {"iPhone", "iPhone"}, {"iPad", "iPad"},   {"Android", "Android"}, {"Windows", "Windows"},
    {"Mac OS", "Mac"},    {"CrOS", "ChromeOS"}, {"Linux", "Linux"},   {NULL, NULL},
};

static const char *find_mark(const mark_t *marks, const char *text)
{
    for (; text && marks->sign; marks++) {
        if (strstr(text, marks->sign)) {
            return marks->name;
        }
    }
    return NULL;
}

/* "Chrome · Android" of a User-Agent. */
static const char *device_words(kfm_call_t *call, const char *agent)
{
    const char *browser = find_mark(browsers, agent), *system = find_mark(systems, agent);

    if (!browser && !system) {
        return kf_catalog_text(KFM_SAY(call), "auth.account.unknown_device");
    }
    return browser && system ? apr_pstrcat(call->pool, browser, " · ", system, NULL) : browser ? browser : system;
}

static void put_sessions(kfm_view_t *view, json_t *list)
{
    json_t *items = json_object_get(list, "items"), *item;
    size_t i;

    kfm_dash_words(list, view->call);
    json_array_foreach(items, i, item) {
        kfm_put(item, "device", device_words(view->call, kfm_dash_text(item, "user_agent")));
    }
    json_object_set(view->root, "sessions", items);
}

/* -- the account -- */

static void put_problem(kfm_view_t *view, const char *title, const char *text)
{
    if (text) {
        kfm_view_message(view, title, text, NULL);
    }
}

static kf_err_t *put_profile(kfm_view_t *view, const kfm_account_page_t *page)
{
    const kfm_who_t *who = view->call->who;
    json_t *doc = json_pack("{s:s?, s:s?}", "name", who->name, "language", who->language);
    kfm_form_t form = {.call = view->call,
                       .group = "auth.profile",
                       .fields = kfm_profile_fields,
                       .n = 2,
                       .doc = doc,
                       .posted = page->profile,
                       .errors = page->profile_errors};
    kf_err_t *err;

    err = kfm_form_put(view, &form);
    json_decref(doc);
    return err;
}

kf_err_t *kfm_page_account(kfm_call_t *call, int status, const kfm_account_page_t *page)
{
    kfm_view_t view;

    KF_TRY(kfm_account_begin(&view, call, "account", kf_catalog_text(KFM_SAY(call), "auth.account.title")));
    KF_TRY(put_profile(&view, page));
    kfm_auth_fields(&view, "password_fields", kfm_password_fields, page->password, page->password_errors);
    put_sessions(&view, page->sessions);
    kfm_put_flag(view.root, "factor_on", kfm_dash_is(page->factor, "enabled"));
    put_problem(&view, page->problem_title, page->problem_text);
    return kfm_dash_send(&view, status, "person/account");
}

/* -- the second factor -- */

/* "ABCD EFGH ...", for easier typing. */
static const char *in_groups(const char *secret, apr_pool_t *p)
{
    const char *text = "";

    for (size_t at = 0, len = strlen(secret); at < len; at += 4) {
        text = apr_pstrcat(p, text, at ? " " : "", apr_pstrndup(p, secret + at, 4), NULL);
    }
    return text;
}

static kf_err_t *put_begun(kfm_view_t *view, const kfm_factor_page_t *page)
{
    apr_pool_t *p = view->call->pool;
    const char *svg;
    char *text;

    if (!page->secret) {
        kfm_put_null(view->root, "begun");
        return NULL;
    }
    KF_TRY(kf_qr_svg(&svg, page->url, p));
    text = apr_palloc(p, KF_BASE64_CHARS(strlen(svg)) + 1);
    kf_base64_write(text, svg, strlen(svg));
    json_object_set_new(view->root, "begun",
                        json_pack("{s:s, s:s, s:s, s:s}", "qr", apr_pstrcat(p, "data:image/svg+xml;base64,", text, NULL),
                                  "secret", page->secret, "groups", in_groups(page->secret, p), "url", page->url));
    return NULL;
}

static void put_codes(kfm_view_t *view, const char *const *codes)
{
    json_t *list = json_array();
    bool any = codes != NULL;

    for (; codes && *codes; codes++) {
        json_array_append_new(list, json_string(*codes));
    }
    json_object_set_new(view->root, "codes", list);
    kfm_put(view->root, "codes_title", any ? kf_catalog_text(KFM_SAY(view->call), "auth.factor.codes_title") : NULL);
}

static void put_factor(kfm_view_t *view, const kfm_factor_page_t *page)
{
    kfm_call_t *call = view->call;
    bool on = kfm_dash_is(page->factor, "enabled");
    json_int_t left = json_integer_value(json_object_get(page->factor, "codes_left"));

    kfm_dash_words(page->factor, call);
    kfm_put_flag(view->root, "on", on && !page->codes);
    kfm_put_flag(view->root, "off", !on && !page->codes && !page->secret);
    kfm_put(view->root, "left_text", kf_catalog_plural(KFM_SAY(call), "auth.factor.left", (long)left, call->pool));
}

kf_err_t *kfm_page_factor(kfm_call_t *call, int status, const kfm_factor_page_t *page)
{
    kfm_view_t view;

    KF_TRY(kfm_account_begin(&view, call, "account", kf_catalog_text(KFM_SAY(call), "auth.factor.title")));
    kfm_dash_back(&view, "/dashboard/account", kf_catalog_text(KFM_SAY(call), "auth.account.title"));
    put_factor(&view, page);
    put_codes(&view, page->codes);
    KF_TRY(put_begun(&view, page));
    kfm_auth_fields(&view, "fields", page->secret ? app_code : own_password, page->typed, page->errors);
    put_problem(&view, page->problem_title, page->problem_text);
    return kfm_dash_send(&view, status, "person/factor");
}
