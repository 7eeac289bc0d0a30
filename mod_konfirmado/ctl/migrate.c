#include "flow/operator/migrate.h"

#include <stdlib.h>

#include "ctl/ctl.h"
#include "ctl/ctl_sql.h"
#include "fields.h"

#define WAIT_S 600 /* a dump, which takes minutes, blocks a migration */

static const kfm_ctl_opt_t opts[] = {
    {"sql-dir", KFM_CTL_TEXT, "DIR", "the folder of SQL (env KONFIRMADO_SQL_DIR)", NULL},
    {"test-clock", KFM_CTL_FLAG, NULL,
     "a clock that can be shifted; only for a new test database", "test_clock"},
    {"plan", KFM_CTL_FLAG, NULL, "print the pending migrations, with their locks and tables, and change nothing", NULL},
    {"dry-run", KFM_CTL_FLAG, NULL, "the same as --plan", NULL},
    {"wait", KFM_CTL_TEXT, "S", "seconds to retry while tables are in use; 600 by default", NULL},
    KFM_CTL_END};

const char *kfm_ctl_sql_dir(const kfm_ctl_t *ctl)
{
    const char *dir = kfm_ctl_text(ctl, "sql-dir");

    dir = dir ? dir : getenv("KONFIRMADO_SQL_DIR");
    return dir && *dir ? dir : KF_PKGDATADIR "/sql";
}

static void say(void *ctl, const char *line)
{
    kfm_ctl_progress(ctl, "%s", line);
}

static json_t *locks_of(const kf_migrate_step_t *step)
{
    json_t *list = json_array();

    for (int i = 0; i < step->locks->nelts; i++) {
        const kf_migrate_lock_t *lock = &APR_ARRAY_IDX(step->locks, i, kf_migrate_lock_t);

        json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:I}", "table", lock->table, "mode", lock->mode,
                                              "rows", (json_int_t)lock->rows, "bytes", (json_int_t)lock->bytes));
    }
    return list;
}

static json_t *document(kfm_ctl_t *ctl, const kf_migrated_t *done)
{
    json_t *doc = kfm_ctl_object(ctl), *names = json_array(), *steps = json_array(), *files = json_array();

    for (int i = 0; i < done->steps->nelts; i++) {
        const kf_migrate_step_t *step = &APR_ARRAY_IDX(done->steps, i, kf_migrate_step_t);

        json_array_append_new(names, json_string(step->name));
        json_array_append_new(steps, json_pack("{s:s, s:b, s:o}", "migration", step->name, "outside_transaction",
                                               step->outside, "locks", locks_of(step)));
    }
    for (int i = 0; i < done->files->nelts; i++) {
        json_array_append_new(files, json_string(APR_ARRAY_IDX(done->files, i, const char *)));
    }
    json_object_set_new(doc, "from", json_integer(done->before));
    json_object_set_new(doc, "to", json_integer(done->after));
    json_object_set_new(doc, "migrations", names);
    json_object_set_new(doc, "steps", steps);
    json_object_set_new(doc, "functions", json_boolean(done->functions));
    json_object_set_new(doc, "files", files);
    json_object_set_new(doc, "test_clock", json_boolean(done->test_clock));
    return doc;
}

static void say_step(kfm_ctl_t *ctl, const kf_migrate_step_t *step)
{
    kfm_ctl_progress(ctl, "pending: %s%s", step->name, step->outside ? ", outside a transaction" : "");
    for (int i = 0; i < step->locks->nelts; i++) {
        const kf_migrate_lock_t *lock = &APR_ARRAY_IDX(step->locks, i, kf_migrate_lock_t);

        kfm_ctl_progress(ctl, "  %s on %s: about %" APR_INT64_T_FMT " rows, %" APR_INT64_T_FMT " kB", lock->mode,
                         lock->table, lock->rows, lock->bytes / 1024);
    }
}

static void say_plan(kfm_ctl_t *ctl, json_t *doc, const kf_migrated_t *plan)
{
    for (int i = 0; i < plan->steps->nelts; i++) {
        say_step(ctl, &APR_ARRAY_IDX(plan->steps, i, kf_migrate_step_t));
    }
    for (int i = 0; i < plan->files->nelts; i++) {
        kfm_ctl_progress(ctl, "differs: %s", APR_ARRAY_IDX(plan->files, i, const char *));
    }
    kfm_ctl_say(ctl, doc, "%d migrations pending; policies and functions are %s. Nothing was changed.",
                plan->steps->nelts, plan->functions ? "pending too" : "up to date");
}

static kf_err_t *run(kfm_ctl_t *ctl)
{
    bool dry = kfm_ctl_flag(ctl, "dry-run") || kfm_ctl_flag(ctl, "plan"), given;
    kf_migrate_t what = {kfm_ctl_sql_dir(ctl), kfm_nouns, kfm_ctl_flag(ctl, "test-clock"), WAIT_S, say, ctl};
    int64_t wait_s = WAIT_S;
    kf_migrated_t done = {0};
    json_t *doc;

    KF_TRY(kfm_ctl_int(&wait_s, &given, ctl, "wait", 0, 7 * 86400));
    what.wait_s = (int)wait_s;
    KF_TRY((dry ? kf_flow_migrate_plan : kf_flow_migrate)(&done, &what, ctl->db, ctl->p));
    doc = document(ctl, &done);
    json_object_set_new(doc, "dry_run", json_boolean(dry));
    if (!done.steps->nelts && !done.functions) {
        kfm_ctl_say(ctl, doc, "Nothing to do: the database is at version %d.", done.after);
    }
    else if (dry) {
        say_plan(ctl, doc, &done);
    }
    else {
        kfm_ctl_say(
            ctl, doc,
            "The database is at version %d (before: %d); %d migrations were applied, %s%s.",
            done.after, done.before, done.steps->nelts,
            done.functions ? "and the functions" : "the functions were up to date",
            done.test_clock ? "; its clock can be shifted" : "");
    }
    return NULL;
}

static kf_err_t *fields(kfm_ctl_t *ctl)
{
    const char *sql = kf_migrate_fields(kfm_nouns, ctl->p);
    json_t *doc = kfm_ctl_object(ctl);

    kfm_ctl_put(doc, "sql", sql);
    kfm_ctl_say(ctl, doc, "%s", sql);
    return NULL;
}

const kfm_ctl_cmd_t kfm_ctl_migrate[] = {{"migrate", NULL, 0, 0, KFM_CTL_DATABASE,
                                          "Upgrades the database to the schema of this release, while servers run. "
                                          "Connect as konfirmado_owner. It is safe to repeat after any interruption, "
                                          "and to run several times at once.",
                                          opts, run},
                                         {"fields", NULL, 0, 0, 0,
                                          "Prints the SQL functions that describe the fields of documents. migrate "
                                          "applies them. Use this command only if you apply the folder of SQL without "
                                          "migrate.",
                                          NULL, fields},
                                         KFM_CTL_CMD_END};
