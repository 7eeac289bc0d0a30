/*
 * Restores a copy as konfirmado_owner, who is not a superuser, and therefore in steps: each
 * object as its future owner, the grants on a function as its owner, and
 * the right to use the schema last of all.
 */
#include <apr_file_io.h>
#include <apr_portable.h>
#include <apr_strings.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "flow/operator/backup.h"
#include "flow/operator/backup_int.h"
#include "flow/operator/pgtool.h"
#include "repo/operator/health.h"
#include "repo/operator/schema.h"

#define LINE_MAX_BYTES 4096

/* The steps, and the role that does each; NULL: the connected role. */
enum { OBJECTS, DIRECTORY, PRIVACY, ENTRY, STEPS };
static const char *const doers[STEPS] = {NULL, "konfirmado_directory", "konfirmado_privacy", NULL};

/* Which step an entry of the dump's table of contents belongs to: "12; 1259 16389 ACL kf TABLE claim konfirmado_owner".
 * STEPS: none, the schema is there. */
static int step_of(const char *line)
{
    const char *owner = strrchr(line, ' ');

    if (strstr(line, " SCHEMA - kf ")) {
        return STEPS;
    }
    if (strstr(line, " ACL - SCHEMA kf ")) {
        return ENTRY;
    }
    for (int i = DIRECTORY; owner && i <= PRIVACY; i++) {
        if (strstr(line, " ACL kf ") && !strcmp(owner + 1, doers[i])) {
            return i;
        }
    }
    return OBJECTS;
}

/* The entries of a step, or all: an unlinked file, closed with the pool. pg_restore reads it as /dev/fd/N. */
typedef struct {
    apr_file_t *file;
    apr_os_file_t fd;
    bool any;
} list_t;

static kf_err_t *scratch(list_t *out, apr_pool_t *p)
{
    const char *folder;
    char *name;

    if (apr_temp_dir_get(&folder, p) == APR_SUCCESS) {
        name = apr_pstrcat(p, folder, "/konfirmadoctl.XXXXXX", NULL);
        if (apr_file_mktemp(&out->file, name, APR_FOPEN_CREATE | APR_FOPEN_READ | APR_FOPEN_WRITE | APR_FOPEN_EXCL, p)
            == APR_SUCCESS) {
            apr_file_remove(name, p);
            apr_os_file_get(&out->fd, out->file);
            out->any = false;
            return NULL;
        }
    }
    return kf_err(p, KF_E_CONFIG, "No file can be created in the folder for temporary files.");
}

static kf_err_t *split(list_t steps[STEPS], list_t *contents, apr_pool_t *p)
{
    apr_off_t begin = 0;
    char line[LINE_MAX_BYTES];

    for (int i = 0; i < STEPS; i++) {
        KF_TRY(scratch(&steps[i], p));
    }
    apr_file_seek(contents->file, APR_SET, &begin);
    while (apr_file_gets(line, sizeof(line), contents->file) == APR_SUCCESS) {
        int step;

        line[strcspn(line, "\n")] = '\0';
        step = line[0] == ';' ? STEPS : step_of(line);
        if (step < STEPS) {
            steps[step].any = true;
            if (apr_file_printf(steps[step].file, "%s\n", line) < 0) {
                return kf_err(p, KF_E_CONFIG, "The folder for temporary files is full.");
            }
        }
    }
    return NULL;
}

static kf_err_t *read_contents(list_t *out, const kf_backup_place_t *place, apr_pool_t *p)
{
    const char *argv[] = {"pg_restore", "--list", kf_backup_file(place->dir, KF_BACKUP_DUMP, p), NULL};

    KF_TRY(scratch(out, p));
    return kf_pgtool_run(argv, place->conninfo, out->fd, p);
}

static kf_err_t *run_step(int step, const list_t *list, const kf_backup_place_t *place, apr_pool_t *p)
{
    const char *role = doers[step] ? apr_pstrcat(p, "--role=", doers[step], NULL) : "--exit-on-error";
    const char *argv[] = {"pg_restore", "--exit-on-error", "--single-transaction", role,
                          apr_psprintf(p, "--use-list=/dev/fd/%d", list->fd),
                          "--dbname=application_name=konfirmadoctl", /* the rest is in the environment */
                          kf_backup_file(place->dir, KF_BACKUP_DUMP, p), NULL};

    fcntl(list->fd, F_SETFD, 0); /* the program inherits it */
    return list->any ? kf_pgtool_run(argv, place->conninfo, STDERR_FILENO, p) : NULL;
}

static kf_err_t *check_target(const kf_backup_t *copy, kf_db_t *db, apr_pool_t *p)
{
    kf_schema_right_t right;
    bool there;

    if (copy->schema > kf_schema_version) {
        return kf_err(p, KF_E_CONFLICT, "The copy has schema %d, of release %s; this program is for %d: install that "
                      "release.", copy->schema, copy->release, kf_schema_version);
    }
    KF_TRY(kf_repo_schema_there(&there, db, p));
    if (there) {
        return kf_err(p, KF_E_CONFLICT, "There is a schema kf in this database: restore into a new one.");
    }
    KF_TRY(kf_repo_schema_right(&right, db, p));
    if (!right.roles_made || !right.may_change) {
        return kf_err(p, KF_E_FORBIDDEN, "%s may not restore here: run sql/roles.sql, create the database with "
                                         "konfirmado_owner as its owner, and connect as that role.", right.role);
    }
    return NULL;
}

static kf_err_t *run_all(const list_t steps[STEPS], const kf_backup_place_t *place, kf_db_t *db, apr_pool_t *p)
{
    KF_TRY(kf_repo_schema_prepare(db, p));
    for (int i = 0; i < STEPS; i++) {
        if (i == ENTRY) {
            KF_TRY(kf_repo_meta_put(db, "jobs", "off", p));
        }
        KF_TRY(run_step(i, &steps[i], place, p));
    }
    return NULL;
}

kf_err_t *kf_flow_restore(const kf_backup_t *copy, const kf_backup_place_t *place, kf_db_t *db, apr_pool_t *p)
{
    list_t contents, steps[STEPS];

    KF_TRY(check_target(copy, db, p));
    KF_TRY(read_contents(&contents, place, p));
    KF_TRY(split(steps, &contents, p));
    return run_all(steps, place, db, p);
}
