/*
 * A copy comes back as konfirmado_owner, who is no superuser, so in steps: each
 * object as who it will belong to, the rights to a function by who owns it, and
 * the right to enter the schema last of all.
 */
#include <apr_strings.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "flow/backup.h"
#include "flow/backup_int.h"
#include "flow/pgtool.h"
#include "repo/admin_schema.h"
#include "repo/health.h"

#define LINE_MAX_BYTES 4096

/* The steps, and who does each; NULL: who is connected. */
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

/* A file without a name, gone with its descriptor; pg_restore reads it as /dev/fd/N. */
static kf_err_t *scratch(FILE **out, apr_pool_t *p)
{
    *out = tmpfile();
    return *out ? NULL : kf_err(p, KF_E_CONFIG, "No file can be made in the folder for temporary ones.");
}

static kf_err_t *split(FILE *steps[STEPS], FILE *contents, apr_pool_t *p)
{
    char line[LINE_MAX_BYTES];

    for (int i = 0; i < STEPS; i++) {
        KF_TRY(scratch(&steps[i], p));
    }
    rewind(contents);
    while (fgets(line, sizeof(line), contents)) {
        int step;

        line[strcspn(line, "\n")] = '\0';
        step = line[0] == ';' ? STEPS : step_of(line);
        if (step < STEPS) {
            fprintf(steps[step], "%s\n", line);
        }
    }
    for (int i = 0; i < STEPS; i++) {
        if (fflush(steps[i])) {
            return kf_err(p, KF_E_CONFIG, "The folder for temporary files is full.");
        }
    }
    return NULL;
}

static kf_err_t *read_contents(FILE **out, const kf_backup_place_t *place, apr_pool_t *p)
{
    const char *argv[] = {"pg_restore", "--list", kf_backup_file(place->dir, KF_BACKUP_DUMP, p), NULL};

    KF_TRY(scratch(out, p));
    return kf_pgtool_run(argv, place->conninfo, fileno(*out), p);
}

static kf_err_t *run_step(int step, FILE *list, const kf_backup_place_t *place, apr_pool_t *p)
{
    const char *role = doers[step] ? apr_pstrcat(p, "--role=", doers[step], NULL) : "--exit-on-error";
    const char *argv[] = {"pg_restore", "--exit-on-error", "--single-transaction", role,
                          apr_psprintf(p, "--use-list=/dev/fd/%d", fileno(list)),
                          "--dbname=application_name=konfirmadoctl", /* the rest is in the environment */
                          kf_backup_file(place->dir, KF_BACKUP_DUMP, p), NULL};

    fcntl(fileno(list), F_SETFD, 0); /* the program inherits it */
    return ftell(list) > 0 ? kf_pgtool_run(argv, place->conninfo, STDERR_FILENO, p) : NULL;
}

static kf_err_t *check_target(const kf_backup_t *copy, kf_db_t *db, apr_pool_t *p)
{
    kf_schema_right_t right;
    bool there;

    if (copy->schema > KF_SCHEMA_VERSION) {
        return kf_err(p, KF_E_CONFLICT, "The copy has schema %d, of release %s; this program is for %d: install that "
                      "release.", copy->schema, copy->release, KF_SCHEMA_VERSION);
    }
    KF_TRY(kf_repo_schema_there(&there, db, p));
    if (there) {
        return kf_err(p, KF_E_CONFLICT, "There is a schema kf in this database: restore into a new one.");
    }
    KF_TRY(kf_repo_schema_right(&right, db, p));
    if (!right.roles_made || !right.may_change) {
        return kf_err(p, KF_E_FORBIDDEN, "Run sql/roles.sql, make the database with konfirmado_owner as its owner, and "
                      "connect as that role: %s may not restore here.", right.role);
    }
    return NULL;
}

static kf_err_t *run_all(FILE *steps[STEPS], const kf_backup_place_t *place, kf_db_t *db, apr_pool_t *p)
{
    KF_TRY(kf_repo_schema_prepare(db, p));
    for (int i = 0; i < STEPS; i++) {
        if (i == ENTRY) {
            KF_TRY(kf_repo_meta_put(db, "jobs", "off", p));
        }
        KF_TRY(run_step(i, steps[i], place, p));
    }
    return NULL;
}

kf_err_t *kf_flow_restore(const kf_backup_t *copy, const kf_backup_place_t *place, kf_db_t *db, apr_pool_t *p)
{
    FILE *contents = NULL, *steps[STEPS] = {NULL};
    kf_err_t *err;

    KF_TRY(check_target(copy, db, p));
    err = read_contents(&contents, place, p);
    err = err ? err : split(steps, contents, p);
    err = err ? err : run_all(steps, place, db, p);
    for (int i = 0; i < STEPS; i++) {
        if (steps[i]) {
            fclose(steps[i]);
        }
    }
    if (contents) {
        fclose(contents);
    }
    return err;
}
