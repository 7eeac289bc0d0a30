#ifndef KFM_CFG_NEIGHBOURS_H
#define KFM_CFG_NEIGHBOURS_H
/* Start-up checks of the configuration of httpd and of other modules. All errors are KF_E_CONFIG. */
#include "base/err.h"
#include "cfg/cfg.h"

/**
 * Checks that mod_dbd is loaded and configured for this server, and that mod_watchdog is loaded if jobs are on. Also
 * for a server without our directives: it has the main server's `cfg`, but may have its own database.
 */
kf_err_t *kfm_cfg_neighbours(const kfm_cfg_t *cfg, const server_rec *s, apr_pool_t *p);

/**
 * Checks that a request for the host of KonfirmadoBaseURL reaches a server with the
 * module on. This need not be the server of `cfg`, which may be a vhost for a
 * business's own domain.
 */
kf_err_t *kfm_cfg_check_names(const kfm_cfg_t *cfg, const server_rec *main_server, apr_pool_t *p);

/** Checks that the path is a folder in which the user of httpd's children may create files. */
kf_err_t *kfm_cfg_check_writable(const char *directive, const char *path, apr_pool_t *p);

#endif
