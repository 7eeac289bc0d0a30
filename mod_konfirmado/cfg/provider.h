#ifndef KFM_CFG_PROVIDER_H
#define KFM_CFG_PROVIDER_H
/* What the directives say of the providers of payments and calendars, by what these declare. Private to cfg/. */
#include "cfg/raw.h"

/** The i-th setting of all providers, whose text is raw->settings[i]. NULL behind the last. */
const kf_setting_t *kfm_setting_at(int i);

/** Fills in what is not set and has a value of its own. */
void kfm_settings_fill(kfm_raw_t *raw);

/** Fills cfg->payers and cfg->calendars. Reads the files of secrets, as root. KF_E_CONFIG. */
kf_err_t *kfm_cfg_providers(kfm_cfg_t *cfg, const kfm_raw_t *raw, apr_pool_t *p);

#endif
