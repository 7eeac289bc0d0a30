#include "repo/admin_doc.h"

#define KF_DOC(name, sql, nparams, flags) const kf_stmt_t kf_doc_##name = {"doc_" #name, sql, nparams, flags};
#include "repo/admin_doc.def"
#undef KF_DOC

static const kf_stmt_t actor_set = {"actor_set", "SELECT kf.actor_set($1::uuid, $2::jsonb, $3::boolean)", 3, 0};

kf_err_t *kf_repo_actor_set(kf_db_t *db, const kf_uuid_t *tenant, const char *actor, bool writes, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &actor_set, p, KF_UUID(tenant), KF_TEXT(actor), KF_BOOL(writes));
}

kf_err_t *kf_repo_doc(const char **json, kf_db_t *db, const kf_stmt_t *stmt, const kf_arg_t *args, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(kf_db_exec(&res, db, stmt, args, p));
    *json = kf_db_rows(res) && !kf_db_isnull(res, 0, 0) ? kf_db_json(res, 0, 0) : NULL;
    return NULL;
}
