#include "flow/booking/address.h"

#include "repo/booking/address.h"

kf_err_t *kf_flow_address_ask(const kf_flow_t *flow, const kf_uuid_t *tenant, const kf_customer_t *customer,
                              const kf_err_t *refused, apr_pool_t *p)
{
    kf_db_t *db;

    if (!refused || refused->code != KF_E_EMAIL_UNCONFIRMED) {
        return NULL;
    }
    KF_TRY(kf_flow_take(&db, flow, p));
    return kf_flow_give(flow, db,
                        kf_repo_address_ask(db, tenant, customer->email, customer->name, customer->language, p));
}

kf_err_t *kf_flow_address_confirm(const char **doc, const kf_flow_t *flow, const char *token, bool confirm,
                                  apr_pool_t *p)
{
    kf_db_t *db;

    *doc = NULL;
    KF_TRY(kf_flow_take(&db, flow, p));
    return kf_flow_give(flow, db, kf_repo_address_confirm(doc, db, token, confirm, p));
}
