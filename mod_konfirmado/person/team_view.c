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

/* The acts of an owner on a person. There are none on the own account, so that no owner is locked out. */
static void add_person(json_t *item, kfm_call_t *call)
{
    const char *state = kfm_dash_text(item, "state"), *name = kfm_dash_text(item, "name");
    const char *title = name && *name ? name : kfm_dash_text(item, "email");
    bool me = !strcmp(kfm_dash_text(item, "id"), kf_uuid_text(&call->who->id, call->pool));
    bool owner = !strcmp(kfm_dash_text(item, "role"), "owner"), off = !strcmp(state, "disabled");
    bool active = !strcmp(state, "active");
    const char *role = kf_catalog_text(KFM_SAY(call), owner ? "auth.staff.role_owner" : "auth.staff.role_staff");
    json_t *said = json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:b, s:b, s:b, s:b, s:b}", "title", title, "initial",
                             kfm_words_initial(title, call->pool), "role_text", role, "badge",
                             kfm_words(call, apr_pstrcat(call->pool, "auth.staff.state_", state, NULL), state), "badge_class",
                             active ? "good" : off ? "off" : "wait", "me", me, "off", off, "can_owner", !me && !owner && !off,
                             "can_staff", !me && owner && !off, "can_disable", !me && !off, "can_enable", !me && off,
                             "can_invite", !strcmp(state, "invited"));

    json_object_update(item, said);
    json_decref(said);
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
        add_person(item, call);
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
    kfm_put(item, "badge", kf_catalog_text(KFM_SAY(call), revoked ? "auth.keys.state_revoked" : "auth.keys.state_live"));
    kfm_put(item, "badge_class", revoked ? "off" : "good");
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
    if (page->key) {
        json_object_set_new(view.root, "made", json_pack("{s:s, s:s?}", "key", page->key, "name", page->key_name));
    }
    KF_TRY(kfm_form_put(&view, page->form));
    put_problem(&view, page->problem_title, page->problem_text);
    return kfm_dash_send(&view, status, "person/keys");
}
