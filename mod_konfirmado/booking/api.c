/* /api/bookings and /api/calendar, as the merchant sees them. */
#include "handle/acts.h"
#include "tenant.h"
#include "text/validate.h"

/* -- bookings made by the merchant: at the service's price, without an online payment -- */

static kf_err_t *put(json_t *object, const char *member, const char *value)
{
    json_object_set_new(object, member, json_string(value));
    return NULL;
}

/* Replaces a valid e-mail address and phone number by its normal form, as for a customer's own booking. */
kf_err_t *kfm_check_booking(kfm_call_t *call, const kf_json_value_t *v)
{
    kf_phone_rule_t rule = call->tenant->colombian_phone ? KF_PHONE_CO : KF_PHONE_ANY;
    kf_json_value_t c[KFM_N(customer)] = {{0}};
    kf_err_t *bad, *wrong;
    const char *clean;

    if (!v[KFM_AT(booking, customer)].present) {
        return NULL;
    }
    bad = kf_json_map(c, v[KFM_AT(booking, customer)].json, kfm_customer_fields, KFM_N(customer), "customer", call->pool);
    if (c[KFM_AT(customer, email)].present) {
        wrong = kf_validate_email(&clean, "customer.email", c[KFM_AT(customer, email)].s, call->pool);
        kf_err_add(&bad, wrong ? wrong : put(v[KFM_AT(booking, customer)].json, "email", clean));
    }
    if (c[KFM_AT(customer, phone)].present && c[KFM_AT(customer, phone)].len) {
        wrong = kf_validate_phone(&clean, "customer.phone", c[KFM_AT(customer, phone)].s, rule, call->pool);
        kf_err_add(&bad, wrong ? wrong : put(v[KFM_AT(booking, customer)].json, "phone", clean));
    }
    return bad;
}
