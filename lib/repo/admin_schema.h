#ifndef KF_REPO_ADMIN_SCHEMA_H
#define KF_REPO_ADMIN_SCHEMA_H
/*
 * The book of what was applied to a database: kf.migration (one row a migration)
 * and kf.meta ("functions": the digest of the policies and functions that are in
 * place; "test_clock": "true" for a database made for tests; "jobs": "off" where no
 * background work may be done, as in a copy that was just restored). Neither belongs to a
 * tenant. Both are made by kf_repo_schema_found(), before any migration.
 */
#include <apr_tables.h>
#include <stdbool.h>

#include "db/db.h"

typedef struct {
    int version;
    const char *name;   /* the file's name, "0001_schema.sql" */
    const char *digest; /* SHA-256 of its bytes, hex */
} kf_migration_row_t;

/* What stands in the way of changing the schema with this connection. */
typedef struct {
    const char *role, *database;
    bool roles_made; /* sql/roles.sql was run */
    bool may_change; /* owns schema kf, or may create it */
    bool may_temp;   /* TEMP on the database: triggers are compared on empty copies of their tables */
} kf_schema_right_t;

/**
 * `*got`: no other session migrates this database; held until unlocked or disconnected. There is no
 * way to wait in the database: who waits there holds up CREATE INDEX CONCURRENTLY of who has it.
 */
kf_err_t *kf_repo_schema_trylock(bool *got, kf_db_t *db, apr_pool_t *p);
/** Lets the next session migrate. */
kf_err_t *kf_repo_schema_unlock(kf_db_t *db, apr_pool_t *p);

kf_err_t *kf_repo_schema_right(kf_schema_right_t *out, kf_db_t *db, apr_pool_t *p);

/** Whether this connection finds a schema of ours, or another one of that name. */
kf_err_t *kf_repo_schema_there(bool *out, kf_db_t *db, apr_pool_t *p);
/** Whether the book is there. */
kf_err_t *kf_repo_schema_founded(bool *out, kf_db_t *db, apr_pool_t *p);
/** Makes schema and book. Inside a transaction of the caller. */
kf_err_t *kf_repo_schema_found(kf_db_t *db, apr_pool_t *p);

/** Rows of kf_migration_row_t in order of version. */
kf_err_t *kf_repo_migrations(apr_array_header_t **out, kf_db_t *db, apr_pool_t *p);
/** KF_E_CONFLICT if the version is there already. */
kf_err_t *kf_repo_migration_put(kf_db_t *db, const kf_migration_row_t *row, apr_pool_t *p);

/** `*out` is NULL if the key is not there. */
kf_err_t *kf_repo_meta_get(const char **out, kf_db_t *db, const char *key, apr_pool_t *p);
/** In place of what was there. */
kf_err_t *kf_repo_meta_put(kf_db_t *db, const char *key, const char *value, apr_pool_t *p);

#endif
