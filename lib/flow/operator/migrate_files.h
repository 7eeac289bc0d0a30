#ifndef KF_FLOW_OPERATOR_MIGRATE_FILES_H
#define KF_FLOW_OPERATOR_MIGRATE_FILES_H
/* The folder of SQL as migrate.c needs it. It is read once, so that what was checked is what is applied. */
#include <apr_tables.h>
#include <stdbool.h>

#include "base/err.h"

typedef struct {
    int version;      /* of a migration, else 0 */
    const char *name; /* "0001_schema.sql" */
    const char *path; /* "migrations/0001_schema.sql", for people */
    const char *text;
    const char *digest; /* SHA-256 of the text, hex */
    bool outside;       /* its first line is "-- outside a transaction" */
} kf_sql_file_t;

/** migrations/, in order. KF_E_CONFIG: no migration, a gap, a name that is not NNNN_name.sql. */
kf_err_t *kf_sql_migrations(apr_array_header_t **out, const char *dir, apr_pool_t *p);

/** policies/, the text `fields` (kf_migrate_fields), functions/ and, with `test_clock`, test/clock.sql, in the
 * order of application. */
kf_err_t *kf_sql_functions(apr_array_header_t **out, const char *dir, const char *fields, bool test_clock,
                           apr_pool_t *p);

/** One digest for all of them and the schema version that they are applied to. */
kf_err_t *kf_sql_digest(const char **out, const apr_array_header_t *files, int version,
                        apr_pool_t *p);

#endif
