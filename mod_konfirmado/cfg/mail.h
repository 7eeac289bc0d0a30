#ifndef KFM_CFG_MAIL_H
#define KFM_CFG_MAIL_H
/* The mail directives of one server. Private to cfg/. */
#include "cfg/raw.h"

/** Fills the mail members of cfg; `mail` stays NULL without SMTP or Resend. Reads files as root. KF_E_CONFIG. */
kf_err_t *kfm_cfg_mail(kfm_cfg_t *cfg, const kfm_raw_t *raw, apr_pool_t *p);

/** The PEM text of CA certificates; `*out` is NULL if `path` is NULL. KF_E_CONFIG. */
kf_err_t *kfm_cfg_ca(const char **out, const char *directive, const char *path, apr_pool_t *p);

#endif
