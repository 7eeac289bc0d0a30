#ifndef KF_REPO_OPERATOR_SCHEMA_H
#define KF_REPO_OPERATOR_SCHEMA_H
/*
 * The record of what was applied to a database: kf.migration (one row for each migration)
 * and kf.meta ("functions": the digest of the policies and functions in place;
 * "test_clock": "true" for a database made for tests; "jobs": "off" if no background
 * work may be done, as in a copy that was just restored). Neither belongs to a
 * tenant. kf_repo_schema_found() creates both, before any migration.
 */
#include <apr_tables.h>
#include <stdbool.h>

#include "db/db.h"

typedef struct {
    int version;
    const char *name;   /* the file's name, "0001_schema.sql" */
    const char *digest; /* SHA-256 of its bytes, hex */
} kf_migration_row_t;

/* Whether this connection may change the schema. */
typedef struct {
    const char *role, *database;
    bool roles_made; /* sql/roles.sql was run */
    bool may_change; /* it owns schema kf, or may create it */
    bool may_temp;   /* TEMP on the database: triggers are compared on empty copies of their tables */
} kf_schema_right_t;

/**
 * `*got`: no other session migrates this database; held until unlocked or disconnected. It does not wait in
 * the database: a session that waits there would block the CREATE INDEX CONCURRENTLY of the lock's holder.
 */
kf_err_t *kf_repo_schema_trylock(bool *got, kf_db_t *db, apr_pool_t *p);
/** Lets the next session migrate. */
kf_err_t *kf_repo_schema_unlock(kf_db_t *db, apr_pool_t *p);

kf_err_t *kf_repo_schema_right(kf_schema_right_t *out, kf_db_t *db, apr_pool_t *p);

/** Whether this connection sees a schema of ours, or another one of that name. */
kf_err_t *kf_repo_schema_there(bool *out, kf_db_t *db, apr_pool_t *p);
/** Whether the record exists. */
kf_err_t *kf_repo_schema_founded(bool *out, kf_db_t *db, apr_pool_t *p);
/** Creates schema and record. Inside a transaction of the caller. */
kf_err_t *kf_repo_schema_found(kf_db_t *db, apr_pool_t *p);

/** Rows of kf_migration_row_t in order of version. */
kf_err_t *kf_repo_migrations(apr_array_header_t **out, kf_db_t *db, apr_pool_t *p);
/** KF_E_CONFLICT if the version is recorded already. */
kf_err_t *kf_repo_migration_put(kf_db_t *db, const kf_migration_row_t *row, apr_pool_t *p);

/** `*out` is NULL if the key does not exist. */
kf_err_t *kf_repo_meta_get(const char **out, kf_db_t *db, const char *key, apr_pool_t *p);
/** Replaces an existing value. */
kf_err_t *kf_repo_meta_put(kf_db_t *db, const char *key, const char *value, apr_pool_t *p);

#endif
