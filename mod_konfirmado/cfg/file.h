#ifndef KFM_CFG_FILE_H
#define KFM_CFG_FILE_H
/* Small files named by directives, read at start as root. Private to cfg/. All errors are KF_E_CONFIG. */
#include <apr_pools.h>

#include "base/err.h"

/** The whole text of a file of at most `max` bytes; wiped with the pool. */
kf_err_t *kfm_cfg_read_file(char **out, const char *directive, const char *path, apr_size_t max,
                            apr_pool_t *p);

/** The first line of a file that only its owner may access; wiped with the pool. */
kf_err_t *kfm_cfg_read_secret(const char **out, const char *directive, const char *path,
                              apr_pool_t *p);

#endif
