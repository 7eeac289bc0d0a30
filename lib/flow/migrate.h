#ifndef KF_FLOW_MIGRATE_H
#define KF_FLOW_MIGRATE_H
/*
 * Brings a database to the schema of a folder of SQL:
 *
 *   migrations/NNNN_name.sql   numbered from 0001 without a gap, never changed once
 *                              applied, each in a transaction of its own
 *   policies/, functions/      *.sql in the order of their names, all in one
 *                              transaction, whenever they or the version changed;
 *                              a function that no file makes any more is dropped
 *   test/clock.sql             after those, in a database made for tests
 *
 * Runners of the same database wait for each other. Errors: KF_E_CONFLICT for a
 * database that does not fit the folder (a migration changed, or newer than the
 * folder), KF_E_CONFIG for a folder that is not in order, KF_E_FORBIDDEN for a
 * role that may not change the schema; the cause of others names the SQLSTATE.
 */
#include <apr_tables.h>
#include <stdbool.h>

#include "db/db.h"

typedef struct {
    const char *dir; /* the folder "sql" */
    bool test_clock; /* a new database gets a clock that can be shifted */
    void (*say)(void *baton, const char *line); /* progress, or NULL */
    void *baton;
} kf_migrate_t;

typedef struct {
    int before, after;           /* number of the newest migration */
    apr_array_header_t *applied; /* const char *: names of the migrations applied (or pending) */
    bool functions;              /* policies and functions were applied (or are to be) */
    bool test_clock;             /* the database has the shiftable clock */
} kf_migrated_t;

/** Applies what is pending. What was applied before an error stays applied. */
kf_err_t *kf_flow_migrate(kf_migrated_t *out, const kf_migrate_t *what, kf_db_t *db, apr_pool_t *p);

/** Looks only: the same answer, with what is pending. Reads tables that every role may read. */
kf_err_t *kf_flow_migrate_plan(kf_migrated_t *out, const kf_migrate_t *what, kf_db_t *db,
                               apr_pool_t *p);

#endif
