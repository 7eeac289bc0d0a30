#ifndef KFM_JOB_COUNT_H
#define KFM_JOB_COUNT_H
/*
 * Counted steps of customers (flow/figures/funnel.h), written to the database by every
 * child every few seconds and once more when it ends. Needs mod_watchdog; without
 * it nothing is counted, and no sign of life is given (job/sign.h): the log says so at start.
 */
#include "flow/figures/funnel.h"
#include "http/call.h"

/** The hooks of this room: post_config, child_init. Called before and after like job/job.h. */
void kfm_count_register(apr_pool_t *p);

/** One step of the call's tenant. */
void kfm_count(kfm_call_t *call, kf_funnel_step_t step);

#endif
