#ifndef KF_BASE_GATE_H
#define KF_BASE_GATE_H
/*
 * A gate with a number of places. Who leaves wakes the thread that has
 * waited longest; another thread that comes by at that moment may be faster,
 * but nobody is overtaken once it has waited for 2 ms.
 *
 * A thread that is inside must leave again; the gate does not know which they are.
 */
#include <apr_pools.h>
#include <apr_time.h>
#include <stdbool.h>

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
