#ifndef KF_DB_CONNINFO_H
#define KF_DB_CONNINFO_H
/* Connection strings: what they say, and what PostgreSQL's own programs need of them. */
#include "base/err.h"

/**
 * The environment of this process with the parameters of `conninfo`, which may be the
 * name of a database alone, as libpq's variables (PGHOST, PGPASSWORD, ...): a password has no place in the arguments of
 * a program, which everybody sees. NULL-terminated. KF_E_CONFIG.
 */
kf_err_t *kf_db_environment(char ***out, const char *conninfo, apr_pool_t *p);

/** What the connection string itself says of a parameter; NULL: nothing. KF_E_CONFIG. */
kf_err_t *kf_db_parameter(const char **out, const char *conninfo, const char *keyword, apr_pool_t *p);

#endif
