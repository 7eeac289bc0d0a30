#ifndef KFM_CFG_OPENAPI_H
#define KFM_CFG_OPENAPI_H
/* The OpenAPI description, read at start and kept in memory. */
#include "cfg/cfg.h"

/** Fills cfg->openapi*. KF_E_CONFIG if the file cannot be read, is too large or is not a JSON object. */
kf_err_t *kfm_openapi_load(kfm_cfg_t *cfg, const char *path, apr_pool_t *p);

#endif
