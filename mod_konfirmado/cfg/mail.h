#ifndef KFM_CFG_MAIL_H
#define KFM_CFG_MAIL_H
/* How mails leave one server, by its directives. Private to cfg/. */
#include "cfg/raw.h"

/** Fills what cfg has about mails; `mail` stays NULL without a server. Reads files, as root. KF_E_CONFIG. */
kf_err_t *kfm_cfg_mail(kfm_cfg_t *cfg, const kfm_raw_t *raw, apr_pool_t *p);

/** The PEM text of authorities to trust; NULL in `*out` for a path that is NULL. KF_E_CONFIG. */
kf_err_t *kfm_cfg_ca(const char **out, const char *directive, const char *path, apr_pool_t *p);

#endif
