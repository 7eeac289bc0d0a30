/* The owner's API of staff and keys: /api/staff, /api/api-keys. */
#include <apr_strings.h>
#include <string.h>

#include "crypto/hash.h"
#include "flow/person/staff.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "handle/admin.h"
#include "http/reply.h"
#include "person/person.h"
#include "text/validate.h"

static kf_err_t *answer(kfm_call_t *call, int status, const char *json)
{
    return kfm_reply_json(call, status, json, strlen(json));
}

/* -- staff -- */

kf_err_t *kfm_handle_api_staff(kfm_call_t *call)
{
    const char *json;

    KF_TRY(kf_flow_staff_page(&json, kfm_flow(call), kfm_auth_member(call), call->pool));
    return answer(call, 200, json);
}

kf_err_t *kfm_handle_api_staff_invite(kfm_call_t *call)
{
    kf_member_t *member = kfm_auth_member(call);
    kf_invite_wish_t wish;
    kf_json_value_t v[KFM_N(colleague)];
    const char *json;

    KF_TRY(kfm_call_fields(v, call));
    wish = (kf_invite_wish_t){v[KFM_AT(colleague, email)].s, v[KFM_AT(colleague, name)].s, v[KFM_AT(colleague, role)].s,
                              v[KFM_AT(colleague, language)].s};
    KF_TRY(kfm_auth_counted(call, member->visit,
                            kf_flow_staff_invite(&json, kfm_flow(call), member, &wish, call->pool)));
    return answer(call, 201, json);
}

/* If-Match: "3". 0 (any version) without the header or for `*`. */
static kf_err_t *read_version(int *version, kfm_call_t *call)
{
    const char *tag = kfm_call_header(call, "If-Match");
    size_t len = tag ? strlen(tag) : 0;
    int64_t number = 0;

    *version = 0;
    if (!tag || strcmp(tag, "*") == 0) {
        return NULL;
    }
    if (len < 3 || tag[0] != '"' || tag[len - 1] != '"'
        || kf_validate_int(&number, "If-Match", apr_pstrmemdup(call->pool, tag + 1, len - 2), 1, INT32_MAX,
                           call->pool)) {
        return kf_err(call->pool, KF_E_PRECONDITION, "If-Match is not one of our ETags.");
    }
    *version = (int)number;
    return NULL;
}

kf_err_t *kfm_handle_api_staff_change(kfm_call_t *call)
{
    kf_staff_change_t change;
    kf_json_value_t v[KFM_N(colleague_change)], *enabled = &v[KFM_AT(colleague_change, enabled)];
    kf_uuid_t id;
    const char *json;
    int version;

    KF_TRY(kfm_admin_id(&id, call, "id"));
    KF_TRY(read_version(&version, call));
    KF_TRY(kfm_call_fields(v, call));
    change = (kf_staff_change_t){version, v[KFM_AT(colleague_change, name)].s, v[KFM_AT(colleague_change, role)].s,
                                 enabled->present ? enabled->b : -1};
    KF_TRY(kf_flow_staff_change(&json, kfm_flow(call), kfm_auth_member(call), &id, &change, call->pool));
    return answer(call, 200, json);
}

kf_err_t *kfm_handle_api_staff_disable(kfm_call_t *call)
{
    kf_staff_change_t change = {.enabled = 0};
    kf_uuid_t id;
    const char *json;

    KF_TRY(kfm_admin_id(&id, call, "id"));
    KF_TRY(read_version(&change.version, call));
    KF_TRY(kf_flow_staff_change(&json, kfm_flow(call), kfm_auth_member(call), &id, &change, call->pool));
    return kfm_reply_empty(call, 204);
}

/* -- API keys -- */

kf_err_t *kfm_handle_api_keys(kfm_call_t *call)
{
    const char *json;

    KF_TRY(kf_flow_api_key_page(&json, kfm_flow(call), kfm_auth_member(call), call->pool));
    return answer(call, 200, json);
}

static kf_err_t *read_scopes(const char ***out, kfm_call_t *call, json_t *list)
{
    const char **scopes = apr_pcalloc(call->pool, sizeof(*scopes) * (json_array_size(list) + 1));
    json_t *item;
    size_t i;

    json_array_foreach(list, i, item) {
        if (!json_is_string(item)) {
            return kf_err_wrong(call->pool, "scopes", KF_WRONG_WRONG_TYPE, "Each scope must be a string.");
        }
        scopes[i] = json_string_value(item);
    }
    *out = scopes;
    return NULL;
}

kf_err_t *kfm_handle_api_key_create(kfm_call_t *call)
{
    char key[KF_API_KEY_CHARS + 1];
    kf_api_key_wish_t wish;
    kf_json_value_t v[KFM_N(api_key)], *expires = &v[KFM_AT(api_key, expires_at)];
    const char *json, **scopes;
    json_t *doc;

    KF_TRY(kfm_call_fields(v, call));
    KF_TRY(read_scopes(&scopes, call, v[KFM_AT(api_key, scopes)].json));
    wish = (kf_api_key_wish_t){v[KFM_AT(api_key, name)].s, scopes, expires->present ? expires->at : 0};
    KF_TRY(kf_flow_api_key_create(key, &json, kfm_flow(call), kfm_auth_member(call), &wish, call->pool));
    KF_TRY(kfm_admin_parse(&doc, call, json));
    json_object_set_new(doc, "key", json_string(key));
    kf_wipe(key, sizeof(key));
    return answer(call, 201, kfm_admin_text(call, doc));
}

kf_err_t *kfm_handle_api_key_revoke(kfm_call_t *call)
{
    kf_uuid_t id;

    KF_TRY(kfm_admin_id(&id, call, "id"));
    KF_TRY(kf_flow_api_key_revoke(kfm_flow(call), kfm_auth_member(call), &id, call->pool));
    return kfm_reply_empty(call, 204);
}
