#ifndef KF_REPO_ADMIN_MADE_H
#define KF_REPO_ADMIN_MADE_H
/*
 * The book of what each file of functions has made (kf.function_file), and the locks of
 * the runner of migrations. A file stands in it with its digest and with what was made,
 * as the catalogue had it at the end of that run: definition, owner, rights, triggers.
 */
#include <apr_tables.h>
#include <stdbool.h>

#include "db/db.h"

typedef struct {
    const char *path, *digest;
    bool same;  /* what it made is as it was then */
    bool makes; /* it made anything */
} kf_made_row_t;

/** Whether there is a book: migration 0008 makes it. */
kf_err_t *kf_repo_made_there(bool *out, kf_db_t *db, apr_pool_t *p);
/** Rows of kf_made_row_t; none without a book. */
kf_err_t *kf_repo_made(apr_array_header_t **out, kf_db_t *db, apr_pool_t *p);

/* In the transaction that applies the files: */

/** The file was applied just now: what this transaction made and no file before it is its own. */
kf_err_t *kf_repo_made_put(kf_db_t *db, const char *path, const char *digest, apr_pool_t *p);
/** The file is there no more. */
kf_err_t *kf_repo_made_remove(kf_db_t *db, const char *path, apr_pool_t *p);
/** At the end: drops the functions that no file makes, and writes down how all are. */
kf_err_t *kf_repo_made_seal(kf_db_t *db, apr_pool_t *p);

/* -- locks -- */

/** Waits for a lock so long and no longer; 0: for ever. `local`: in this transaction only. */
kf_err_t *kf_repo_lock_wait(kf_db_t *db, int ms, bool local, apr_pool_t *p);

/**
 * Takes the locks in one statement of `ms` at most, in order of the names. Both are arrays as
 * PostgreSQL writes them: "{kf.booking}", "{ACCESS EXCLUSIVE}". Tables that are not there are left out.
 */
kf_err_t *kf_repo_lock_tables(kf_db_t *db, const char *tables, const char *modes, int ms,
                              apr_pool_t *p);

/** "kf.booking (process 4711, pg_dump)": who has held one of the tables longest; NULL: nobody now. */
kf_err_t *kf_repo_lock_holder(const char **out, kf_db_t *db, const char *tables, apr_pool_t *p);

typedef struct {
    const char *table;
    int64_t rows; /* an estimate */
    int64_t bytes; /* with indexes */
} kf_table_size_t;

/** kf_table_size_t of those that are there, each name once. */
kf_err_t *kf_repo_table_sizes(apr_array_header_t **out, kf_db_t *db, const char *tables,
                              apr_pool_t *p);

/** Takes away what is left of an index of that name that could not be finished. Not in a transaction. */
kf_err_t *kf_repo_index_clear(kf_db_t *db, const char *name, apr_pool_t *p);

#endif
