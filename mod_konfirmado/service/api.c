/* /api/services. */
#include <apr_strings.h>
#include <string.h>

#include "fields.h"
#include "handle/acts.h"

/* -- the refund after a customer's cancellation -- */

static kf_err_t *check_tiers(kfm_call_t *call, const kf_json_value_t *v, const char *field)
{
    kf_json_value_t t[KFM_N(tier)];
    kf_err_t *bad = NULL;
    json_t *one;
    size_t i;

    json_array_foreach (v->json, i, one) {
        kf_err_add(&bad, kf_json_map(t, one, kfm_tier_fields, KFM_N(tier), apr_psprintf(call->pool, "%s.%d", field, (int)i),
                                     call->pool));
    }
    return bad;
}

/* Refuses a deposit above the price, with the error at the deposit. */
kf_err_t *kfm_check_service(kfm_call_t *call, const kf_json_value_t *v)
{
    const kf_json_value_t *tiers = &v[KFM_AT(service, cancel_tiers)],
                          *price = &v[KFM_AT(service, price_cents)],
                          *deposit = &v[KFM_AT(service, deposit_cents)];
    kf_err_t *bad = tiers->present ? check_tiers(call, tiers, "cancel_tiers") : NULL;

    if (deposit->present && price->present && deposit->i > price->i) {
        kf_err_add(&bad, kf_err_wrong(call->pool, "deposit_cents", KF_WRONG_OUT_OF_RANGE,
                                      "The deposit cannot be more than the price."));
    }
    return bad;
}
