/* /api/tenant/branding: the merchant's name, branding and contact. */
#include <string.h>

#include "fields.h"
#include "handle/acts.h"
#include "http/reply.h"

kf_err_t *kfm_check_business(kfm_call_t *call, const kf_json_value_t *v)
{
    static const char label[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    const kf_json_value_t *sub = &v[KFM_AT(business, subdomain)];
    kf_err_t *bad = NULL;

    if (sub->present && (strspn(sub->s, label) != sub->len || sub->s[0] == '-' || sub->s[sub->len - 1] == '-')) {
        kf_err_add(&bad, kf_err_wrong(call->pool, "subdomain", KF_WRONG_BAD_CHARACTERS,
                                      "This must be lower-case letters and digits, with hyphens between them."));
    }
    kf_err_add(&bad, kfm_check_origins(call, &v[KFM_AT(business, allowed_origins)], "allowed_origins"));
    kf_err_add(&bad, kfm_check_origins(call, &v[KFM_AT(business, frame_origins)], "frame_origins"));
    return bad;
}

/* GET /api/tenant/subdomain?name= */
kf_err_t *kfm_handle_subdomain(kfm_call_t *call)
{
    const char *json, *name;
    json_t *query;

    KF_TRY(kfm_admin_query(&query, NULL, call));
    name = json_string_value(json_object_get(query, "name"));
    KF_TRY(kfm_admin_json(&json, call, false, &kf_doc_subdomain_free, KFM_ARGS(KFM_TENANT(call), KF_TEXT(name))));
    return kfm_reply_json(call, 200, json, strlen(json));
}
