#ifndef KF_REPO_HEALTH_H
#define KF_REPO_HEALTH_H
/*
 * Which releases work with a database. A release goes by the number of its newest
 * migration. A database has one too, and serves servers from another number on: so
 * after an upgrade of the database older servers go on until they are replaced.
 * A server whose number is higher than the database's does not work with it.
 */
#include <stdbool.h>

#include "db/db.h"

/** The number of the newest migration that this code was written for. The build takes it from sql/migrations. */
extern const int kf_schema_version;

typedef struct {
    int schema_version;
    int serves; /* the oldest release whose servers work with it */
    kf_instant_t now;
    bool test_clock; /* the clock may be shifted: a database for tests */
    bool jobs_on;    /* background work was not switched off in this database */
    kf_instant_t machine_now; /* by its machine's clock, which nobody shifts */
} kf_health_t;

/** What the database says of itself. An error where there is no schema, or one that cannot be read. */
kf_err_t *kf_repo_health(kf_health_t *out, kf_db_t *db, apr_pool_t *p);
/** The same, asked by background work. */
kf_err_t *kf_repo_work_health(kf_health_t *out, kf_db_t *db, apr_pool_t *p);

/** Names of functions that serving a booking needs and that are not there, or NULL. */
kf_err_t *kf_repo_health_functions(const char **out, kf_db_t *db, apr_pool_t *p);

/** NULL if this code works with the schema, else what is wrong and what to do. */
const char *kf_health_schema_fault(const kf_health_t *health);

#endif
