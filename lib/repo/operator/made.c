#include "repo/operator/made.h"

/* A digest of the state of the functions of a file f; a dropped function is missing from it. */
#define STATE                                                                                       \
    "md5(coalesce((SELECT string_agg(pg_get_functiondef(p.oid) || p.proowner::text"                 \
    " || coalesce(p.proacl::text, '') || coalesce((SELECT string_agg(pg_get_triggerdef(t.oid), ';'" \
    "  ORDER BY t.oid) FROM pg_trigger t WHERE t.tgfoid = p.oid), ''), ';' ORDER BY p.oid)"         \
    " FROM pg_proc p WHERE p.oid = ANY (f.functions)), ''))"

static const kf_stmt_t made_there = {
    "made_there",
    "SELECT count(*) = 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE n.nspname = 'kf' AND c.relname = 'function_file' AND c.relkind = 'r'",
    0, KF_STMT_REPEATABLE};

static const kf_stmt_t made = {
    "made", "SELECT f.path, f.digest, f.state = " STATE ", f.functions <> '{}' FROM kf.function_file f", 0,
    KF_STMT_REPEATABLE};

/* A row that this transaction wrote has its transaction id in xmin. */
static const kf_stmt_t made_put = {
    "made_put",
    "INSERT INTO kf.function_file (path, digest, functions, state)"
    " SELECT $1::text, $2::text, coalesce(array_agg(p.oid ORDER BY p.oid), '{}'), ''"
    " FROM pg_proc p WHERE p.pronamespace = 'kf'::regnamespace AND p.xmin = pg_current_xact_id()::xid"
    " AND p.oid NOT IN (SELECT unnest(f.functions) FROM kf.function_file f"
    "                   WHERE f.xmin = pg_current_xact_id()::xid)"
    " ON CONFLICT (path) DO UPDATE SET digest = EXCLUDED.digest, functions = EXCLUDED.functions, state = ''",
    2, 0};

static const kf_stmt_t made_remove = {"made_remove", "DELETE FROM kf.function_file WHERE path = $1::text", 1,
                                      0};

static const kf_stmt_t made_state = {
    "made_state",
    "UPDATE kf.function_file f SET state = x.state"
    " FROM (SELECT f.path, " STATE " AS state FROM kf.function_file f) x"
    " WHERE f.path = x.path AND f.state <> x.state",
    0, 0};

/* Drops each as its owner. */
static const char prune[] =
    "DO $$ DECLARE f record; v_role text := current_user; BEGIN"
    " FOR f IN SELECT p.oid::regprocedure AS name, p.proowner::regrole AS owner FROM pg_proc p"
    "  WHERE p.pronamespace = 'kf'::regnamespace"
    "  AND p.oid NOT IN (SELECT unnest(x.functions) FROM kf.function_file x)"
    "  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass"
    "                  AND d.objid = p.oid AND d.deptype = 'e')"
    " LOOP"
    "  EXECUTE format('SET LOCAL ROLE %s', f.owner);"
    "  EXECUTE format('DROP ROUTINE %s', f.name);"
    "  EXECUTE format('SET LOCAL ROLE %I', v_role);"
    " END LOOP; END $$";

static const kf_stmt_t set_wait = {
    "lock_wait", "SELECT set_config('lock_timeout', $1::int::text, $2::bool)", 2, 0};
static const kf_stmt_t set_limit = {
    "statement_limit", "SELECT set_config('statement_timeout', $1::int::text, true)", 1, 0};

/* The tables of a list of names: a name may be that of an index. */
#define TABLES                                                                              \
    " JOIN pg_class n ON n.oid = to_regclass(x.name)"                                       \
    " JOIN pg_class c ON c.relkind IN ('r', 'p') AND c.oid = coalesce("                     \
    "  (SELECT i.indrelid FROM pg_index i WHERE i.indexrelid = n.oid), n.oid)"

/* One statement, so that one time limit holds for all locks together. */
static const kf_stmt_t lock_text = {
    "lock_text",
    "SELECT 'DO $l$ BEGIN ' || string_agg(format('LOCK TABLE %s IN %s MODE;', c.oid::regclass, x.mode), ' '"
    "  ORDER BY c.relname) || ' END $l$'"
    " FROM unnest($1::text[], $2::text[]) x (name, mode)" TABLES,
    2, 0};

static const kf_stmt_t lock_holder = {
    "lock_holder",
    "SELECT format('%s (process %s%s)', x.name, l.pid,"
    "  coalesce(', ' || nullif(a.application_name, ''), ''))"
    " FROM unnest($1::text[]) x (name)" TABLES
    " JOIN pg_locks l ON l.relation = c.oid AND l.granted AND l.pid <> pg_backend_pid()"
    "  AND l.database = (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())"
    " LEFT JOIN pg_stat_activity a ON a.pid = l.pid"
    " ORDER BY a.xact_start NULLS LAST, a.backend_start LIMIT 1",
    1, 0};

static const kf_stmt_t table_sizes = {
    "table_sizes",
    "SELECT DISTINCT ON (x.name) x.name, greatest(c.reltuples, 0)::bigint, pg_total_relation_size(c.oid)"
    " FROM unnest($1::text[]) x (name)" TABLES " ORDER BY x.name",
    1, KF_STMT_REPEATABLE};

static const kf_stmt_t index_left = {
    "index_left",
    "SELECT format('DROP INDEX CONCURRENTLY %s', i.indexrelid::regclass) FROM pg_index i"
    " JOIN pg_class c ON c.oid = i.indexrelid"
    " WHERE c.relnamespace = 'kf'::regnamespace AND c.relname = $1::text AND NOT i.indisvalid",
    1, 0};

kf_err_t *kf_repo_made_there(bool *out, kf_db_t *db, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(kf_db_exec(&res, db, &made_there, NULL, p));
    *out = kf_db_bool(res, 0, 0);
    return NULL;
}

kf_err_t *kf_repo_made(apr_array_header_t **out, kf_db_t *db, apr_pool_t *p)
{
    kf_db_res_t *res;
    bool there;

    *out = apr_array_make(p, 400, sizeof(kf_made_row_t));
    KF_TRY(kf_repo_made_there(&there, db, p));
    if (!there) {
        return NULL;
    }
    KF_TRY(kf_db_exec(&res, db, &made, NULL, p));
    for (int i = 0; i < kf_db_rows(res); i++) {
        kf_made_row_t *row = apr_array_push(*out);

        row->path = kf_db_text(res, i, 0);
        row->digest = kf_db_text(res, i, 1);
        row->same = kf_db_bool(res, i, 2);
        row->makes = kf_db_bool(res, i, 3);
    }
    return NULL;
}

kf_err_t *kf_repo_made_put(kf_db_t *db, const char *path, const char *digest, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &made_put, p, KF_TEXT(path), KF_TEXT(digest));
}

kf_err_t *kf_repo_made_remove(kf_db_t *db, const char *path, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &made_remove, p, KF_TEXT(path));
}

kf_err_t *kf_repo_made_seal(kf_db_t *db, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(kf_db_script(db, prune, p));
    return kf_db_exec(&res, db, &made_state, NULL, p);
}

kf_err_t *kf_repo_lock_wait(kf_db_t *db, int ms, bool local, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &set_wait, p, KF_INT4(ms), KF_BOOL(local));
}

kf_err_t *kf_repo_lock_tables(kf_db_t *db, const char *tables, const char *modes, int ms, apr_pool_t *p)
{
    kf_db_res_t *res, *done;

    KF_TRY(KF_DB_EXEC(&res, db, &lock_text, p, KF_TEXT(tables), KF_TEXT(modes)));
    if (kf_db_isnull(res, 0, 0)) {
        return NULL;
    }
    KF_TRY(KF_DB_EXEC(&done, db, &set_limit, p, KF_INT4(ms)));
    KF_TRY(kf_db_script(db, kf_db_text(res, 0, 0), p));
    return KF_DB_EXEC(&done, db, &set_limit, p, KF_INT4(0));
}

kf_err_t *kf_repo_lock_holder(const char **out, kf_db_t *db, const char *tables, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &lock_holder, p, KF_TEXT(tables)));
    *out = kf_db_rows(res) ? kf_db_text(res, 0, 0) : NULL;
    return NULL;
}

kf_err_t *kf_repo_table_sizes(apr_array_header_t **out, kf_db_t *db, const char *tables, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &table_sizes, p, KF_TEXT(tables)));
    *out = apr_array_make(p, kf_db_rows(res) + 1, sizeof(kf_table_size_t));
    for (int i = 0; i < kf_db_rows(res); i++) {
        kf_table_size_t *size = apr_array_push(*out);

        size->table = kf_db_text(res, i, 0);
        size->rows = kf_db_int(res, i, 1);
        size->bytes = kf_db_int(res, i, 2);
    }
    return NULL;
}

kf_err_t *kf_repo_index_clear(kf_db_t *db, const char *name, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &index_left, p, KF_TEXT(name)));
    return kf_db_rows(res) ? kf_db_script(db, kf_db_text(res, 0, 0), p) : NULL;
}
