#include "repo/operator/health.h"

/* Reads only tables, because the functions may be those of another release. */
#define HEALTH \
    "SELECT (SELECT max(m.version) FROM kf.migration m), kf.now()," \
    " coalesce((SELECT x.value = 'true' FROM kf.meta x WHERE x.key = 'test_clock'), false)," \
    " (SELECT x.value::int FROM kf.meta x WHERE x.key = 'serves')," \
    " NOT EXISTS (SELECT FROM kf.meta x WHERE x.key = 'jobs' AND x.value = 'off'), clock_timestamp()"

/* Background work has statement names of its own. */
static const kf_stmt_t read_health = {"health", HEALTH, 0, KF_STMT_REPEATABLE};
static const kf_stmt_t work_health = {"work_health", HEALTH, 0, KF_STMT_REPEATABLE};

/* One function of each act: functions are applied as a whole, so if one is missing, so are others. */
static const kf_stmt_t read_functions = {
    "health_functions",
    "SELECT string_agg(n, ', ' ORDER BY n) FROM unnest(ARRAY['tenant_find', 'busy_read', 'hold_take', 'hold_read',"
    " 'booking_start', 'booking_read', 'payment_apply', 'event_store', 'visit_find', 'session_use', 'work_events',"
    " 'work_messages', 'work_mails', 'work_sweep']) AS n"
    " WHERE NOT EXISTS (SELECT FROM pg_proc f WHERE f.pronamespace = 'kf'::regnamespace AND f.proname = n)",
    0, KF_STMT_REPEATABLE};

static kf_err_t *read_by(const kf_stmt_t *stmt, kf_health_t *out, kf_db_t *db, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(kf_db_exec(&res, db, stmt, NULL, p));
    out->schema_version = (int)kf_db_int(res, 0, 0);
    out->now = kf_db_time(res, 0, 1);
    out->test_clock = kf_db_bool(res, 0, 2);
    out->serves = kf_db_isnull(res, 0, 3) ? out->schema_version : (int)kf_db_int(res, 0, 3);
    out->jobs_on = kf_db_bool(res, 0, 4);
    out->machine_now = kf_db_time(res, 0, 5);
    return NULL;
}

kf_err_t *kf_repo_health(kf_health_t *out, kf_db_t *db, apr_pool_t *p)
{
    return read_by(&read_health, out, db, p);
}

kf_err_t *kf_repo_work_health(kf_health_t *out, kf_db_t *db, apr_pool_t *p)
{
    return read_by(&work_health, out, db, p);
}

kf_err_t *kf_repo_health_functions(const char **out, kf_db_t *db, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(kf_db_exec(&res, db, &read_functions, NULL, p));
    *out = kf_db_isnull(res, 0, 0) ? NULL : kf_db_text(res, 0, 0);
    return NULL;
}

const char *kf_health_schema_fault(const kf_health_t *health)
{
    if (health->schema_version < kf_schema_version) {
        return "older than this module: run konfirmadoctl migrate";
    }
    return health->serves > kf_schema_version
               ? "newer than this module and no longer serves it: update the module"
               : NULL;
}
