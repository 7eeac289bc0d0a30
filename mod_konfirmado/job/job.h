#ifndef KFM_JOB_JOB_H
#define KFM_JOB_JOB_H
/*
 * Background work of the server. Each database has its own watchdog (`_konfirmado_0_`,
 * ...), so that a stalled database does not delay the others. One process of this httpd
 * at a time runs it. Other httpds may work on the same database; rows are leased there.
 * The work is described in lib/flow/work.h.
 *
 * KonfirmadoJobs Off on a server leaves its work to others.
 */
#include <httpd.h>

/** Registers the hooks: post_config (the watchdogs), child_init (their end). */
void kfm_job_register(apr_pool_t *p);

#endif
