#ifndef KF_REPO_BACKUP_H
#define KF_REPO_BACKUP_H
/*
 * What a copy of a database is made and judged by. A copy is read as the role
 * konfirmado_backup: policies of its own let it see the rows of every tenant, and
 * it may change none.
 */
#include <apr_tables.h>
#include <stdbool.h>

#include "db/db.h"

typedef struct {
    const char *name;
    int64_t rows;
    const char *sum; /* over the contents of all rows, in any order */
} kf_table_sum_t;

/* Work that waits, of all tenants. */
typedef struct {
    const char *queue;
    int64_t due, later;
    kf_instant_t oldest;
} kf_queue_t;

/**
 * Begins a transaction that sees one moment of the database, as konfirmado_backup.
 * KF_E_FORBIDDEN where that role is missing or is not ours to be; KF_E_CONFLICT,
 * with the table, where it does not read all rows of one.
 */
kf_err_t *kf_repo_backup_begin(kf_db_t *db, apr_pool_t *p);
/** The name under which another session sees the same moment, while this transaction lasts. */
kf_err_t *kf_repo_backup_snapshot(const char **out, kf_db_t *db, apr_pool_t *p);
/** Rows of kf_table_sum_t, by name. Reads every row there is. */
kf_err_t *kf_repo_table_sums(apr_array_header_t **out, kf_db_t *db, apr_pool_t *p);

/** Makes an empty schema, in which the other roles may get what will be theirs, and nobody else anything. */
kf_err_t *kf_repo_schema_prepare(kf_db_t *db, apr_pool_t *p);

/** Rows of kf_queue_t. */
kf_err_t *kf_repo_jobs_waiting(apr_array_header_t **out, kf_db_t *db, apr_pool_t *p);

#endif
