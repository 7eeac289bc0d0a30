#include "repo/health.h"

static const kf_stmt_t read_health = {"health", "SELECT schema_version, now, test_clock FROM kf.health()", 0,
                                 KF_STMT_REPEATABLE};

kf_err_t *kf_repo_health(kf_health_t *out, kf_db_t *db, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(kf_db_exec(&res, db, &read_health, NULL, p));
    out->schema_version = (int)kf_db_int(res, 0, 0);
    out->now = kf_db_time(res, 0, 1);
    out->test_clock = kf_db_bool(res, 0, 2);
    return NULL;
}

const char *kf_health_schema_fault(const kf_health_t *health)
{
    if (health->schema_version == KF_SCHEMA_VERSION) {
        return NULL;
    }
    return health->schema_version < KF_SCHEMA_VERSION ? "older than this module: run konfirmadoctl migrate"
                                                      : "newer than this module: update the module";
}
