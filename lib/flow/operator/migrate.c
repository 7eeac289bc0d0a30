#include "flow/operator/migrate.h"

#include <apr_strings.h>
#include <apr_time.h>
#include <stdarg.h>
#include <string.h>

#include "flow/operator/migrate_int.h"
#include "flow/operator/migrate_sql.h"
#include "repo/operator/made.h"
#include "repo/operator/schema.h"

#define NEXT_IN_LINE apr_time_from_msec(300)
#define NAME_CHARS "abcdefghijklmnopqrstuvwxyz0123456789_."

void kf_migrate_say(const kf_migrate_run_t *run, const char *fmt, ...)
{
    va_list args;

    if (run->what->say) {
        va_start(args, fmt);
        run->what->say(run->what->baton, apr_pvsprintf(run->p, fmt, args));
        va_end(args);
    }
}

static kf_err_t *check_right(const kf_migrate_run_t *run)
{
    kf_schema_right_t right;

    KF_TRY(kf_repo_schema_right(&right, run->db, run->p));
    if (!right.roles_made) {
        return kf_err(run->p, KF_E_FORBIDDEN,
                      "The roles of Konfirmado are missing here: run %s/roles.sql once as a "
                      "superuser.",
                      run->what->dir);
    }
    if (!right.may_change) {
        return kf_err(run->p, KF_E_FORBIDDEN,
                      "The role %s may not change the schema: connect as konfirmado_owner, which owns schema kf or may "
                      "create it.",
                      right.role);
    }
    if (!right.may_temp) {
        return kf_err(run->p, KF_E_FORBIDDEN,
                      "The role %s may not make temporary tables: GRANT TEMP ON DATABASE %s TO %s.",
                      right.role, right.database, right.role);
    }
    return NULL;
}

static kf_err_t *read_book(kf_migrate_run_t *run)
{
    bool founded;
    const char *clock = NULL;

    run->rows = apr_array_make(run->p, 1, sizeof(kf_migration_row_t));
    KF_TRY(kf_repo_schema_founded(&founded, run->db, run->p));
    if (founded) {
        KF_TRY(kf_repo_migrations(&run->rows, run->db, run->p));
        KF_TRY(kf_repo_meta_get(&clock, run->db, "test_clock", run->p));
    }
    run->out->before = run->rows->nelts;
    run->out->test_clock = clock && !strcmp(clock, "true");
    return NULL;
}

/* The applied migrations must be the first ones of the folder, byte for byte. */
static kf_err_t *check_applied(const kf_migrate_run_t *run)
{
    for (int i = 0; i < run->rows->nelts; i++) {
        const kf_migration_row_t *row = &APR_ARRAY_IDX(run->rows, i, kf_migration_row_t);
        const kf_sql_file_t *file;

        if (row->version != i + 1) {
            return kf_err(run->p, KF_E_CONFLICT,
                          "According to the database, migration %04d was applied, but %04d was not.",
                          row->version, i + 1);
        }
        if (i >= run->files->nelts) {
            return kf_err(run->p, KF_E_CONFLICT,
                          "The database is newer than %s: it has the migration %s, and the "
                          "newest here is %04d. Install the release that made it.",
                          run->what->dir, row->name, run->files->nelts);
        }
        file = &APR_ARRAY_IDX(run->files, i, kf_sql_file_t);
        if (strcmp(row->name, file->name) || strcmp(row->digest, file->digest)) {
            return kf_err(run->p, KF_E_CONFLICT,
                          "%s is not the migration that was applied as %s: an applied "
                          "migration never changes.",
                          file->path, row->name);
        }
    }
    return NULL;
}

static kf_err_t *check_clock(kf_migrate_run_t *run)
{
    if (!run->what->test_clock || run->out->test_clock) {
        return NULL;
    }
    if (run->out->before) {
        return kf_err_field(run->p, KF_E_CONFLICT, "test_clock",
                            "A clock that can be shifted is only for a new database made for tests; this one already "
                            "has %d migrations.",
                            run->out->before);
    }
    run->out->test_clock = true;
    return NULL;
}

static kf_err_t *functions_changed(kf_migrate_run_t *run)
{
    bool founded;
    const char *there = NULL;

    KF_TRY(kf_sql_functions(&run->functions, run->what->dir, kf_migrate_fields(run->what->nouns, run->p),
                            run->out->test_clock, run->p));
    KF_TRY(kf_sql_digest(&run->digest, run->functions, run->files->nelts, run->p));
    KF_TRY(kf_repo_schema_founded(&founded, run->db, run->p));
    if (founded) {
        KF_TRY(kf_repo_meta_get(&there, run->db, "functions", run->p));
    }
    run->out->functions = !there || strcmp(there, run->digest) != 0;
    return NULL;
}

/* -- which files of functions differ -- */

static const kf_made_row_t *row_of(const apr_array_header_t *rows, const char *path)
{
    for (int i = 0; i < rows->nelts; i++) {
        const kf_made_row_t *row = &APR_ARRAY_IDX(rows, i, kf_made_row_t);

        if (!strcmp(row->path, path)) {
            return row;
        }
    }
    return NULL;
}

/* Files that create no function depend on existing tables (policies, grants) or on the server (zones); they change
 * only what differs. The test clock replaces a function of another file. */
static bool differs(const kf_sql_file_t *file, const kf_made_row_t *row)
{
    return !row || strcmp(row->digest, file->digest) || !row->same || !row->makes
           || !strncmp(file->path, "test/", 5);
}

kf_err_t *kf_migrate_choose(apr_array_header_t **out, const kf_migrate_run_t *run)
{
    apr_array_header_t *rows;

    *out = apr_array_make(run->p, 16, sizeof(kf_sql_file_t));
    KF_TRY(kf_repo_made(&rows, run->db, run->p));
    for (int i = 0; i < run->functions->nelts; i++) {
        const kf_sql_file_t *file = &APR_ARRAY_IDX(run->functions, i, kf_sql_file_t);

        if (differs(file, row_of(rows, file->path))) {
            APR_ARRAY_PUSH(*out, kf_sql_file_t) = *file;
        }
    }
    return NULL;
}

/* -- the plan -- */

const char *kf_migrate_tables(const char **modes, const apr_array_header_t *locks, int least, apr_pool_t *p)
{
    apr_array_header_t *tables = apr_array_make(p, 8, sizeof(const char *));
    apr_array_header_t *names = apr_array_make(p, 8, sizeof(const char *));

    for (int i = 0; i < locks->nelts; i++) {
        const kf_sql_lock_t *lock = &APR_ARRAY_IDX(locks, i, kf_sql_lock_t);

        if ((int)lock->mode >= least && !lock->table[strspn(lock->table, NAME_CHARS)]) {
            APR_ARRAY_PUSH(tables, const char *) = lock->table;
            APR_ARRAY_PUSH(names, const char *) = kf_lock_name(lock->mode);
        }
    }
    *modes = apr_pstrcat(p, "{", apr_array_pstrcat(p, names, ','), "}", NULL);
    return tables->nelts ? apr_pstrcat(p, "{", apr_array_pstrcat(p, tables, ','), "}", NULL) : NULL;
}

static const char *mode_of(const apr_array_header_t *locks, const char *table)
{
    for (int i = 0; i < locks->nelts; i++) {
        const kf_sql_lock_t *lock = &APR_ARRAY_IDX(locks, i, kf_sql_lock_t);

        if (!strcmp(lock->table, table)) {
            return kf_lock_name(lock->mode);
        }
    }
    return "";
}

static kf_err_t *plan_locks(kf_migrate_step_t *step, const kf_migrate_run_t *run, const kf_sql_file_t *file)
{
    apr_array_header_t *locks = kf_sql_locks(file->text, run->p), *sizes;
    const char *modes, *tables = kf_migrate_tables(&modes, locks, KF_LOCK_ROWS, run->p);

    step->locks = apr_array_make(run->p, 8, sizeof(kf_migrate_lock_t));
    if (!tables) {
        return NULL;
    }
    KF_TRY(kf_repo_table_sizes(&sizes, run->db, tables, run->p));
    for (int i = 0; i < sizes->nelts; i++) {
        const kf_table_size_t *size = &APR_ARRAY_IDX(sizes, i, kf_table_size_t);

        APR_ARRAY_PUSH(step->locks, kf_migrate_lock_t) =
            (kf_migrate_lock_t){size->table, mode_of(locks, size->table), size->rows, size->bytes};
    }
    return NULL;
}

/* Chooses the files of functions to apply. */
static kf_err_t *plan_files(kf_migrate_run_t *run)
{
    apr_array_header_t *chosen;

    run->out->files = apr_array_make(run->p, 16, sizeof(const char *));
    if (!run->out->functions) {
        return NULL;
    }
    KF_TRY(kf_migrate_choose(&chosen, run));
    for (int i = 0; i < chosen->nelts; i++) {
        APR_ARRAY_PUSH(run->out->files, const char *) = APR_ARRAY_IDX(chosen, i, kf_sql_file_t).path;
    }
    return NULL;
}

/* Compares folder and database; run->out gets what is pending. */
static kf_err_t *plan(kf_migrate_run_t *run)
{
    KF_TRY(kf_sql_migrations(&run->files, run->what->dir, run->p));
    KF_TRY(read_book(run));
    KF_TRY(check_applied(run));
    KF_TRY(check_clock(run));
    KF_TRY(functions_changed(run));
    run->out->after = run->files->nelts;
    run->out->steps = apr_array_make(run->p, 8, sizeof(kf_migrate_step_t));
    for (int i = run->out->before; i < run->files->nelts; i++) {
        const kf_sql_file_t *file = &APR_ARRAY_IDX(run->files, i, kf_sql_file_t);
        kf_migrate_step_t *step = apr_array_push(run->out->steps);

        step->name = file->name;
        step->outside = file->outside;
        KF_TRY(plan_locks(step, run, file));
    }
    return plan_files(run);
}

static void start(kf_migrate_run_t *run, kf_migrated_t *out, const kf_migrate_t *what, kf_db_t *db,
                  apr_pool_t *p)
{
    memset(run, 0, sizeof(*run));
    memset(out, 0, sizeof(*out));
    run->what = what;
    run->db = db;
    run->out = out;
    run->p = p;
}

kf_err_t *kf_flow_migrate(kf_migrated_t *out, const kf_migrate_t *what, kf_db_t *db, apr_pool_t *p)
{
    kf_migrate_run_t run;
    bool got;
    kf_err_t *err, *unlocked;

    start(&run, out, what, db, p);
    KF_TRY(check_right(&run));
    KF_TRY(kf_repo_schema_trylock(&got, db, p));
    if (!got) {
        kf_migrate_say(&run, "waiting for another migration of this database");
    }
    while (!got) {
        apr_sleep(NEXT_IN_LINE);
        KF_TRY(kf_repo_schema_trylock(&got, db, p));
    }
    err = plan(&run);
    err = err ? err : kf_migrate_apply(&run);
    unlocked = kf_repo_schema_unlock(db, p);
    return err ? err : unlocked;
}

kf_err_t *kf_flow_migrate_plan(kf_migrated_t *out, const kf_migrate_t *what, kf_db_t *db,
                               apr_pool_t *p)
{
    kf_migrate_run_t run;

    start(&run, out, what, db, p);
    return plan(&run);
}
