#include "repo/waiting/due.h"

static const kf_stmt_t work_reminders = {
    "work_reminders", "SELECT sent + skipped FROM kf.work_reminders($1::int)", 1, KF_STMT_REPEATABLE};

static const kf_stmt_t work_waiting = {
    "work_waiting", "SELECT seen FROM kf.work_waiting($1::int, $2::boolean)", 2, KF_STMT_REPEATABLE};

kf_err_t *kf_repo_work_reminders(int *n, kf_db_t *db, int limit, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &work_reminders, p, KF_INT4(limit)));
    *n = (int)kf_db_int(res, 0, 0);
    return NULL;
}

kf_err_t *kf_repo_work_waiting(int *n, kf_db_t *db, int limit, bool own_only, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &work_waiting, p, KF_INT4(limit), KF_BOOL(own_only)));
    *n = (int)kf_db_int(res, 0, 0);
    return NULL;
}
