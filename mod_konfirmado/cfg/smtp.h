#ifndef KFM_CFG_SMTP_H
#define KFM_CFG_SMTP_H
/* The SMTP directives of one server. Private to cfg/. */
#include "cfg/raw.h"
#include "net/smtp.h"

/** `*out` is NULL without KonfirmadoSMTP. Reads the password file as root. KF_E_CONFIG. */
kf_err_t *kfm_cfg_smtp(const kf_smtp_t **out, const kfm_raw_t *raw, apr_pool_t *p);

#endif
