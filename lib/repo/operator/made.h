#ifndef KF_REPO_OPERATOR_MADE_H
#define KF_REPO_OPERATOR_MADE_H
/*
 * The record of what each file of functions created (kf.function_file), and the locks of
 * the migration runner. A file is recorded with its digest and with the objects it created,
 * as the catalogue had them at the end of that run: definition, owner, grants, triggers.
 */
#include <apr_tables.h>
#include <stdbool.h>

#include "db/db.h"

typedef struct {
    const char *path, *digest;
    bool same;  /* its objects are unchanged since */
    bool makes; /* it created any object */
} kf_made_row_t;

/** Whether the record exists: migration 0008 creates it. */
kf_err_t *kf_repo_made_there(bool *out, kf_db_t *db, apr_pool_t *p);
/** Rows of kf_made_row_t; none without a record. */
kf_err_t *kf_repo_made(apr_array_header_t **out, kf_db_t *db, apr_pool_t *p);

/* In the transaction that applies the files: */

/** The file was just applied: objects that this transaction created and no earlier file owns are its own. */
kf_err_t *kf_repo_made_put(kf_db_t *db, const char *path, const char *digest, apr_pool_t *p);
/** The file no longer exists. */
kf_err_t *kf_repo_made_remove(kf_db_t *db, const char *path, apr_pool_t *p);
/** At the end: drops the functions that no file creates, and records the state of all others. */
kf_err_t *kf_repo_made_seal(kf_db_t *db, apr_pool_t *p);

/* -- locks -- */

/** Limits how long to wait for a lock; 0: no limit. `local`: in this transaction only. */
kf_err_t *kf_repo_lock_wait(kf_db_t *db, int ms, bool local, apr_pool_t *p);

/**
 * Takes the locks in one statement of at most `ms`, ordered by table name. Both are PostgreSQL array
 * literals: "{kf.booking}", "{ACCESS EXCLUSIVE}". Tables that do not exist are skipped.
 */
kf_err_t *kf_repo_lock_tables(kf_db_t *db, const char *tables, const char *modes, int ms,
                              apr_pool_t *p);

/** "kf.booking (process 4711, pg_dump)": the session that has held one of the tables longest; NULL: none now. */
kf_err_t *kf_repo_lock_holder(const char **out, kf_db_t *db, const char *tables, apr_pool_t *p);

typedef struct {
    const char *table;
    int64_t rows; /* an estimate */
    int64_t bytes; /* with indexes */
} kf_table_size_t;

/** kf_table_size_t of the tables that exist, each once. */
kf_err_t *kf_repo_table_sizes(apr_array_header_t **out, kf_db_t *db, const char *tables,
                              apr_pool_t *p);

/** Drops what is left of an index of that name that was not completed. Not in a transaction. */
kf_err_t *kf_repo_index_clear(kf_db_t *db, const char *name, apr_pool_t *p);

#endif
