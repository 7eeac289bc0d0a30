#include "repo/operator/check.h"

static const kf_stmt_t check_role = {"check_role",
                                     "SELECT r.rolname::text, r.rolsuper, r.rolbypassrls,"
                                     " coalesce((SELECT pg_has_role(n.nspowner, 'MEMBER') FROM "
                                     "pg_namespace n WHERE n.nspname = 'kf'), false),"
                                     " current_setting('statement_timeout') <> '0', "
                                     "current_setting('server_version_num')::int, clock_timestamp(),"
                                     " least(current_setting('max_connections')::int"
                                     "  - current_setting('superuser_reserved_connections')::int"
                                     "  - coalesce(current_setting('reserved_connections', true)::int, 0),"
                                     "  nullif(r.rolconnlimit, -1), nullif(d.datconnlimit, -1)),"
                                     " pg_encoding_to_char(d.encoding) = 'UTF8', pg_backend_pid()"
                                     " FROM pg_roles r, pg_database d"
                                     " WHERE r.rolname = current_user AND d.datname = current_database()",
                                     0, KF_STMT_REPEATABLE};

static const kf_stmt_t check_tables = {
    "check_tables",
    "SELECT count(*)::int, (count(*) FILTER (WHERE x.open))::int, min(x.name) FILTER (WHERE x.open)"
    " FROM (SELECT c.relname::text AS name, NOT (c.relrowsecurity AND c.relforcerowsecurity AND "
    "EXISTS"
    "  (SELECT FROM pg_policy y WHERE y.polrelid = c.oid AND y.polname = 'tenant')) AS open"
    "  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id' AND "
    "NOT a.attisdropped"
    "  WHERE c.relnamespace = 'kf'::regnamespace AND c.relkind IN ('r', 'p')) x",
    0, KF_STMT_REPEATABLE};

static const kf_stmt_t check_zones = {
    "check_zones",
    "SELECT count(*)::int, (count(*) FILTER (WHERE n.name IS NULL))::int"
    " FROM kf.zone_name z LEFT JOIN pg_timezone_names n USING (name)",
    0, KF_STMT_REPEATABLE};

static const kf_stmt_t check_calendars = {
    "check_calendars", "SELECT connected, failing, late, broken, unwritten FROM kf.calendars_check()",
    0, KF_STMT_REPEATABLE};

/* Data that does not fit into work_mem goes to a temporary file beside the tables: about ten megabytes here. */
static const kf_stmt_t check_room = {"check_room", "SELECT count(*) FROM generate_series(1, 400000)", 0,
                                     KF_STMT_REPEATABLE};

kf_err_t *kf_repo_check_role(kf_check_role_t *out, kf_db_t *db, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(kf_db_exec(&res, db, &check_role, NULL, p));
    out->role = kf_db_text(res, 0, 0);
    out->superuser = kf_db_bool(res, 0, 1);
    out->bypassrls = kf_db_bool(res, 0, 2);
    out->owner = kf_db_bool(res, 0, 3);
    out->timeouts = kf_db_bool(res, 0, 4);
    out->server = (int)kf_db_int(res, 0, 5);
    out->clock = kf_db_time(res, 0, 6);
    out->connections = (int)kf_db_int(res, 0, 7);
    out->utf8 = kf_db_bool(res, 0, 8);
    out->pooled = !kf_db_is_session(db, (int)kf_db_int(res, 0, 9));
    return NULL;
}

kf_err_t *kf_repo_check_room(kf_db_t *db, apr_pool_t *p)
{
    kf_db_res_t *res;
    kf_err_t *err;

    KF_TRY(kf_db_begin(db, p));
    err = kf_db_script(db, "SET LOCAL work_mem = '64kB'", p);
    err = err ? err : kf_db_exec(&res, db, &check_room, NULL, p);
    (void)kf_db_rollback(db, p); /* nothing is changed */
    return err;
}

kf_err_t *kf_repo_check_schema(kf_check_schema_t *out, kf_db_t *db, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(kf_db_exec(&res, db, &check_tables, NULL, p));
    out->tables = (int)kf_db_int(res, 0, 0);
    out->open_tables = (int)kf_db_int(res, 0, 1);
    out->open_name = kf_db_text(res, 0, 2);
    KF_TRY(kf_db_exec(&res, db, &check_zones, NULL, p));
    out->zones = (int)kf_db_int(res, 0, 0);
    out->zones_gone = (int)kf_db_int(res, 0, 1);
    return NULL;
}

kf_err_t *kf_repo_check_calendars(kf_check_calendars_t *out, kf_db_t *db, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(kf_db_exec(&res, db, &check_calendars, NULL, p));
    out->connected = (int)kf_db_int(res, 0, 0);
    out->failing = (int)kf_db_int(res, 0, 1);
    out->late = (int)kf_db_int(res, 0, 2);
    out->broken = (int)kf_db_int(res, 0, 3);
    out->unwritten = (int)kf_db_int(res, 0, 4);
    return NULL;
}
