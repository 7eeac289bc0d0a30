#include "repo/operator/backup.h"

#include "repo/business/privacy.h"
#include "repo/operator/schema.h"

static const char one_moment[] = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";
static const char become[] = "SET LOCAL ROLE konfirmado_backup";

static const kf_stmt_t may_become = {
    "backup_may", "SELECT count(*) = 1 FROM pg_roles WHERE rolname = 'konfirmado_backup' AND pg_has_role(oid, 'MEMBER')",
    0, KF_STMT_REPEATABLE};

/* Tables with rows that row security would hide: a dump would silently lack them. */
static const kf_stmt_t hidden = {
    "backup_hidden",
    "SELECT c.relname::text FROM pg_class c, pg_roles r"
    " WHERE r.rolname = 'konfirmado_backup' AND c.relnamespace = 'kf'::regnamespace AND c.relkind IN ('r', 'p')"
    "  AND (NOT has_table_privilege(r.oid, c.oid, 'SELECT')"
    "   OR c.relrowsecurity AND NOT (r.rolsuper OR r.rolbypassrls) AND ("
    "    NOT EXISTS (SELECT FROM pg_policy y WHERE y.polrelid = c.oid AND y.polpermissive AND y.polcmd IN ('r', '*')"
    "                AND r.oid = ANY (y.polroles) AND pg_get_expr(y.polqual, y.polrelid) = 'true')"
    "    OR EXISTS (SELECT FROM pg_policy y WHERE y.polrelid = c.oid AND NOT y.polpermissive AND y.polcmd IN ('r', '*')"
    "               AND y.polroles && ARRAY[0, r.oid])))"
    " ORDER BY 1",
    0, KF_STMT_REPEATABLE};

static const kf_stmt_t snapshot = {"backup_snapshot", "SELECT pg_export_snapshot()", 0, 0};

static const kf_stmt_t sums = {"table_sums", "SELECT name, n, sum FROM kf.table_sums()", 0, KF_STMT_REPEATABLE};

static const char prepare_schema[] =
    "CREATE SCHEMA kf AUTHORIZATION konfirmado_owner;"
    "GRANT USAGE, CREATE ON SCHEMA kf TO konfirmado_directory, konfirmado_privacy";

static const kf_stmt_t waiting = {"jobs_waiting", "SELECT queue, due, later, oldest FROM kf.jobs_waiting()", 0,
                                  KF_STMT_REPEATABLE};

static kf_err_t *ask(bool *out, kf_db_t *db, const kf_stmt_t *stmt, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(kf_db_exec(&res, db, stmt, NULL, p));
    *out = kf_db_bool(res, 0, 0);
    return NULL;
}

static kf_err_t *check_hidden(kf_db_t *db, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(kf_db_exec(&res, db, &hidden, NULL, p));
    return kf_db_rows(res) ? kf_err(p, KF_E_CONFLICT, "The role konfirmado_backup does not read every row of kf.%s "
                                                      "(and of %d more tables): run konfirmadoctl migrate.", kf_db_text(res, 0, 0),
                                    kf_db_rows(res) - 1)
                           : NULL;
}

kf_err_t *kf_repo_backup_begin(kf_db_t *db, apr_pool_t *p)
{
    bool may;

    KF_TRY(ask(&may, db, &may_become, p));
    if (!may) {
        return kf_err(p, KF_E_FORBIDDEN, "Connect as konfirmado_backup or konfirmado_owner: no other role can read the "
                                         "rows of all businesses. sql/roles.sql creates both.");
    }
    KF_TRY(kf_db_begin(db, p));
    KF_TRY(kf_db_script(db, one_moment, p));
    KF_TRY(kf_repo_take_time(db, p));
    KF_TRY(check_hidden(db, p));
    return kf_db_script(db, become, p);
}

kf_err_t *kf_repo_backup_snapshot(const char **out, kf_db_t *db, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(kf_db_exec(&res, db, &snapshot, NULL, p));
    *out = kf_db_text(res, 0, 0);
    return NULL;
}

kf_err_t *kf_repo_table_sums(apr_array_header_t **out, kf_db_t *db, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(kf_db_exec(&res, db, &sums, NULL, p));
    *out = apr_array_make(p, kf_db_rows(res) + 1, sizeof(kf_table_sum_t));
    for (int i = 0; i < kf_db_rows(res); i++) {
        kf_table_sum_t *row = apr_array_push(*out);

        row->name = kf_db_text(res, i, 0);
        row->rows = kf_db_int(res, i, 1);
        row->sum = kf_db_text(res, i, 2);
    }
    return NULL;
}

kf_err_t *kf_repo_schema_prepare(kf_db_t *db, apr_pool_t *p)
{
    return kf_db_script(db, prepare_schema, p);
}

kf_err_t *kf_repo_jobs_waiting(apr_array_header_t **out, kf_db_t *db, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(kf_db_exec(&res, db, &waiting, NULL, p));
    *out = apr_array_make(p, kf_db_rows(res) + 1, sizeof(kf_queue_t));
    for (int i = 0; i < kf_db_rows(res); i++) {
        kf_queue_t *row = apr_array_push(*out);

        row->queue = kf_db_text(res, i, 0);
        row->due = kf_db_int(res, i, 1);
        row->later = kf_db_int(res, i, 2);
        row->oldest = kf_db_time(res, i, 3);
    }
    return NULL;
}
