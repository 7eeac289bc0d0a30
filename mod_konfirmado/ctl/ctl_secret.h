#ifndef KFM_CTL_CTL_SECRET_H
#define KFM_CTL_CTL_SECRET_H
#include "base/uuid.h"
#include "ctl/ctl.h"

/* How long the former callback secrets stay valid after a new one by default: a day. */
#define KFM_CTL_OVERLAP_S 86400

typedef struct {
    const char *text, *sealed;
    kf_uuid_t id;
} kfm_ctl_secret_t;

/** A callback secret, sealed for the tenant: `given`, or a new one. An invalid `given` is refused by its option. */
kf_err_t *kfm_ctl_secret_make(kfm_ctl_secret_t *out, kfm_ctl_t *ctl, const kf_uuid_t *tenant, const char *given);

typedef struct {
    const kf_uuid_t *tenant;
    const kf_uuid_t *endpoint; /* NULL: the first one */
    const char *given;
    int overlap_s;
} kfm_ctl_secret_wish_t;

/** The same; also stores it for an endpoint of the tenant. `*out` is its text. */
kf_err_t *kfm_ctl_secret_add(const char **out, kfm_ctl_t *ctl, const kfm_ctl_secret_wish_t *wish);

#endif
