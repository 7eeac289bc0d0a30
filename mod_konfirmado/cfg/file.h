#ifndef KFM_CFG_FILE_H
#define KFM_CFG_FILE_H
/* Small files that directives name, read at start, as root. Private to cfg/. All errors are KF_E_CONFIG. */
#include <apr_pools.h>

#include "base/err.h"

/** All of a text file of at most `max` bytes. */
kf_err_t *kfm_cfg_read_file(char **out, const char *directive, const char *path, apr_size_t max,
                            apr_pool_t *p);

/** The first line of a file that nobody but its owner may read; wiped with the pool. */
kf_err_t *kfm_cfg_read_secret(const char **out, const char *directive, const char *path,
                              apr_pool_t *p);

#endif
