#include "repo/calendar/connect.h"

#define KF_CONNECT(name, sql, nparams, flags) const kf_stmt_t kf_connect_##name = {#name, sql, nparams, flags};
#include "repo/calendar/connect.def"
#undef KF_CONNECT

kf_err_t *kf_repo_connect(kf_db_res_t **out, const kf_db_source_t *source, const kf_stmt_t *stmt,
                          const kf_arg_t *args, apr_pool_t *p)
{
    kf_db_t *db;
    kf_err_t *err;

    KF_TRY(source->take(&db, source->baton, p));
    err = kf_db_exec(out, db, stmt, args, p);
    source->give(db, source->baton);
    return err;
}
