#ifndef KFM_JOB_SIGN_H
#define KFM_JOB_SIGN_H
/*
 * This httpd's sign of life (flow/operator/server.h), once for each of its databases and all its processes: whichever child
 * comes by first when it is due writes it. After a restart that is as soon as the children of the generation before,
 * which know the keys of then and write none any more, have ended.
 */
#include <httpd.h>

/** The hook of this room: post_config, after that of db_pool.h. */
void kfm_sign_register(apr_pool_t *p);

/** Writes what is due. Called every second or so by a thread of each child that may wait for the database. */
void kfm_sign_tell(apr_pool_t *p);

#endif
