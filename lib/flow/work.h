#ifndef KF_FLOW_WORK_H
#define KF_FLOW_WORK_H
/*
 * Background work: reading events and open payments at the provider, refunding,
 * calling merchants, reading and writing calendars, cleaning up.
 *
 * A kf_work_t belongs to one thread at a time and to one database. Its owner calls
 * kf_work_tick() again and again. Many may run at once, in any number of processes
 * and machines, because rows are leased in the database. No row is lost: what a
 * worker does not finish within its lease, the next one does.
 *
 * Nothing here returns an error to the caller. Without a database it waits and logs
 * each outage once.
 */
#include <stdbool.h>

#include "flow/flow.h"

typedef struct kf_work_t kf_work_t;

/** Concurrent transfers of one worker, all kinds together. */
#define KF_WORK_TRANSFERS 96

/**
 * Makes a worker in `p`, which no other thread may use. `stopping` (may be NULL) returns
 * true when nothing new may begin. KF_E_INTERNAL.
 */
kf_err_t *kf_work_create(kf_work_t **out, const kf_flow_t *flow, bool (*stopping)(void),
                         apr_pool_t *p);

/** Claims due rows, as room allows, and works for about `budget_ms`. */
void kf_work_tick(kf_work_t *work, int budget_ms);

/** Starts nothing; finishes running jobs, within at most `limit_ms`. */
void kf_work_finish(kf_work_t *work, int limit_ms);

/** The names of a worker's duties, as labels of metrics, by number; ends with NULL. */
extern const char *const kf_work_duties[];

/** How many rows are being worked on. */
int kf_work_busy(const kf_work_t *work);

#endif
