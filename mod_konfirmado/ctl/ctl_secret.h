#ifndef KFM_CTL_CTL_SECRET_H
#define KFM_CTL_CTL_SECRET_H
#include "base/uuid.h"
#include "ctl/ctl.h"

/* How long the callback secrets before a new one live on, if nothing else is said: a day. */
#define KFM_CTL_OVERLAP_S 86400

/**
 * Seals a secret for callbacks and gives it to the tenant: `given`, which must be a secret
 * (refused as --callback-secret otherwise), or a new one. `*out` is its text.
 */
kf_err_t *kfm_ctl_secret_add(const char **out, kfm_ctl_t *ctl, const kf_uuid_t *tenant,
                             const char *given, int overlap_s);

#endif
