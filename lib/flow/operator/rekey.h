#ifndef KF_FLOW_OPERATOR_REKEY_H
#define KF_FLOW_OPERATOR_REKEY_H
/*
 * Seals every secret again with the newest key of the ring. Each is replaced
 * with one statement and only if it was not changed meanwhile, so servers may
 * run. The next run does what this one missed, and a run with nothing to do
 * changes nothing.
 */
#include "crypto/keyring.h"
#include "db/db.h"

typedef struct {
    int tenants;
    int current; /* already sealed with the newest key */
    int resealed;
    int changed;    /* changed by another process meanwhile: run again */
    int unreadable; /* no key of the ring opens it */
} kf_rekeyed_t;

/** Goes through all tenants; an unreadable secret is counted and left alone. */
kf_err_t *kf_flow_rekey(kf_rekeyed_t *out, const kf_keyring_t *keys, kf_db_t *db, apr_pool_t *p);

/** Only counts what a run would do. */
kf_err_t *kf_flow_rekey_plan(kf_rekeyed_t *out, const kf_keyring_t *keys, kf_db_t *db,
                             apr_pool_t *p);

#endif
