/* /api/tenant/branding: who the merchant is, and where we reach them. */
#include <string.h>

#include "handle/acts.h"
#include "handle/fields.h"
#include "http/reply.h"
#include "text/validate.h"

enum { F_NAME, F_SUBDOMAIN, F_DOMAIN, F_ZONE, F_LANGUAGE, F_CURRENCY, F_PRIMARY, F_SECONDARY, F_LOGO, F_TERMS,
       F_CONTACT, F_CALLBACK, F_RETURN, F_PHONE, F_ORIGINS, F_FRAMES, F__N };

static const kf_field_t fields[F__N] = {
    [F_NAME] = {.name = "name", .type = KF_F_TEXT, .required = true, .min = 2, .max = 100},
    [F_SUBDOMAIN] = {.name = "subdomain", .type = KF_F_TEXT, .required = true, .min = 3, .max = 63},
    [F_DOMAIN] = {.name = "custom_domain", .type = KF_F_TEXT, .nullable = true, .min = 4, .max = 253},
    [F_ZONE] = {.name = "time_zone", .type = KF_F_TEXT, .min = 1, .max = 64},
    [F_LANGUAGE] = {.name = "language", .type = KF_F_WORD, .words = kfm_words_language},
    [F_CURRENCY] = {.name = "currency", .type = KF_F_TEXT, .min = 3, .max = 3},
    [F_PRIMARY] = {.name = "primary_color", .type = KF_F_TEXT, .nullable = true, .max = 7},
    [F_SECONDARY] = {.name = "secondary_color", .type = KF_F_TEXT, .nullable = true, .max = 7},
    [F_LOGO] = {.name = "logo_url", .type = KF_F_TEXT, .nullable = true, .max = 2000},
    [F_TERMS] = {.name = "terms_url", .type = KF_F_TEXT, .nullable = true, .max = 2000},
    [F_CONTACT] = {.name = "contact", .type = KF_F_TEXT, .nullable = true, .min = 1, .max = 200},
    [F_CALLBACK] = {.name = "callback_url", .type = KF_F_TEXT, .nullable = true, .max = 2000},
    [F_RETURN] = {.name = "return_url", .type = KF_F_TEXT, .nullable = true, .max = 2000},
    [F_PHONE] = {.name = "colombian_phone", .type = KF_F_BOOL},
    [F_ORIGINS] = {.name = "allowed_origins", .type = KF_F_ARRAY, .max = 10},
    [F_FRAMES] = {.name = "frame_origins", .type = KF_F_ARRAY, .max = 10},
};

static kf_err_t *check_names(kfm_call_t *call, const kf_json_value_t *v)
{
    static const char label[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    const kf_json_value_t *sub = &v[F_SUBDOMAIN];
    kf_err_t *bad = NULL;
    const char *clean;

    if (sub->present && (strspn(sub->s, label) != sub->len || sub->s[0] == '-' || sub->s[sub->len - 1] == '-')) {
        kf_err_add(&bad, kf_err_wrong(call->pool, "subdomain", KF_WRONG_BAD_CHARACTERS,
                                      "Lower-case letters, digits and dashes between them are expected."));
    }
    if (v[F_ZONE].present) {
        kf_err_add(&bad, kf_validate_zone(&clean, "time_zone", v[F_ZONE].s, call->pool));
    }
    kf_err_add(&bad, kfm_check_currency(call, &v[F_CURRENCY], "currency"));
    kf_err_add(&bad, kfm_check_color(call, &v[F_PRIMARY], "primary_color"));
    kf_err_add(&bad, kfm_check_color(call, &v[F_SECONDARY], "secondary_color"));
    return bad;
}

/* Where we send things must be an address that may be called, now already. */
static kf_err_t *check(kfm_call_t *call, const kf_json_value_t *v)
{
    kf_err_t *bad = check_names(call, v);

    kf_err_add(&bad, kfm_check_picture(call, &v[F_LOGO], "logo_url"));
    kf_err_add(&bad, kfm_check_web(call, &v[F_TERMS], "terms_url"));
    kf_err_add(&bad, kfm_check_guarded(call, &v[F_CALLBACK], "callback_url"));
    kf_err_add(&bad, kfm_check_guarded(call, &v[F_RETURN], "return_url"));
    kf_err_add(&bad, kfm_check_origins(call, &v[F_ORIGINS], "allowed_origins"));
    kf_err_add(&bad, kfm_check_origins(call, &v[F_FRAMES], "frame_origins"));
    return bad;
}

const kfm_fields_t kfm_fields_branding = {fields, F__N, check};

const kfm_edit_t kfm_branding_change = {.shape = KFM_SET, .stmt = &kf_doc_branding_change,
                                        .fields = &kfm_fields_branding, .partial = true};

kf_err_t *kfm_handle_branding(kfm_call_t *call)
{
    const char *json;

    KF_TRY(kfm_admin_json(&json, call, false, &kf_doc_branding_get, KFM_ARGS(KFM_TENANT(call))));
    return kfm_admin_reply(call, json);
}

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
