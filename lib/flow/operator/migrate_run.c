/* Applies the plan: transactions that take their locks first and roll back if they cannot get
 * them, and steps outside a transaction. */
#include <apr_strings.h>
#include <apr_time.h>
#include <string.h>

#include "flow/operator/migrate_int.h"
#include "flow/operator/migrate_sql.h"
#include "repo/operator/made.h"
#include "repo/operator/schema.h"

/* Requests queue behind a pending lock request, and then behind the work done under the lock; they give up after
 * two seconds (sql/roles.sql). So most of that time is left for the work. */
#define LOCK_MS 600
#define LONG_HOLD apr_time_from_sec(1)
#define LOOK_AGAIN apr_time_from_msec(100)
/* For locks that are not taken at the start: others are held by then. */
#define LATE_LOCK_MS 200

/* A step that is tried until its tables can be locked. */
typedef struct {
    const kf_migrate_run_t *run;
    const char *tables; /* tables to lock first, or NULL */
    int tries;
    apr_time_t until;
} trial_t;

static trial_t trial_of(const kf_migrate_run_t *run, const char *tables)
{
    return (trial_t){run, tables, 0, apr_time_now() + apr_time_from_sec(run->what->wait_s)};
}

static int pause_s(const trial_t *trial)
{
    static const int pauses[] = {1, 2, 4, 8, 15};
    int last = (int)(sizeof(pauses) / sizeof(*pauses)) - 1;

    return pauses[trial->tries < last ? trial->tries : last];
}

/* The session that holds the lock, if it can be found. */
static const char *holder_of(const trial_t *trial, apr_pool_t *p)
{
    const char *holder = NULL;

    if (trial->tables) {
        (void)kf_repo_lock_holder(&holder, trial->run->db, trial->tables, p);
    }
    return holder ? holder : "what this changes";
}

static bool is_held(const trial_t *trial, const char *holder)
{
    apr_pool_t *p;
    bool held;

    apr_pool_create(&p, trial->run->p);
    held = !strcmp(holder, holder_of(trial, p));
    apr_pool_destroy(p);
    return held;
}

/* Requests are short. A session that is still there after a second is a dump or a report: try again right after it
 * ends, before another may follow. */
static void wait_for(const trial_t *trial, const char *holder, int pause)
{
    apr_time_t until = apr_time_now() + apr_time_from_sec(pause);
    bool is_long;

    apr_sleep(LONG_HOLD);
    is_long = is_held(trial, holder);
    while (apr_time_now() < until && (!is_long || is_held(trial, holder))) {
        apr_sleep(LOOK_AGAIN);
    }
}

/* NULL: retry after a while. */
static kf_err_t *again(trial_t *trial, kf_err_t *err)
{
    const kf_migrate_run_t *run = trial->run;
    const char *holder;
    int pause;

    if (err->code != KF_E_TIMEOUT) { /* which a deadlock is too */
        return err;
    }
    holder = holder_of(trial, run->p);
    if (apr_time_now() >= trial->until) {
        return kf_err(run->p, KF_E_TIMEOUT,
                      "%s has been in use for %d s: this step was rolled back. Run the command again, or wait longer "
                      "with --wait.",
                      holder, run->what->wait_s);
    }
    pause = pause_s(trial);
    kf_migrate_say(run, "%s is in use: trying again in %d s", holder, pause);
    wait_for(trial, holder, pause);
    trial->tries++;
    return NULL;
}

/* The same error with the file's name in front, and the reason in the detail. */
static kf_err_t *in_file(const kf_migrate_run_t *run, const kf_sql_file_t *file, const kf_err_t *err)
{
    return kf_err(run->p, err->code, "%s could not be applied: %s", file->path,
                  err->cause ? err->cause : err->detail);
}

/* Commits or rolls back; the first error is returned. */
static kf_err_t *finish(const kf_migrate_run_t *run, kf_err_t *err)
{
    if (!err) {
        return kf_db_commit(run->db, run->p);
    }
    (void)kf_db_rollback(run->db, run->p);
    return err;
}

static kf_err_t *found(const kf_migrate_run_t *run)
{
    kf_err_t *err;

    KF_TRY(kf_db_begin(run->db, run->p));
    err = kf_repo_schema_found(run->db, run->p);
    if (!err && run->out->test_clock) {
        err = kf_repo_meta_put(run->db, "test_clock", "true", run->p);
    }
    return finish(run, err);
}

static kf_err_t *put_row(const kf_migrate_run_t *run, const kf_sql_file_t *file)
{
    kf_migration_row_t row = {file->version, file->name, file->digest};

    return kf_repo_migration_put(run->db, &row, run->p);
}

/* -- in a transaction -- */

static kf_err_t *apply_migration(const kf_migrate_run_t *run, const kf_sql_file_t *file)
{
    kf_err_t *err;

    kf_migrate_say(run, "applying %s", file->path);
    KF_TRY(put_row(run, file));
    err = kf_db_script(run->db, file->text, run->p);
    return err ? in_file(run, file, err) : NULL;
}

static bool among(const apr_array_header_t *files, const char *path)
{
    for (int i = 0; i < files->nelts; i++) {
        if (!strcmp(APR_ARRAY_IDX(files, i, kf_sql_file_t).path, path)) {
            return true;
        }
    }
    return false;
}

/* Removes records without a file, then functions that no file makes. */
static kf_err_t *end_book(const kf_migrate_run_t *run)
{
    apr_array_header_t *rows;

    KF_TRY(kf_repo_made(&rows, run->db, run->p));
    for (int i = 0; i < rows->nelts; i++) {
        const char *path = APR_ARRAY_IDX(rows, i, kf_made_row_t).path;

        if (!among(run->functions, path)) {
            KF_TRY(kf_repo_made_remove(run->db, path, run->p));
        }
    }
    return kf_repo_made_seal(run->db, run->p);
}

/* Replacing a trigger locks writers out of its table until the end. */
static bool puts_triggers(const kf_sql_file_t *file)
{
    return strstr(file->text, "SELECT kf.trigger_put(") || strstr(file->text, "PERFORM kf.trigger_put(");
}

static kf_err_t *apply_file(const kf_migrate_run_t *run, const kf_sql_file_t *file, bool book)
{
    kf_err_t *err = kf_db_script(run->db, file->text, run->p);

    if (err) {
        return in_file(run, file, err);
    }
    return book ? kf_repo_made_put(run->db, file->path, file->digest, run->p) : NULL;
}

/* Files that lock tables come last, so that those locks are held only briefly. */
static kf_err_t *apply_functions(const kf_migrate_run_t *run)
{
    apr_array_header_t *chosen;
    bool book;

    KF_TRY(kf_migrate_choose(&chosen, run));
    KF_TRY(kf_repo_made_there(&book, run->db, run->p));
    kf_migrate_say(run, "applying policies and functions (%d of %d files differ)", chosen->nelts,
                   run->functions->nelts);
    for (int i = 0; i < 2 * chosen->nelts; i++) {
        const kf_sql_file_t *file = &APR_ARRAY_IDX(chosen, i % chosen->nelts, kf_sql_file_t);

        if (puts_triggers(file) == (i >= chosen->nelts)) {
            KF_TRY(apply_file(run, file, book));
        }
    }
    KF_TRY(book ? end_book(run) : NULL);
    return kf_repo_meta_put(run->db, "functions", run->digest, run->p);
}

/* A range of migrations; the last range includes the functions. */
typedef struct {
    int from, to;
    const char *tables, *modes; /* their locks, the heavy ones; NULL: none */
} group_t;

static kf_err_t *apply_group(const kf_migrate_run_t *run, const group_t *group)
{
    KF_TRY(kf_repo_lock_wait(run->db, LOCK_MS, true, run->p));
    if (group->tables) {
        KF_TRY(kf_repo_lock_tables(run->db, group->tables, group->modes, LOCK_MS, run->p));
    }
    KF_TRY(kf_repo_lock_wait(run->db, LATE_LOCK_MS, true, run->p));
    for (int i = group->from; i < group->to; i++) {
        KF_TRY(apply_migration(run, &APR_ARRAY_IDX(run->files, i, kf_sql_file_t)));
    }
    return run->out->functions && group->to == run->files->nelts ? apply_functions(run) : NULL;
}

static const char *texts_of(const kf_migrate_run_t *run, const group_t *group)
{
    const char *all = "";

    for (int i = group->from; i < group->to; i++) {
        all = apr_pstrcat(run->p, all, ";\n", APR_ARRAY_IDX(run->files, i, kf_sql_file_t).text, NULL);
    }
    return all;
}

static kf_err_t *transaction(const kf_migrate_run_t *run, group_t group)
{
    trial_t trial;
    kf_err_t *err;

    group.tables = kf_migrate_tables(&group.modes, kf_sql_locks(texts_of(run, &group), run->p), KF_LOCK_SHARE,
                                     run->p);
    trial = trial_of(run, group.tables);
    for (;;) {
        KF_TRY(kf_db_begin(run->db, run->p));
        err = finish(run, apply_group(run, &group));
        if (!err) {
            return NULL;
        }
        KF_TRY(again(&trial, err));
    }
}

/* -- outside a transaction -- */

/* Runs a statement once, or as long as it changes rows. */
static kf_err_t *run_stmt(const kf_migrate_run_t *run, const kf_sql_stmt_t *stmt)
{
    trial_t trial = trial_of(run, NULL);
    int64_t rows = 0, all = 0;

    for (;;) {
        kf_err_t *err;

        /* waiting for CREATE INDEX CONCURRENTLY blocks nobody */
        KF_TRY(kf_repo_lock_wait(run->db, stmt->concurrently ? 0 : LOCK_MS, false, run->p));
        if (stmt->index) {
            KF_TRY(kf_repo_index_clear(run->db, stmt->index, run->p));
        }
        err = kf_db_script_rows(&rows, run->db, stmt->text, run->p);
        if (err) {
            KF_TRY(again(&trial, err));
            continue;
        }
        all += rows;
        if (!stmt->until_none || !rows) {
            break;
        }
        trial = trial_of(run, NULL);
    }
    if (stmt->until_none) {
        kf_migrate_say(run, "  %" APR_INT64_T_FMT " rows", all);
    }
    return NULL;
}

static kf_err_t *apply_outside(const kf_migrate_run_t *run, const kf_sql_file_t *file)
{
    apr_array_header_t *stmts = kf_sql_split(file->text, run->p);

    for (int i = 0; i < stmts->nelts; i++) {
        kf_err_t *err;

        kf_migrate_say(run, "applying %s, outside a transaction: %d of %d", file->path, i + 1, stmts->nelts);
        err = run_stmt(run, &APR_ARRAY_IDX(stmts, i, kf_sql_stmt_t));
        if (err) {
            return in_file(run, file, err);
        }
    }
    KF_TRY(kf_db_script(run->db, "RESET ROLE; RESET lock_timeout", run->p));
    return put_row(run, file);
}

/* -- the whole -- */

/* The end of the group of migrations from `from` on that share one transaction. */
static int group_end(const kf_migrate_run_t *run, int from)
{
    while (from < run->files->nelts && !APR_ARRAY_IDX(run->files, from, kf_sql_file_t).outside) {
        from++;
    }
    return from;
}

kf_err_t *kf_migrate_apply(kf_migrate_run_t *run)
{
    int last = run->files->nelts, at = run->out->before;

    /* if the runner is killed, its statement ends too */
    KF_TRY(kf_db_script(run->db, "SET client_connection_check_interval = '1s'", run->p));
    if (!run->out->before) {
        KF_TRY(found(run));
    }
    while (at < last) {
        int end = group_end(run, at);

        if (end > at) {
            KF_TRY(transaction(run, (group_t){.from = at, .to = end}));
        } else {
            KF_TRY(apply_outside(run, &APR_ARRAY_IDX(run->files, end++, kf_sql_file_t)));
        }
        at = end;
    }
    if (run->out->functions && (last == run->out->before || APR_ARRAY_IDX(run->files, last - 1, kf_sql_file_t).outside)) {
        return transaction(run, (group_t){.from = last, .to = last});
    }
    return NULL;
}
