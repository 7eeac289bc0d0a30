#include "flow/migrate.h"

#include <stdlib.h>

#include "ctl/ctl.h"
#include "ctl/ctl_sql.h"

static const kfm_ctl_opt_t opts[] = {
    {"sql-dir", KFM_CTL_TEXT, "DIR", "the folder of SQL (env KONFIRMADO_SQL_DIR)", NULL},
    {"test-clock", KFM_CTL_FLAG, NULL,
     "a clock that can be shifted; only for a new database made for tests", "test_clock"},
    {"dry-run", KFM_CTL_FLAG, NULL, "say what is pending and change nothing", NULL},
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

static json_t *document(kfm_ctl_t *ctl, const kf_migrated_t *done)
{
    json_t *doc = kfm_ctl_object(ctl), *names = json_array();

    for (int i = 0; i < done->applied->nelts; i++) {
        json_array_append_new(names, json_string(APR_ARRAY_IDX(done->applied, i, const char *)));
    }
    json_object_set_new(doc, "from", json_integer(done->before));
    json_object_set_new(doc, "to", json_integer(done->after));
    json_object_set_new(doc, "migrations", names);
    json_object_set_new(doc, "functions", json_boolean(done->functions));
    json_object_set_new(doc, "test_clock", json_boolean(done->test_clock));
    return doc;
}

static kf_err_t *run(kfm_ctl_t *ctl)
{
    bool dry = kfm_ctl_flag(ctl, "dry-run");
    kf_migrate_t what = {kfm_ctl_sql_dir(ctl), kfm_ctl_flag(ctl, "test-clock"), say, ctl};
    kf_migrated_t done = {0};
    json_t *doc;

    KF_TRY((dry ? kf_flow_migrate_plan : kf_flow_migrate)(&done, &what, ctl->db, ctl->p));
    doc = document(ctl, &done);
    json_object_set_new(doc, "dry_run", json_boolean(dry));
    if (!done.applied->nelts && !done.functions) {
        kfm_ctl_say(ctl, doc, "Nothing to do: the database is at version %d.", done.after);
    }
    else if (dry) {
        for (int i = 0; i < done.applied->nelts; i++) {
            kfm_ctl_progress(ctl, "pending: %s", APR_ARRAY_IDX(done.applied, i, const char *));
        }
        kfm_ctl_say(ctl, doc,
                    "%d migrations pending; policies and functions %s. Nothing was changed.",
                    done.applied->nelts, done.functions ? "to be applied" : "are in place");
    }
    else {
        kfm_ctl_say(
            ctl, doc,
            "The database is at version %d (before: %d); %d migrations and the %s applied%s.",
            done.after, done.before, done.applied->nelts,
            done.functions ? "functions were" : "functions need not be",
            done.test_clock ? "; its clock can be shifted" : "");
    }
    return NULL;
}

const kfm_ctl_cmd_t kfm_ctl_migrate[] = {{"migrate", NULL, 0, 0, KFM_CTL_DATABASE,
                                          "Brings the database to the schema of this release. "
                                          "Connect as konfirmado_owner. Safe to run again and by "
                                          "several at once.",
                                          opts, run},
                                         KFM_CTL_CMD_END};
