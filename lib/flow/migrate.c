#include "flow/migrate.h"

#include <apr_strings.h>
#include <stdarg.h>
#include <string.h>

#include "flow/migrate_files.h"
#include "repo/admin_schema.h"

/* One run: the folder and the book beside each other. */
typedef struct {
    const kf_migrate_t *what;
    kf_db_t *db;
    kf_migrated_t *out;
    apr_array_header_t *files; /* kf_sql_file_t */
    apr_array_header_t *rows;  /* kf_migration_row_t */
    apr_array_header_t *functions;
    const char *digest; /* of the functions */
    apr_pool_t *p;
} run_t;

static void say(const run_t *run, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void say(const run_t *run, const char *fmt, ...)
{
    va_list args;

    if (run->what->say) {
        va_start(args, fmt);
        run->what->say(run->what->baton, apr_pvsprintf(run->p, fmt, args));
        va_end(args);
    }
}

static kf_err_t *check_right(const run_t *run)
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
                      "The role %s may not change the schema: connect as konfirmado_owner, "
                      "who owns schema kf or may create it.",
                      right.role);
    }
    return NULL;
}

static kf_err_t *read_book(run_t *run)
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

/* What was applied must be the beginning of the folder, byte for byte. */
static kf_err_t *check_applied(const run_t *run)
{
    for (int i = 0; i < run->rows->nelts; i++) {
        const kf_migration_row_t *row = &APR_ARRAY_IDX(run->rows, i, kf_migration_row_t);
        const kf_sql_file_t *file;

        if (row->version != i + 1) {
            return kf_err(run->p, KF_E_CONFLICT,
                          "The database says that migration %04d was applied but not %04d.",
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

static kf_err_t *check_clock(run_t *run)
{
    if (!run->what->test_clock || run->out->test_clock) {
        return NULL;
    }
    if (run->out->before) {
        return kf_err_field(run->p, KF_E_CONFLICT, "test_clock",
                            "A clock that can be shifted is only for a new "
                            "database made for tests; this one has %d migrations already.",
                            run->out->before);
    }
    run->out->test_clock = true;
    return NULL;
}

static kf_err_t *functions_changed(run_t *run)
{
    bool founded;
    const char *there = NULL;

    KF_TRY(kf_sql_functions(&run->functions, run->what->dir, run->out->test_clock, run->p));
    KF_TRY(kf_sql_digest(&run->digest, run->functions, run->files->nelts, run->p));
    KF_TRY(kf_repo_schema_founded(&founded, run->db, run->p));
    if (founded) {
        KF_TRY(kf_repo_meta_get(&there, run->db, "functions", run->p));
    }
    run->out->functions = !there || strcmp(there, run->digest) != 0;
    return NULL;
}

/* Compares folder and database; says in run->out what is pending. */
static kf_err_t *plan(run_t *run)
{
    KF_TRY(kf_sql_migrations(&run->files, run->what->dir, run->p));
    KF_TRY(read_book(run));
    KF_TRY(check_applied(run));
    KF_TRY(check_clock(run));
    KF_TRY(functions_changed(run));
    run->out->after = run->files->nelts;
    run->out->applied = apr_array_make(run->p, 8, sizeof(const char *));
    for (int i = run->out->before; i < run->files->nelts; i++) {
        APR_ARRAY_PUSH(run->out->applied, const char *) =
            APR_ARRAY_IDX(run->files, i, kf_sql_file_t).name;
    }
    return NULL;
}

/* The same error with the file's name in front, and the reason where a person can see it. */
static kf_err_t *in_file(const run_t *run, const kf_sql_file_t *file, const kf_err_t *err)
{
    return kf_err(run->p, err->code, "%s could not be applied: %s", file->path,
                  err->cause ? err->cause : err->detail);
}

/* Ends the transaction well or not; the first error counts. */
static kf_err_t *finish(const run_t *run, kf_err_t *err)
{
    if (!err) {
        return kf_db_commit(run->db, run->p);
    }
    (void)kf_db_rollback(run->db, run->p);
    return err;
}

static kf_err_t *found(const run_t *run)
{
    kf_err_t *err;

    KF_TRY(kf_db_begin(run->db, run->p));
    err = kf_repo_schema_found(run->db, run->p);
    if (!err && run->out->test_clock) {
        err = kf_repo_meta_put(run->db, "test_clock", "true", run->p);
    }
    return finish(run, err);
}

static kf_err_t *apply_migration(const run_t *run, const kf_sql_file_t *file)
{
    kf_migration_row_t row = {file->version, file->name, file->digest};
    kf_err_t *err;

    say(run, "applying %s", file->path);
    KF_TRY(kf_db_begin(run->db, run->p));
    err = kf_repo_migration_put(run->db, &row, run->p);
    if (!err) {
        err = kf_db_script(run->db, file->text, run->p);
    }
    err = finish(run, err);
    return err ? in_file(run, file, err) : NULL;
}

static kf_err_t *apply_functions(const run_t *run)
{
    kf_err_t *err = NULL;

    say(run, "applying policies and functions (%d files)", run->functions->nelts);
    KF_TRY(kf_db_begin(run->db, run->p));
    for (int i = 0; !err && i < run->functions->nelts; i++) {
        const kf_sql_file_t *file = &APR_ARRAY_IDX(run->functions, i, kf_sql_file_t);

        err = kf_db_script(run->db, file->text, run->p);
        err = err ? in_file(run, file, err) : NULL;
    }
    if (!err) {
        err = kf_repo_functions_prune(run->db, run->p);
    }
    if (!err) {
        err = kf_repo_meta_put(run->db, "functions", run->digest, run->p);
    }
    return finish(run, err);
}

static kf_err_t *apply(run_t *run)
{
    KF_TRY(plan(run));
    if (!run->out->before) {
        KF_TRY(found(run));
    }
    for (int i = run->out->before; i < run->files->nelts; i++) {
        KF_TRY(apply_migration(run, &APR_ARRAY_IDX(run->files, i, kf_sql_file_t)));
    }
    return run->out->functions ? apply_functions(run) : NULL;
}

static void start(run_t *run, kf_migrated_t *out, const kf_migrate_t *what, kf_db_t *db,
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
    run_t run;
    bool got;
    kf_err_t *err, *unlocked;

    start(&run, out, what, db, p);
    KF_TRY(check_right(&run));
    KF_TRY(kf_repo_schema_trylock(&got, db, p));
    if (!got) {
        say(&run, "waiting for another migration of this database");
        KF_TRY(kf_repo_schema_lock(db, p));
    }
    err = apply(&run);
    unlocked = kf_repo_schema_unlock(db, p);
    return err ? err : unlocked;
}

kf_err_t *kf_flow_migrate_plan(kf_migrated_t *out, const kf_migrate_t *what, kf_db_t *db,
                               apr_pool_t *p)
{
    run_t run;

    start(&run, out, what, db, p);
    return plan(&run);
}
