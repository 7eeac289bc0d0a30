#ifndef KF_FLOW_OPERATOR_MIGRATE_INT_H
#define KF_FLOW_OPERATOR_MIGRATE_INT_H
/* Shared by migrate.c, which compares, and migrate_run.c, which applies. */
#include "flow/operator/migrate.h"
#include "flow/operator/migrate_files.h"

/* One run: the folder compared with the migrations recorded in the database. */
typedef struct {
    const kf_migrate_t *what;
    kf_db_t *db;
    kf_migrated_t *out;
    apr_array_header_t *files; /* kf_sql_file_t */
    apr_array_header_t *rows;  /* kf_migration_row_t */
    apr_array_header_t *functions;
    const char *digest; /* of the functions */
    apr_pool_t *p;
} kf_migrate_run_t;

void kf_migrate_say(const kf_migrate_run_t *run, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/** The files of functions that differ from the database: kf_sql_file_t. */
kf_err_t *kf_migrate_choose(apr_array_header_t **out, const kf_migrate_run_t *run);

/** "{kf.a,kf.b}" and "{ACCESS EXCLUSIVE,SHARE}" of kf_sql_lock_t from `least` on; NULL if there is none. */
const char *kf_migrate_tables(const char **modes, const apr_array_header_t *locks, int least,
                              apr_pool_t *p);

/** Applies what the plan says. */
kf_err_t *kf_migrate_apply(kf_migrate_run_t *run);

#endif
