#ifndef KF_FLOW_SECRETS_H
#define KF_FLOW_SECRETS_H
/* A new secret for the callbacks of a merchant: made here, shown once, kept sealed. */
#include "flow/admin.h"

typedef struct {
    const kf_uuid_t *tenant;
    const kf_actor_t *actor;
    int overlap_s; /* how long those before it live on */
    bool in_tx;    /* a transaction is open, which the caller commits */
} kf_secret_wish_t;

typedef struct {
    kf_uuid_t id;
    const char *secret; /* "whsec_..."; wiped with the pool */
} kf_secret_made_t;

/** Makes, seals and stores it. KF_E_READ_ONLY, KF_E_INTERNAL. */
kf_err_t *kf_flow_secret_rotate(kf_secret_made_t *out, const kf_flow_t *flow, kf_db_t *db,
                                const kf_secret_wish_t *wish, apr_pool_t *p);

#endif
