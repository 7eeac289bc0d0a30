#ifndef KF_FLOW_OPERATOR_PGTOOL_H
#define KF_FLOW_OPERATOR_PGTOOL_H
/* Runs PostgreSQL's own programs, found on PATH. */
#include "base/err.h"

/**
 * Runs argv[0] (NULL-terminated arguments) with the database of `conninfo` in its
 * environment, and waits. Its standard output goes to the file descriptor `out`,
 * its standard error to ours. KF_E_CONFIG if it is not installed, KF_E_CONFLICT if
 * its exit status is not 0.
 */
kf_err_t *kf_pgtool_run(const char *const *argv, const char *conninfo, int out, apr_pool_t *p);

#endif
