#include "repo/business/forget.h"

static const kf_stmt_t sweeps[] = {
    {"session_sweep", "SELECT kf.session_sweep($1::int)", 1, KF_STMT_REPEATABLE},
    {"token_sweep", "SELECT kf.token_sweep($1::int)", 1, KF_STMT_REPEATABLE},
    {"told_sweep", "SELECT kf.told_sweep($1::int)", 1, KF_STMT_REPEATABLE},
    {"claim_sweep", "SELECT kf.claim_sweep($1::int)", 1, KF_STMT_REPEATABLE},
    {"registration_sweep", "SELECT kf.registration_sweep($1::int)", 1, KF_STMT_REPEATABLE},
    {"work_retention", "SELECT kf.work_retention($1::int)", 1, KF_STMT_REPEATABLE},
};

static const kf_stmt_t upload_sweep = {
    "upload_sweep", "SELECT name, in_folder FROM kf.upload_sweep($1::int)", 1, 0};

int kf_repo_forget_kinds(void)
{
    return (int)(sizeof(sweeps) / sizeof(*sweeps));
}

kf_err_t *kf_repo_forget(int *n, int kind, kf_db_t *db, int limit, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &sweeps[kind], p, KF_INT4(limit)));
    *n = kf_db_rows(res) ? (int)kf_db_int(res, 0, 0) : 0;
    return NULL;
}

kf_err_t *kf_repo_forget_uploads(kf_forgotten_upload_t **out, int *n, kf_db_t *db, int limit, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &upload_sweep, p, KF_INT4(limit)));
    *n = kf_db_rows(res);
    *out = apr_pcalloc(p, (size_t)(*n > 0 ? *n : 1) * sizeof(**out));
    for (int i = 0; i < *n; i++) {
        (*out)[i].name = kf_db_text(res, i, 0);
        (*out)[i].in_folder = kf_db_bool(res, i, 1);
    }
    return NULL;
}
