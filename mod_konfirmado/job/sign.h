#ifndef KFM_JOB_SIGN_H
#define KFM_JOB_SIGN_H
/*
 * The heartbeat of this httpd (flow/operator/server.h), one per database for all its processes. The first child that
 * finds it due writes it. After a restart it waits until the children of the former generation, which know the former
 * keys and write no heartbeat any more, have ended, but for at most 30 s.
 */
#include <httpd.h>

/** Registers the hook: post_config, after that of db_pool.h. */
void kfm_sign_register(apr_pool_t *p);

/** Writes the heartbeats that are due. Called about every second by a thread of each child that may block. */
void kfm_sign_tell(apr_pool_t *p);

#endif
