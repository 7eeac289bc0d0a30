#ifndef KFM_JOB_COUNT_H
#define KFM_JOB_COUNT_H
/*
 * Counts the steps of customers (flow/figures/funnel.h). Every child writes its counts to the
 * database every few seconds and once more when it ends. Needs mod_watchdog: without it nothing
 * is counted and no heartbeat is written (job/sign.h). The log says so at start.
 */
#include "flow/figures/funnel.h"
#include "http/call.h"

/** Registers the hooks: post_config, and two of child_init, before and after that of the connection pool. */
void kfm_count_register(apr_pool_t *p);

/** Counts one step for the call's tenant. */
void kfm_count(kfm_call_t *call, kf_funnel_step_t step);

#endif
