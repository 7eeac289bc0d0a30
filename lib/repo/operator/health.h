#ifndef KF_REPO_OPERATOR_HEALTH_H
#define KF_REPO_OPERATOR_HEALTH_H
/*
 * Which releases work with a database. A release is identified by the number of its
 * newest migration. A database has that number too, and a lowest number that it serves:
 * after an upgrade of the database, older servers keep working until they are replaced.
 * A server whose number is higher than the database's does not work with it.
 */
#include <stdbool.h>

#include "db/db.h"

/** The number of the newest migration that this code was written for. The build takes it from sql/migrations. */
extern const int kf_schema_version;

typedef struct {
    int schema_version;
    int serves; /* the oldest release that works with it */
    kf_instant_t now;
    bool test_clock; /* the clock may be shifted: a database for tests */
    bool jobs_on;    /* background work was not switched off in this database */
    kf_instant_t machine_now; /* its machine's clock, never shifted */
} kf_health_t;

/** Reads the database's state. An error if there is no schema, or an unreadable one. */
kf_err_t *kf_repo_health(kf_health_t *out, kf_db_t *db, apr_pool_t *p);
/** The same, for background work. */
kf_err_t *kf_repo_work_health(kf_health_t *out, kf_db_t *db, apr_pool_t *p);

/** Names of missing functions that serving a booking needs, or NULL. */
kf_err_t *kf_repo_health_functions(const char **out, kf_db_t *db, apr_pool_t *p);

/** NULL if this code works with the schema, else what is wrong and what to do. */
const char *kf_health_schema_fault(const kf_health_t *health);

#endif
