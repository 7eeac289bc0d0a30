/* /api/services. */
#include <apr_strings.h>
#include <string.h>

#include "fields.h"
#include "handle/acts.h"
#include "handle/fields.h"

/* -- what is given back when the customer cancels -- */

enum { T_HOURS, T_PERCENT, T__N };

static const kf_field_t tier_fields[T__N] = {
    [T_HOURS] = {.name = "hours", .type = KF_F_INT, .required = true, .min = 0, .max = 8760},
    [T_PERCENT] = {.name = "percent", .type = KF_F_INT, .required = true, .min = 0, .max = 100},
};

static kf_err_t *check_tiers(kfm_call_t *call, const kf_json_value_t *v, const char *field)
{
    kf_json_value_t t[T__N];
    kf_err_t *bad = NULL;
    json_t *one;
    size_t i;

    json_array_foreach (v->json, i, one) {
        kf_err_add(&bad, kf_json_map(t, one, tier_fields, T__N, apr_psprintf(call->pool, "%s.%d", field, (int)i),
                                     call->pool));
    }
    return bad;
}

/* A deposit above the price would make the price a wrong one. */
static kf_err_t *check(kfm_call_t *call, const kf_json_value_t *v)
{
    const kf_json_value_t *tiers = &v[KFM_SERVICE_cancel_tiers], *price = &v[KFM_SERVICE_price_cents],
                          *deposit = &v[KFM_SERVICE_deposit_cents];
    kf_err_t *bad = tiers->present ? check_tiers(call, tiers, "cancel_tiers") : NULL;

    if (deposit->present && price->present && deposit->i > price->i) {
        kf_err_add(&bad, kf_err_wrong(call->pool, "deposit_cents", KF_WRONG_OUT_OF_RANGE,
                                      "The deposit cannot be more than the price."));
    }
    return bad;
}

const kfm_fields_t kfm_fields_service = {kfm_service_fields, KFM_SERVICE_N, check};

static const kf_field_t filter_fields[] = {
    KFM_LIST_FIELDS,
    {.name = "state", .type = KF_F_WORD, .words = kfm_words_archive},
};
static const kfm_fields_t filters = KFM_FIELDS(filter_fields, NULL);

const kfm_edit_t kfm_service_add = {.shape = KFM_ADD, .stmt = &kf_doc_service_add, .fields = &kfm_fields_service,
                                    .status = 201, .location = "/api/services/"};
const kfm_edit_t kfm_service_change = {.shape = KFM_CHANGE, .stmt = &kf_doc_service_change,
                                       .fields = &kfm_fields_service, .partial = true};
const kfm_edit_t kfm_service_archive = {.shape = KFM_ACT, .stmt = &kf_doc_service_archive, .status = 204};
const kfm_edit_t kfm_service_restore = {.shape = KFM_ACT, .stmt = &kf_doc_service_restore};

const kfm_list_t kfm_services = {&filters, &kf_doc_service_page};
