/* /dashboard/api-keys. */
#include <apr_strings.h>
#include <string.h>

#include "crypto/hash.h"
#include "flow/person/staff.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "handle/admin.h"
#include "http/body.h"
#include "http/reply.h"
#include "person/account_view.h"
#include "person/person.h"
#include "time/instant.h"

#define HERE "/dashboard/api-keys"

static apr_status_t forget(void *json)
{
    json_decref(json);
    return APR_SUCCESS;
}

/* The scopes of a key as choices, in words. */
static json_t *scope_choices(kfm_call_t *call)
{
    json_t *options = json_object(), *list = json_array();

    for (const char *const *scope = kf_scopes; *scope; scope++) {
        char *key = apr_pstrcat(call->pool, "auth.scope.", *scope, NULL), *colon = strchr(key, ':');

        if (colon) {
            *colon = '_';
        }
        json_array_append_new(list, json_pack("{s:s?, s:s?}", "value", *scope, "text", kfm_words(call, key, *scope)));
    }
    json_object_set_new(options, "scopes", list);
    apr_pool_cleanup_register(call->pool, options, forget, apr_pool_cleanup_null);
    return options;
}

static kfm_form_t key_form(kfm_call_t *call)
{
    return (kfm_form_t){.call = call, .group = "auth.key", .fields = kfm_key_fields, .n = 3,
                        .options = scope_choices(call)};
}

static kf_err_t *show(kfm_call_t *call, int status, kfm_keys_page_t *page)
{
    const char *json;

    KF_TRY(kf_flow_api_key_page(&json, kfm_flow(call), kfm_auth_member(call), call->pool));
    KF_TRY(kfm_admin_parse(&page->keys, call, json));
    return kfm_page_keys(call, status, page);
}

kf_err_t *kfm_handle_keys(kfm_call_t *call)
{
    kfm_form_t form = key_form(call);
    kfm_keys_page_t page = {.form = &form};

    return show(call, 200, &page);
}

static kf_err_t *read_wish(kf_api_key_wish_t *wish, kfm_call_t *call, const json_t *doc)
{
    const json_t *list = json_object_get(doc, "scopes");
    const char *until = kfm_dash_text(doc, "expires_at");
    const char **scopes = apr_pcalloc(call->pool, sizeof(*scopes) * (json_array_size(list) + 1));
    int32_t offset;

    for (size_t i = 0; i < json_array_size(list); i++) {
        scopes[i] = json_string_value(json_array_get(list, i));
    }
    *wish = (kf_api_key_wish_t){.name = kfm_dash_text(doc, "name"), .scopes = scopes};
    if (until && !kf_instant_read(&wish->expires_at, &offset, until, strlen(until))) {
        return kf_err_wrong(call->pool, "expires_at", KF_WRONG_NOT_A_DATE, "expires_at is not a date.");
    }
    return NULL;
}

kf_err_t *kfm_handle_keys_create(kfm_call_t *call)
{
    kfm_form_t form = key_form(call), empty = key_form(call);
    kfm_keys_page_t page = {.form = &form};
    char key[KF_API_KEY_CHARS + 1];
    kf_api_key_wish_t wish;
    const char *json;
    kf_err_t *err;
    json_t *doc;

    KF_TRY(kfm_body_form(&form.posted, call));
    KF_TRY(kfm_form_read(&doc, &form));
    if (form.errors) {
        return show(call, 422, &page);
    }
    err = read_wish(&wish, call, doc);
    if (!err) {
        err = kf_flow_api_key_create(key, &json, kfm_flow(call), kfm_auth_member(call), &wish, call->pool);
    }
    if (err && err->code == KF_E_INVALID && err->field) {
        form.errors = err;
        return show(call, 422, &page);
    }
    KF_TRY(err);
    page = (kfm_keys_page_t){.form = &empty, .key = key, .key_name = wish.name};
    err = show(call, 200, &page);
    kf_wipe(key, sizeof(key));
    return err;
}

kf_err_t *kfm_handle_keys_revoke(kfm_call_t *call)
{
    kf_uuid_t id;

    KF_TRY(kfm_admin_id(&id, call, "id"));
    KF_TRY(kf_flow_api_key_revoke(kfm_flow(call), kfm_auth_member(call), &id, call->pool));
    return kfm_dash_go(call, HERE, "auth.revoked");
}
