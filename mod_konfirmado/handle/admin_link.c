/* /api/booking-links. */
#include "handle/admin_fields.h"
#include "handle/admin_routes.h"

static const kf_json_field_t fields[] = {
    {.name = "name", .type = KF_JSON_STRING, .required = true, .min = 1, .max = 100},
    {.name = "service", .type = KF_JSON_UUID, .nullable = true},
    {.name = "professional", .type = KF_JSON_UUID, .nullable = true},
    {.name = "locked", .type = KF_JSON_BOOL},
    {.name = "language", .type = KF_JSON_WORD, .nullable = true, .words = kfm_words_language},
    {.name = "expires_at", .type = KF_JSON_INSTANT, .nullable = true},
    {.name = "max_uses", .type = KF_JSON_INT, .nullable = true, .min = 1, .max = 1000000000},
    {.name = "active", .type = KF_JSON_BOOL},
};

const kfm_fields_t kfm_fields_link = KFM_FIELDS(fields, NULL);

static const char *const states[] = {"active", "inactive", "all", NULL};
static const kf_json_field_t filter_fields[] = {
    KFM_LIST_FIELDS,
    {.name = "state", .type = KF_JSON_WORD, .words = states},
};
static const kfm_fields_t filters = KFM_FIELDS(filter_fields, NULL);

static const kfm_edit_t add = {.shape = KFM_ADD, .stmt = &kf_doc_link_add, .fields = &kfm_fields_link,
                               .status = 201, .location = "/api/booking-links/"};
static const kfm_edit_t change = {.shape = KFM_CHANGE, .stmt = &kf_doc_link_change, .fields = &kfm_fields_link,
                                  .partial = true};
static const kfm_edit_t deactivate = {.shape = KFM_ACT, .stmt = &kf_doc_link_deactivate, .status = 204};

kf_err_t *kfm_handle_links(kfm_call_t *call)
{
    return kfm_admin_list(call, &filters, &kf_doc_link_page);
}

kf_err_t *kfm_handle_link(kfm_call_t *call)
{
    return kfm_admin_one(call, &kf_doc_link_get);
}

kf_err_t *kfm_handle_link_add(kfm_call_t *call)
{
    return kfm_admin_edit(call, &add);
}

kf_err_t *kfm_handle_link_change(kfm_call_t *call)
{
    return kfm_admin_edit(call, &change);
}

kf_err_t *kfm_handle_link_deactivate(kfm_call_t *call)
{
    return kfm_admin_edit(call, &deactivate);
}
