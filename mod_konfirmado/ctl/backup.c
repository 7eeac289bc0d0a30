/* Backups of a database: see flow/operator/backup.h. */
#include "flow/operator/backup.h"

#include "ctl/ctl.h"
#include "flow/operator/rekey.h"
#include "repo/operator/schema.h"

static kf_err_t *place_of(kf_backup_place_t *out, kfm_ctl_t *ctl)
{
    if (ctl->lines) {
        return kfm_ctl_usage(ctl, "PostgreSQL's programs open their own connection: run this one by itself.");
    }
    *out = (kf_backup_place_t){kfm_ctl_arg(ctl, 0), ctl->database};
    return NULL;
}

static json_t *document(kfm_ctl_t *ctl, const kf_backup_t *copy)
{
    json_t *doc = kfm_ctl_object(ctl), *tables = json_object();
    json_int_t rows = 0;

    for (int i = 0; i < copy->tables->nelts; i++) {
        const kf_table_sum_t *t = &APR_ARRAY_IDX(copy->tables, i, kf_table_sum_t);

        json_object_set_new(tables, t->name, json_integer(t->rows));
        rows += t->rows;
    }
    kfm_ctl_put(doc, "dir", kfm_ctl_arg(ctl, 0));
    kfm_ctl_put(doc, "made_at", copy->made_at);
    kfm_ctl_put(doc, "release", copy->release);
    json_object_set_new(doc, "schema", json_integer(copy->schema));
    json_object_set_new(doc, "bytes", json_integer(copy->bytes));
    json_object_set_new(doc, "rows", json_integer(rows));
    json_object_set_new(doc, "tables", tables);
    return doc;
}

static int rows_in(const json_t *doc)
{
    return (int)json_integer_value(json_object_get(doc, "rows"));
}

static kf_err_t *backup(kfm_ctl_t *ctl)
{
    kf_backup_place_t place = {NULL, NULL};
    kf_backup_t copy = {0};
    json_t *doc;

    KF_TRY(place_of(&place, ctl));
    KF_TRY(kf_flow_backup(&copy, &place, ctl->db, ctl->p));
    doc = document(ctl, &copy);
    kfm_ctl_say(ctl, doc, "%s has %d rows of %d tables (schema %d). It does not contain the key file and the folder of "
                          "images (KonfirmadoUploadDir).", place.dir, rows_in(doc), copy.tables->nelts, copy.schema);
    return NULL;
}

/* Prints each difference and adds it to the document. */
static kf_err_t *compare(json_t *doc, kfm_ctl_t *ctl, const kf_backup_t *copy)
{
    apr_array_header_t *differences;
    json_t *list = json_array();

    json_object_set_new(doc, "differences", list);
    KF_TRY(kf_flow_backup_compare(&differences, copy, ctl->db, ctl->p));
    for (int i = 0; i < differences->nelts; i++) {
        const char *text = APR_ARRAY_IDX(differences, i, const char *);

        json_array_append_new(list, json_string(text));
        kfm_ctl_progress(ctl, "%s", text);
    }
    ctl->failed = ctl->failed || differences->nelts;
    return NULL;
}

/* With a key file, checks that it opens all sealed secrets. The backup role has no right to read them. */
static kf_err_t *check_secrets(json_t *doc, kfm_ctl_t *ctl)
{
    kf_schema_right_t right;
    kf_rekeyed_t plan;

    if (!ctl->key_file) {
        return NULL;
    }
    KF_TRY(kf_repo_schema_right(&right, ctl->db, ctl->p));
    if (!right.may_change) {
        kfm_ctl_progress(ctl, "The secrets were not checked: connect as konfirmado_owner for that.");
        return NULL;
    }
    KF_TRY(kfm_ctl_read_keys(ctl));
    KF_TRY(kf_flow_rekey_plan(&plan, ctl->keys, ctl->db, ctl->p));
    json_object_set_new(doc, "secrets", json_integer(plan.current + plan.resealed));
    json_object_set_new(doc, "unreadable", json_integer(plan.unreadable));
    kfm_ctl_progress(ctl, "%d secrets open with %s, %d do not.", plan.current + plan.resealed, ctl->key_file,
                     plan.unreadable);
    ctl->failed = ctl->failed || plan.unreadable;
    return NULL;
}

static kf_err_t *verify(kfm_ctl_t *ctl)
{
    kf_backup_t copy;
    json_t *doc;

    KF_TRY(kf_flow_backup_read(&copy, kfm_ctl_arg(ctl, 0), ctl->p));
    doc = document(ctl, &copy);
    KF_TRY(compare(doc, ctl, &copy));
    KF_TRY(check_secrets(doc, ctl));
    kfm_ctl_say(ctl, doc, ctl->failed ? "The database differs from %s."
                                      : "The database matches %s, row for row.", kfm_ctl_arg(ctl, 0));
    return NULL;
}

static kf_err_t *restore(kfm_ctl_t *ctl)
{
    kf_backup_place_t place = {NULL, NULL};
    kf_backup_t copy;
    json_t *doc, *waiting;

    KF_TRY(place_of(&place, ctl));
    KF_TRY(kf_flow_backup_read(&copy, place.dir, ctl->p));
    KF_TRY(kf_flow_restore(&copy, &place, ctl->db, ctl->p));
    doc = document(ctl, &copy);
    KF_TRY(compare(doc, ctl, &copy));
    KF_TRY(check_secrets(doc, ctl));
    KF_TRY(kfm_ctl_waiting(&waiting, ctl));
    json_object_set(doc, "waiting", waiting);
    kfm_ctl_tell_waiting(ctl, waiting);
    kfm_ctl_say(ctl, doc, ctl->failed ? "The database differs from %s: see above. Background work is off."
                                      : "The database matches %s. Background work is off and would do the above: when "
                                        "the servers of the former database have stopped for good, run konfirmadoctl "
                                        "migrate and konfirmadoctl jobs on.", place.dir);
    return NULL;
}

const kfm_ctl_cmd_t kfm_ctl_backup[] = {
    {"backup", "DIR", 1, 1, KFM_CTL_DATABASE,
     "Writes a consistent copy of the database into a new folder, while servers run. Connect as konfirmado_backup; "
     "needs pg_dump.", NULL, backup},
    {"verify", "DIR", 1, 1, KFM_CTL_DATABASE,
     "Compares a copy with the database, table by table, and the dump with its SHA-256. With --key-file, as "
     "konfirmado_owner, it also checks that every secret opens.", NULL, verify},
    {"restore", "DIR", 1, 1, KFM_CTL_DATABASE,
     "Restores a copy into a new database, compares them, and prints what background work would do. Background work is "
     "off in that database until konfirmadoctl jobs on. Connect as konfirmado_owner, which must own the database; "
     "needs pg_restore.", NULL, restore},
    KFM_CTL_CMD_END};
