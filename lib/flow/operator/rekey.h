#ifndef KF_FLOW_OPERATOR_REKEY_H
#define KF_FLOW_OPERATOR_REKEY_H
/*
 * Seals every secret again with the newest key of the ring. Each is replaced
 * only if nobody changed it meanwhile, one statement each, so servers may run;
 * what was missed is caught by the next run, and a run with nothing to do
 * changes nothing.
 */
#include "crypto/keyring.h"
#include "db/db.h"

typedef struct {
    int tenants;
    int current; /* were sealed with the newest key already */
    int resealed;
    int changed;    /* somebody changed it while we did: run again */
    int unreadable; /* no key of the ring opens it */
} kf_rekeyed_t;

/** Goes through all tenants; an unreadable secret is counted and left alone. */
kf_err_t *kf_flow_rekey(kf_rekeyed_t *out, const kf_keyring_t *keys, kf_db_t *db, apr_pool_t *p);

/** Counts only: what a run would do. */
kf_err_t *kf_flow_rekey_plan(kf_rekeyed_t *out, const kf_keyring_t *keys, kf_db_t *db,
                             apr_pool_t *p);

#endif
