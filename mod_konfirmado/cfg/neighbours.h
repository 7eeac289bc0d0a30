#ifndef KFM_CFG_NEIGHBOURS_H
#define KFM_CFG_NEIGHBOURS_H
/* What httpd and its other modules must be told for us: start-up checks. All answer KF_E_CONFIG. */
#include "base/err.h"
#include "cfg/cfg.h"

/**
 * That mod_dbd is there and is told for this server what a connection needs; mod_watchdog, for jobs. Also for
 * a server without a directive of ours, which has the main server's `cfg` and may have a database of its own.
 */
kf_err_t *kfm_cfg_neighbours(const kfm_cfg_t *cfg, const server_rec *s, apr_pool_t *p);

/**
 * That a request for the host of KonfirmadoBaseURL finds a server on which the
 * module is on. A business's own domain may have a server to itself, so the names
 * of this one alone do not decide.
 */
kf_err_t *kfm_cfg_check_names(const kfm_cfg_t *cfg, const server_rec *main_server, apr_pool_t *p);

/** That it is a folder in which the user of httpd's children may make files. */
kf_err_t *kfm_cfg_check_writable(const char *directive, const char *path, apr_pool_t *p);

#endif
