#ifndef KF_DB_CONNINFO_H
#define KF_DB_CONNINFO_H
/* Connection strings: their parameters, and the environment of PostgreSQL's own programs. */
#include "base/err.h"

/**
 * The environment of this process plus the parameters of `conninfo` as libpq's variables (PGHOST, PGPASSWORD,
 * ...). `conninfo` may be only the name of a database. A password must not be an argument of
 * a program, because other users can see those. NULL-terminated. KF_E_CONFIG.
 */
kf_err_t *kf_db_environment(char ***out, const char *conninfo, apr_pool_t *p);

/** The value of a parameter in the connection string itself; NULL: not given. KF_E_CONFIG. */
kf_err_t *kf_db_parameter(const char **out, const char *conninfo, const char *keyword, apr_pool_t *p);

#endif
