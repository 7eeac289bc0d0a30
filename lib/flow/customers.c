#include "flow/customers.h"

/* In one transaction, also for a business that may change nothing else. */
static kf_err_t *act(const char **json, kf_db_t *db, const kf_stmt_t *stmt, const kf_admin_act_t *of, apr_pool_t *p)
{
    KF_TRY(kf_db_begin(db, p));
    KF_TRY(kf_flow_actor_reads(db, of->tenant, of->actor, p));
    KF_TRY(kf_repo_doc(json, db, stmt, of->args, p));
    return kf_db_commit(db, p);
}

static kf_err_t *run(const char **json, const kf_flow_t *flow, const kf_stmt_t *stmt, const kf_admin_act_t *of,
                     apr_pool_t *p)
{
    kf_db_t *db;
    kf_err_t *err;

    KF_TRY(flow->db->take(&db, flow->db->baton, p));
    err = act(json, db, stmt, of, p);
    flow->db->give(db, flow->db->baton); /* rolls back what is open */
    return err;
}

kf_err_t *kf_flow_customer_export(const char **json, const kf_flow_t *flow, const kf_uuid_t *tenant,
                                  const kf_actor_t *actor, const char *email, apr_pool_t *p)
{
    const kf_arg_t args[] = {KF_UUID(tenant), KF_TEXT(email)};

    return run(json, flow, &kf_doc_customer_export, &(kf_admin_act_t){.tenant = tenant, .actor = actor, .args = args}, p);
}

kf_err_t *kf_flow_customer_erase(const char **json, const kf_flow_t *flow, const kf_uuid_t *tenant,
                                 const kf_actor_t *actor, const char *email, apr_pool_t *p)
{
    const kf_arg_t args[] = {KF_UUID(tenant), KF_TEXT(email)};

    return run(json, flow, &kf_doc_customer_erase, &(kf_admin_act_t){.tenant = tenant, .actor = actor, .args = args}, p);
}
