#ifndef KF_FLOW_OPERATOR_PGTOOL_H
#define KF_FLOW_OPERATOR_PGTOOL_H
/* Runs PostgreSQL's own programs, found on PATH. */
#include "base/err.h"

/**
 * Runs argv[0] (NULL-terminated arguments) with the database of `conninfo` in its
 * environment, and waits. Its standard output goes to the file descriptor `out`,
 * its words of trouble to our standard error. KF_E_CONFIG where it is not
 * installed, KF_E_CONFLICT where it ends with another status than 0.
 */
kf_err_t *kf_pgtool_run(const char *const *argv, const char *conninfo, int out, apr_pool_t *p);

#endif
