#include "repo/operator/schema.h"

/* Two-part advisory locks of the schema's functions use other numbers; this one is ours alone. */
#define LOCK "7710938845120563201"

static const kf_stmt_t trylock = {"schema_trylock", "SELECT pg_try_advisory_lock(" LOCK ")", 0, 0};
static const kf_stmt_t unlock = {"schema_unlock", "SELECT pg_advisory_unlock(" LOCK ")", 0, 0};

static const kf_stmt_t right = {
    "schema_right",
    "SELECT current_user::text,"
    " (SELECT count(*) = 5 FROM pg_roles WHERE rolname IN ('konfirmado_owner', 'konfirmado_app',"
    "  'konfirmado_directory', 'konfirmado_privacy', 'konfirmado_backup')),"
    " coalesce((SELECT pg_has_role(nspowner, 'USAGE') FROM pg_namespace WHERE nspname = 'kf'),"
    "  has_database_privilege(current_database(), 'CREATE')),"
    " has_database_privilege(current_database(), 'TEMP'), current_database()::text",
    0, KF_STMT_REPEATABLE};

static const kf_stmt_t founded = {
    "schema_founded",
    "SELECT count(*) = 2 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = 'kf' AND c.relname IN ('migration', 'meta') AND c.relkind = 'r'",
    0, KF_STMT_REPEATABLE};

static const kf_stmt_t schema_there = {"schema_there",
                                       "SELECT count(*) = 1 FROM pg_namespace WHERE nspname = 'kf'",
                                       0, KF_STMT_REPEATABLE};

static const kf_stmt_t migrations = {
    "migrations", "SELECT version, name, checksum FROM kf.migration ORDER BY version", 0,
    KF_STMT_REPEATABLE};

static const kf_stmt_t migration_put = {
    "migration_put",
    "INSERT INTO kf.migration (version, name, checksum) VALUES ($1::int, $2::text, $3::text)", 3,
    0};

static const kf_stmt_t meta_get = {"meta_get", "SELECT value FROM kf.meta WHERE key = $1::text", 1,
                                   KF_STMT_REPEATABLE};

static const kf_stmt_t meta_put = {"meta_put",
                                   "INSERT INTO kf.meta (key, value) VALUES ($1::text, $2::text)"
                                   " ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value",
                                   2, 0};

/* CREATE SCHEMA IF NOT EXISTS requires the CREATE privilege even if the schema exists. */
static const char make_schema[] = "CREATE SCHEMA kf";

static const char make_book[] =
    "CREATE TABLE IF NOT EXISTS kf.migration (version int PRIMARY KEY, name text NOT NULL,"
    " checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());"
    "CREATE TABLE IF NOT EXISTS kf.meta (key text PRIMARY KEY, value text NOT NULL);"
    "GRANT USAGE ON SCHEMA kf TO konfirmado_app, konfirmado_directory;"
    "GRANT SELECT ON kf.migration, kf.meta TO konfirmado_app, konfirmado_directory";

static kf_err_t *ask_bool(bool *out, kf_db_t *db, const kf_stmt_t *stmt, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(kf_db_exec(&res, db, stmt, NULL, p));
    *out = kf_db_bool(res, 0, 0);
    return NULL;
}

kf_err_t *kf_repo_schema_trylock(bool *got, kf_db_t *db, apr_pool_t *p)
{
    return ask_bool(got, db, &trylock, p);
}

kf_err_t *kf_repo_schema_unlock(kf_db_t *db, apr_pool_t *p)
{
    bool held;

    return ask_bool(&held, db, &unlock, p);
}

kf_err_t *kf_repo_schema_right(kf_schema_right_t *out, kf_db_t *db, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(kf_db_exec(&res, db, &right, NULL, p));
    out->role = kf_db_text(res, 0, 0);
    out->roles_made = kf_db_bool(res, 0, 1);
    out->may_change = kf_db_bool(res, 0, 2);
    out->may_temp = kf_db_bool(res, 0, 3);
    out->database = kf_db_text(res, 0, 4);
    return NULL;
}

kf_err_t *kf_repo_schema_there(bool *out, kf_db_t *db, apr_pool_t *p)
{
    return ask_bool(out, db, &schema_there, p);
}

kf_err_t *kf_repo_schema_founded(bool *out, kf_db_t *db, apr_pool_t *p)
{
    return ask_bool(out, db, &founded, p);
}

kf_err_t *kf_repo_schema_found(kf_db_t *db, apr_pool_t *p)
{
    bool there;

    KF_TRY(kf_repo_schema_there(&there, db, p));
    if (!there) {
        KF_TRY(kf_db_script(db, make_schema, p));
    }
    return kf_db_script(db, make_book, p);
}

kf_err_t *kf_repo_migrations(apr_array_header_t **out, kf_db_t *db, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(kf_db_exec(&res, db, &migrations, NULL, p));
    *out = apr_array_make(p, kf_db_rows(res) + 1, sizeof(kf_migration_row_t));
    for (int i = 0; i < kf_db_rows(res); i++) {
        kf_migration_row_t *row = apr_array_push(*out);

        row->version = (int)kf_db_int(res, i, 0);
        row->name = kf_db_text(res, i, 1);
        row->digest = kf_db_text(res, i, 2);
    }
    return NULL;
}

kf_err_t *kf_repo_migration_put(kf_db_t *db, const kf_migration_row_t *row, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &migration_put, p, KF_INT4(row->version), KF_TEXT(row->name),
                      KF_TEXT(row->digest));
}

kf_err_t *kf_repo_meta_get(const char **out, kf_db_t *db, const char *key, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &meta_get, p, KF_TEXT(key)));
    *out = kf_db_rows(res) ? kf_db_text(res, 0, 0) : NULL;
    return NULL;
}

kf_err_t *kf_repo_meta_put(kf_db_t *db, const char *key, const char *value, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &meta_put, p, KF_TEXT(key), KF_TEXT(value));
}
