#include "repo/figures/figures.h"

static const kf_stmt_t funnel_add = {"funnel_add", "SELECT kf.funnel_add($1::jsonb)", 1, 0};

static const kf_stmt_t figures_roll = {"figures_roll", "SELECT kf.figures_roll($1::int)", 1, KF_STMT_REPEATABLE};

kf_err_t *kf_repo_funnel_add(kf_db_t *db, const char *steps, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &funnel_add, p, KF_TEXT(steps));
}

kf_err_t *kf_repo_figures_roll(int *found, kf_db_t *db, int limit, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &figures_roll, p, KF_INT4(limit)));
    *found = (int)kf_db_int(res, 0, 0);
    return NULL;
}
