/* The people of a business and its API keys. */
#include <apr_strings.h>
#include <string.h>

#include "person/account_view.h"

static const char *const roles[] = {"staff", "owner", NULL};
static const char *const languages[] = {"es", "en", NULL};

const kf_field_t kfm_invite_fields[4] = {
    {.name = "email", .type = KF_F_EMAIL, .required = true, .min = 3, .max = 254},
    {.name = "name", .type = KF_F_TEXT, .min = 2, .max = 100},
    {.name = "role", .type = KF_F_WORD, .required = true, .words = roles, .initial = "staff"},
    {.name = "language", .type = KF_F_WORD, .required = true, .words = languages, .initial = "es"},
};
const kf_field_t kfm_key_fields[3] = {
    {.name = "name", .type = KF_F_TEXT, .required = true, .min = 1, .max = 100},
    {.name = "scopes", .type = KF_F_IDS, .required = true},
    {.name = "expires_at", .type = KF_F_UNTIL},
};

static void put_problem(kfm_view_t *view, const char *title, const char *text)
{
    if (text) {
        kfm_view_message(view, title, text, NULL);
    }
}

/* -- people -- */

static void put_badge(json_t *item, kfm_call_t *call, const char *state)
{
    bool good = strcmp(state, "active") == 0, off = strcmp(state, "disabled") == 0;

    kfm_put(item, "badge", kfm_words(call, apr_pstrcat(call->pool, "auth.staff.state_", state, NULL), state));
    kfm_put(item, "badge_class", good ? "good" : off ? "off" : "wait");
}

/* What an owner can do about a person; about themselves nothing, so that nobody locks themselves out. */
static void put_person(json_t *item, kfm_call_t *call)
{
    const char *state = kfm_dash_text(item, "state"), *role = kfm_dash_text(item, "role");
    const char *name = kfm_dash_text(item, "name"), *email = kfm_dash_text(item, "email");
    bool me = !strcmp(kfm_dash_text(item, "id"), kf_uuid_text(&call->who->id, call->pool));
    bool owner = !strcmp(role, "owner"), off = !strcmp(state, "disabled"), new = !strcmp(state, "invited");

    kfm_put(item, "title", name && *name ? name : email);
    kfm_put(item, "initial", kfm_words_initial(name && *name ? name : email, call->pool));
    kfm_put(item, "role_text", kf_catalog_text(KFM_SAY(call), owner ? "auth.staff.role_owner" : "auth.staff.role_staff"));
    put_badge(item, call, state);
    kfm_put_flag(item, "named", name && *name);
    kfm_put_flag(item, "me", me);
    kfm_put_flag(item, "off", off);
    kfm_put_flag(item, "can_owner", !me && !owner && !off);
    kfm_put_flag(item, "can_staff", !me && owner && !off);
    kfm_put_flag(item, "can_disable", !me && !off);
    kfm_put_flag(item, "can_enable", !me && off);
    kfm_put_flag(item, "can_invite", new);
    kfm_put_flag(item, "factor", kfm_dash_is(item, "second_factor"));
}

kf_err_t *kfm_page_staff(kfm_call_t *call, int status, const kfm_staff_page_t *page)
{
    json_t *items = json_object_get(page->people, "items"), *item;
    kfm_view_t view;
    size_t i;

    KF_TRY(kfm_account_begin(&view, call, "staff", kf_catalog_text(KFM_SAY(call), "auth.staff.title")));
    kfm_put(view.root, "intro", kf_catalog_text(KFM_SAY(call), "auth.staff.intro"));
    kfm_dash_words(page->people, call);
    json_array_foreach(items, i, item) {
        put_person(item, call);
    }
    json_object_set(view.root, "people", items);
    KF_TRY(kfm_form_put(&view, page->form));
    put_problem(&view, page->problem_title, page->problem_text);
    return kfm_dash_send(&view, status, "person/staff");
}

/* -- keys -- */

static const char *scope_words(kfm_call_t *call, const char *scope)
{
    char *key = apr_pstrcat(call->pool, "auth.scope.", scope, NULL), *colon = strchr(key, ':');

    if (colon) {
        *colon = '_';
    }
    return kfm_words(call, key, scope);
}

static void put_key(json_t *item, kfm_call_t *call)
{
    bool revoked = json_is_string(json_object_get(item, "revoked_at"));
    const char *text = "";
    json_t *scope;
    size_t i;

    json_array_foreach(json_object_get(item, "scopes"), i, scope) {
        text = apr_pstrcat(call->pool, text, i ? " · " : "", scope_words(call, json_string_value(scope)), NULL);
    }
    kfm_put(item, "scopes_text", text);
    kfm_put_flag(item, "revoked", revoked);
    kfm_put_flag(item, "never_used", !json_is_string(json_object_get(item, "last_used_at")));
    kfm_put_flag(item, "forever", !json_is_string(json_object_get(item, "expires_at")));
    kfm_put(item, "badge", kf_catalog_text(KFM_SAY(call), revoked ? "auth.keys.state_revoked" : "auth.keys.state_live"));
    kfm_put(item, "badge_class", revoked ? "off" : "good");
}

static void put_made(kfm_view_t *view, const kfm_keys_page_t *page)
{
    json_t *made;

    if (!page->key) {
        kfm_put_null(view->root, "made");
        return;
    }
    made = json_object();
    kfm_put(made, "key", page->key);
    kfm_put(made, "name", page->key_name);
    json_object_set_new(view->root, "made", made);
}

kf_err_t *kfm_page_keys(kfm_call_t *call, int status, const kfm_keys_page_t *page)
{
    json_t *items = json_object_get(page->keys, "items"), *item;
    kfm_view_t view;
    size_t i;

    KF_TRY(kfm_account_begin(&view, call, "api_keys", kf_catalog_text(KFM_SAY(call), "auth.keys.title")));
    kfm_put(view.root, "intro", kf_catalog_text(KFM_SAY(call), "auth.keys.intro"));
    kfm_dash_words(page->keys, call);
    json_array_foreach(items, i, item) {
        put_key(item, call);
    }
    json_object_set(view.root, "keys", items);
    put_made(&view, page);
    KF_TRY(kfm_form_put(&view, page->form));
    put_problem(&view, page->problem_title, page->problem_text);
    return kfm_dash_send(&view, status, "person/keys");
}
