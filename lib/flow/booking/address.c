#include "flow/booking/address.h"

#include "repo/address.h"

kf_err_t *kf_flow_address_ask(const kf_flow_t *flow, const kf_uuid_t *tenant, const kf_customer_t *customer,
                              const kf_err_t *refused, apr_pool_t *p)
{
    kf_db_t *db;
    kf_err_t *err;

    if (!refused || refused->code != KF_E_EMAIL_UNCONFIRMED) {
        return NULL;
    }
    KF_TRY(flow->db->take(&db, flow->db->baton, p));
    err = kf_repo_address_ask(db, tenant, customer->email, customer->name, customer->language, p);
    flow->db->give(db, flow->db->baton);
    return err;
}

kf_err_t *kf_flow_address_confirm(const char **doc, const kf_flow_t *flow, const char *token, bool confirm,
                                  apr_pool_t *p)
{
    kf_db_t *db;
    kf_err_t *err;

    *doc = NULL;
    KF_TRY(flow->db->take(&db, flow->db->baton, p));
    err = kf_repo_address_confirm(doc, db, token, confirm, p);
    flow->db->give(db, flow->db->baton);
    return err;
}
