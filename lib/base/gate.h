#ifndef KF_BASE_GATE_H
#define KF_BASE_GATE_H
/*
 * A gate with a number of places. A leaving thread wakes the thread that has
 * waited longest. A newly arriving thread may take the place first, but no thread
 * is overtaken once it has waited for 2 ms.
 *
 * Threads may enter for parties (base/share.h): no party keeps all places or all threads
 * while others want some, and among the waiting ones the party with the fewest places
 * is next.
 *
 * A thread that is inside must leave again; the gate does not know which ones are.
 */
#include <apr_pools.h>
#include <apr_time.h>
#include <stdbool.h>

#include "base/share.h"

#define KF_GATE_CROWDED APR_EAGAIN /* the party has as many threads as it may */
#define KF_GATE_SPENT APR_EBUSY    /* the party used up its time */

typedef struct kf_gate_t kf_gate_t;

/** A gate with `places` (> 0) that lives as long as the pool. */
apr_status_t kf_gate_create(kf_gate_t **gate, int places, apr_pool_t *p);
/** Changes the number of places (> 0). Threads inside stay, even if they are then too many. */
void kf_gate_resize(kf_gate_t *gate, int places);
/**
 * Waits for a place until `deadline` (of apr_time_now()). APR_SUCCESS: the
 * caller is inside; APR_TIMEUP: it is not; APR_EOF: the gate is closed.
 */
apr_status_t kf_gate_enter(kf_gate_t *gate, apr_time_t deadline);
void kf_gate_leave(kf_gate_t *gate);
/** The same for a party; also KF_GATE_SPENT. Leave for the same party. It must have come before. */
apr_status_t kf_gate_enter_for(kf_gate_t *gate, uint64_t who, apr_time_t deadline);
void kf_gate_leave_for(kf_gate_t *gate, uint64_t who);
/** A thread begins to work for a party, and calls kf_gate_go() at the end. KF_GATE_CROWDED: it may not begin. */
apr_status_t kf_gate_come(kf_gate_t *gate, uint64_t who);
void kf_gate_go(kf_gate_t *gate, uint64_t who);
/** Sets the rules for parties; without them each may have everything. */
void kf_gate_rule(kf_gate_t *gate, const kf_share_rules_t *rules);
/**
 * Admits no more threads; a waiting thread notices at its deadline at the latest.
 * Takes no lock: it may be called in a signal handler.
 */
void kf_gate_close(kf_gate_t *gate);
/** How many are inside; without a lock, so only an estimate while it is open. */
int kf_gate_inside(const kf_gate_t *gate);
/** How many wait in the queue at this moment. */
int kf_gate_waiting(kf_gate_t *gate);

#endif
