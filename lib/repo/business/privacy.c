#include "repo/business/privacy.h"

static const kf_stmt_t take_time = {
    "take_time",
    "SELECT set_config('statement_timeout', '0', true), set_config('lock_timeout', '60s', true),"
    " set_config('idle_in_transaction_session_timeout', '0', true)",
    0, 0};
static const kf_stmt_t export_open = {"tenant_export_open", "SELECT kf.tenant_export($1::uuid)", 1, 0};
static const kf_stmt_t export_fetch = {"tenant_export_fetch", "FETCH FORWARD 50 FROM tenant_export", 0, 0};
static const kf_stmt_t tenant_delete = {"tenant_delete", "SELECT kf.tenant_delete($1::uuid, $2::boolean)", 2, 0};

kf_err_t *kf_repo_take_time(kf_db_t *db, apr_pool_t *p)
{
    kf_db_res_t *res;

    return kf_db_exec(&res, db, &take_time, NULL, p);
}

kf_err_t *kf_repo_tenant_export_open(kf_db_t *db, const kf_uuid_t *tenant, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &export_open, p, KF_UUID(tenant));
}

kf_err_t *kf_repo_tenant_export_fetch(kf_db_res_t **out, kf_db_t *db, apr_pool_t *p)
{
    return kf_db_exec(out, db, &export_fetch, NULL, p);
}

kf_err_t *kf_repo_tenant_delete(const char **json, kf_db_t *db, const kf_uuid_t *tenant, bool force, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &tenant_delete, p, KF_UUID(tenant), KF_BOOL(force)));
    *json = kf_db_json(res, 0, 0);
    return NULL;
}
