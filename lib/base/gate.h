#ifndef KF_BASE_GATE_H
#define KF_BASE_GATE_H
/*
 * A gate with a number of places. Who leaves wakes the thread that has
 * waited longest; another thread that comes by at that moment may be faster,
 * but nobody is overtaken once it has waited for 2 ms.
 *
 * Threads may come for parties (base/share.h): no party keeps all places or all threads
 * while others are there, and of those that wait the party with the fewest places
 * is the next.
 *
 * A thread that is inside must leave again; the gate does not know which they are.
 */
#include <apr_pools.h>
#include <apr_time.h>
#include <stdbool.h>

#include "base/share.h"

#define KF_GATE_CROWDED APR_EAGAIN /* as many threads work for the party as may */
#define KF_GATE_SPENT APR_EBUSY    /* the party had more time than it may have */

typedef struct kf_gate_t kf_gate_t;

/** A gate with `places` (> 0) that lives as long as the pool. */
apr_status_t kf_gate_create(kf_gate_t **gate, int places, apr_pool_t *p);
/** Another number of places (> 0). Who is inside stays, even where they are too many then. */
void kf_gate_resize(kf_gate_t *gate, int places);
/**
 * Waits for a place until `deadline` (of apr_time_now()). APR_SUCCESS: the
 * caller is inside; APR_TIMEUP: it is not; APR_EOF: the gate is closed.
 */
apr_status_t kf_gate_enter(kf_gate_t *gate, apr_time_t deadline);
void kf_gate_leave(kf_gate_t *gate);
/** The same for a party; KF_GATE_SPENT too. Who entered for one leaves for it. It has come before. */
apr_status_t kf_gate_enter_for(kf_gate_t *gate, uint64_t who, apr_time_t deadline);
void kf_gate_leave_for(kf_gate_t *gate, uint64_t who);
/** A thread begins to work for a party, which it tells when it ends, too. KF_GATE_CROWDED: it may not, and has not come. */
apr_status_t kf_gate_come(kf_gate_t *gate, uint64_t who);
void kf_gate_go(kf_gate_t *gate, uint64_t who);
/** What parties may have from now on; without it each may have everything. */
void kf_gate_rule(kf_gate_t *gate, const kf_share_rules_t *rules);
/**
 * Lets nobody in any more; who waits finds out at its deadline at the latest.
 * Takes no lock: it may be called in a signal handler.
 */
void kf_gate_close(kf_gate_t *gate);
/** How many are inside; without a lock, so only an estimate while it is open. */
int kf_gate_inside(const kf_gate_t *gate);
/** How many wait in the queue at this moment. */
int kf_gate_waiting(kf_gate_t *gate);

#endif
