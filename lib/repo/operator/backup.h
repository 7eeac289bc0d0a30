#ifndef KF_REPO_OPERATOR_BACKUP_H
#define KF_REPO_OPERATOR_BACKUP_H
/*
 * What a copy of a database is made from and compared with. A copy is read as the role
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

/* Pending work, of all tenants. */
typedef struct {
    const char *queue;
    int64_t due, later;
    kf_instant_t oldest;
} kf_queue_t;

/**
 * Begins a transaction that sees one moment of the database, as konfirmado_backup.
 * KF_E_FORBIDDEN if that role is missing or we may not assume it; KF_E_CONFLICT,
 * with the table, if it cannot read all rows of one.
 */
kf_err_t *kf_repo_backup_begin(kf_db_t *db, apr_pool_t *p);
/** The snapshot id with which another session sees the same moment, while this transaction lasts. */
kf_err_t *kf_repo_backup_snapshot(const char **out, kf_db_t *db, apr_pool_t *p);
/** Rows of kf_table_sum_t, by name. Reads every row of every table. */
kf_err_t *kf_repo_table_sums(apr_array_header_t **out, kf_db_t *db, apr_pool_t *p);

/** Makes an empty schema. Only our other roles may use it and create objects in it. */
kf_err_t *kf_repo_schema_prepare(kf_db_t *db, apr_pool_t *p);

/** Rows of kf_queue_t. */
kf_err_t *kf_repo_jobs_waiting(apr_array_header_t **out, kf_db_t *db, apr_pool_t *p);

#endif
