#ifndef KF_FLOW_WORK_H
#define KF_FLOW_WORK_H
/*
 * Background work: reading events and open payments at the provider, giving
 * money back, telling merchants, reading and writing calendars, tidying up.
 *
 * A kf_work_t belongs to one thread at a time and to one database. Whoever has
 * one calls kf_work_tick() again and again; many may run at once, in any number
 * of processes and machines, because rows are leased in the database. A row is
 * lost by nobody: what a worker does not finish in its lease the next one does.
 *
 * Nothing here fails towards the caller. Without a database it waits and says so
 * in the log once for each outage.
 */
#include <stdbool.h>

#include "flow/flow.h"

typedef struct kf_work_t kf_work_t;

/** Transfers of one worker at once, all kinds together. */
#define KF_WORK_TRANSFERS 96

/**
 * A worker in `p`, which no other thread may use. `stopping` (may be NULL) says
 * that nothing new may begin. KF_E_INTERNAL.
 */
kf_err_t *kf_work_create(kf_work_t **out, const kf_flow_t *flow, bool (*stopping)(void),
                         apr_pool_t *p);

/** Claims what is due, as room allows, and works for about `budget_ms`. */
void kf_work_tick(kf_work_t *work, int budget_ms);

/** Begins nothing; brings what runs to its end, for at most `limit_ms`. */
void kf_work_finish(kf_work_t *work, int limit_ms);

/** The names of what a worker does, as labels of metrics, by number; ends with NULL. */
extern const char *const kf_work_duties[];

/** How many rows are being worked on. */
int kf_work_busy(const kf_work_t *work);

#endif
