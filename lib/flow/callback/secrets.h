#ifndef KF_FLOW_CALLBACK_SECRETS_H
#define KF_FLOW_CALLBACK_SECRETS_H
/* New callback secrets for a merchant, and new endpoints with their own. A secret is shown once and stored sealed. */
#include "flow/admin.h"

typedef struct {
    const kf_uuid_t *tenant;
    const kf_uuid_t *endpoint; /* NULL: the first one, whose secret also signs the return to the merchant's site */
    const kf_actor_t *actor;
    int overlap_s; /* how long the former secrets stay valid */
    bool in_tx;    /* a transaction is open, and the caller commits it */
} kf_secret_wish_t;

typedef struct {
    kf_uuid_t id;
    const char *secret; /* "whsec_..."; wiped with the pool */
} kf_secret_made_t;

/** Makes, seals and stores it. KF_E_NOT_FOUND (no such endpoint), KF_E_READ_ONLY, KF_E_INTERNAL. */
kf_err_t *kf_flow_secret_rotate(kf_secret_made_t *out, const kf_flow_t *flow, kf_db_t *db,
                                const kf_secret_wish_t *wish, apr_pool_t *p);

typedef struct {
    const kf_uuid_t *tenant;
    const kf_actor_t *actor;
    const char *doc; /* JSON {name, url, events, form} */
    bool in_tx;      /* as above */
} kf_endpoint_wish_t;

typedef struct {
    const char *json; /* as stored, with `secret`: "whsec_...", or null if it has one already; wiped with the pool */
} kf_endpoint_made_t;

/** Adds an endpoint. KF_E_INVALID with a field, KF_E_CONFLICT (there are five already), KF_E_READ_ONLY. */
kf_err_t *kf_flow_endpoint_add(kf_endpoint_made_t *out, const kf_flow_t *flow, kf_db_t *db,
                               const kf_endpoint_wish_t *wish, apr_pool_t *p);

#endif
