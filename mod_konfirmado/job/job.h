#ifndef KFM_JOB_JOB_H
#define KFM_JOB_JOB_H
/*
 * Background work of the server: a watchdog of our own for each database
 * (`_konfirmado_0_`, ...), so that one which hangs holds up no other's work, run by
 * one process of this httpd at a time. Other httpds may run theirs on the same
 * database; rows are leased there. What is done is in lib/flow/work.h.
 *
 * KonfirmadoJobs Off on a server leaves its work to others.
 */
#include <httpd.h>

/** The hooks of this room: post_config (the watchdog), child_init (its end). */
void kfm_job_register(apr_pool_t *p);

#endif
