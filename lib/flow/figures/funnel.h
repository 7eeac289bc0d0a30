#ifndef KF_FLOW_FIGURES_FUNNEL_H
#define KF_FLOW_FIGURES_FUNNEL_H
/*
 * Counts how far customers get, without a database query.
 *
 * Only steps that leave no row in the database are counted here: a service was
 * chosen, a time was taken, a hold was refused. Every later step is a row (a booking,
 * an attempt, a payment) and is counted exactly from those.
 *
 * Each process has its own counters. kf_funnel_flush() runs every few seconds and
 * writes the counts as one row for each tenant and step. A crash loses the counts
 * since the last flush; while the database is away, counting goes on.
 */
#include "flow/flow.h"

typedef enum {
    KF_FUNNEL_SERVICE,
    KF_FUNNEL_SLOT,
    KF_FUNNEL_REFUSED_ADDRESS, /* a hold was refused, by which limit */
    KF_FUNNEL_REFUSED_NETWORK,
    KF_FUNNEL_REFUSED_SHARE, /* of a day: needs a proof of work, or the details first */
    KF_FUNNEL__COUNT
} kf_funnel_step_t;

/** Tenants counted between two flushes; further ones are not counted. */
#define KF_FUNNEL_TENANTS 4096

/** Empty counters in `p`; NULL if their lock cannot be created. */
kf_funnel_t *kf_funnel_create(apr_pool_t *p);

/** Counts one step of one customer; any thread may call it. `funnel` may be NULL. */
void kf_funnel_count(kf_funnel_t *funnel, const kf_uuid_t *tenant, kf_funnel_step_t step);

/** Writes the counts; after an error they are kept. Only one thread at a time. */
kf_err_t *kf_funnel_flush(kf_funnel_t *funnel, const kf_flow_t *flow, apr_pool_t *p);

/** The counts not written yet: [{"tenant":...,"step":...,"n":...}]; NULL: none. */
const char *kf_funnel_text(kf_funnel_t *funnel, apr_pool_t *p);

#endif
