#ifndef KFM_CFG_GOOGLE_H
#define KFM_CFG_GOOGLE_H
/* The Google directives of one server. Private to cfg/. */
#include "calendar/provider.h"
#include "cfg/raw.h"

/** `*out` is NULL without KonfirmadoGoogleClient. Reads the secret file as root. KF_E_CONFIG. */
kf_err_t *kfm_cfg_google(const kf_calendar_app_t **out, const kfm_raw_t *raw, const kfm_cfg_t *cfg,
                         apr_pool_t *p);

#endif
