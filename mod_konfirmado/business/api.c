/* /api/tenant/branding: who the merchant is, and where we reach them. */
#include <string.h>

#include "fields.h"
#include "handle/acts.h"
#include "handle/fields.h"
#include "http/reply.h"

static kf_err_t *check(kfm_call_t *call, const kf_json_value_t *v)
{
    static const char label[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    const kf_json_value_t *sub = &v[KFM_BUSINESS_subdomain];
    kf_err_t *bad = NULL;

    if (sub->present && (strspn(sub->s, label) != sub->len || sub->s[0] == '-' || sub->s[sub->len - 1] == '-')) {
        kf_err_add(&bad, kf_err_wrong(call->pool, "subdomain", KF_WRONG_BAD_CHARACTERS,
                                      "Lower-case letters, digits and dashes between them are expected."));
    }
    kf_err_add(&bad, kfm_check_origins(call, &v[KFM_BUSINESS_allowed_origins], "allowed_origins"));
    kf_err_add(&bad, kfm_check_origins(call, &v[KFM_BUSINESS_frame_origins], "frame_origins"));
    return bad;
}

const kfm_fields_t kfm_fields_branding = {kfm_business_fields, KFM_BUSINESS_N, check};

const kfm_edit_t kfm_branding_change = {.shape = KFM_SET, .stmt = &kf_doc_branding_change,
                                        .fields = &kfm_fields_branding, .partial = true};

/* Has the proof of the own domain looked for soon. */
const kfm_edit_t kfm_domain_check = {.shape = KFM_ALONE, .stmt = &kf_doc_domain_check};

/* GET /api/tenant/subdomain?name= */
kf_err_t *kfm_handle_subdomain(kfm_call_t *call)
{
    static const kf_field_t name_field[] = {
        {.name = "name", .type = KF_F_TEXT, .required = true, .min = 1, .max = 63}};
    static const kfm_fields_t name_fields = KFM_FIELDS(name_field, NULL);
    const char *json, *name;
    json_t *query;

    KF_TRY(kfm_admin_query(&query, call, &name_fields));
    name = json_string_value(json_object_get(query, "name"));
    KF_TRY(kfm_admin_json(&json, call, false, &kf_doc_subdomain_free, KFM_ARGS(KFM_TENANT(call), KF_TEXT(name))));
    return kfm_reply_json(call, 200, json, strlen(json));
}
