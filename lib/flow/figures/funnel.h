#ifndef KF_FLOW_FIGURES_FUNNEL_H
#define KF_FLOW_FIGURES_FUNNEL_H
/*
 * How far customers come, counted without asking the database.
 *
 * Only what leaves nothing in the database is counted here: a service was chosen,
 * a time was taken, a hold was refused. Every further step is a row (a booking, an attempt, a
 * payment) and is counted from those, exactly.
 *
 * The counters are the process's own. kf_funnel_flush(), every few seconds, writes
 * what came together as one row a tenant and step. A crash loses what was counted
 * since the last one; while the database is away, counting goes on.
 */
#include "flow/flow.h"

typedef enum {
    KF_FUNNEL_SERVICE,
    KF_FUNNEL_SLOT,
    KF_FUNNEL_REFUSED_ADDRESS, /* a hold, by the bound that refused it */
    KF_FUNNEL_REFUSED_NETWORK,
    KF_FUNNEL_REFUSED_SHARE, /* of a day: it takes a proof of work, or the details first */
    KF_FUNNEL__COUNT
} kf_funnel_step_t;

/** Tenants counted at once between two flushes; further ones are not counted. */
#define KF_FUNNEL_TENANTS 4096

/** Empty counters in `p`; NULL without memory for their lock. */
kf_funnel_t *kf_funnel_create(apr_pool_t *p);

/** One step of one customer, from any thread. `funnel` may be NULL. */
void kf_funnel_count(kf_funnel_t *funnel, const kf_uuid_t *tenant, kf_funnel_step_t step);

/** Writes what was counted; on an error it stays counted. Not from two threads at once. */
kf_err_t *kf_funnel_flush(kf_funnel_t *funnel, const kf_flow_t *flow, apr_pool_t *p);

/** What is counted and not written: [{"tenant":...,"step":...,"n":...}]; NULL: nothing. */
const char *kf_funnel_text(kf_funnel_t *funnel, apr_pool_t *p);

#endif
