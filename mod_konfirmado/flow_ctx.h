#ifndef KFM_FLOW_CTX_H
#define KFM_FLOW_CTX_H
/*
 * What lib/flow needs from this server: configuration, connections and the
 * process's cache of the catalogue. Made once in each child.
 */
#include "flow/flow.h"
#include "http/call.h"

/** Registers the hooks: post_config, and child_init, which runs after that of the connection pool. */
void kfm_flow_register(apr_pool_t *p);

/** The context of a server; NULL before the child is initialised. Servers with the same database share its cache. */
const kf_flow_t *kfm_flow_of(const server_rec *s);

/** The context of the first server with that database (db_pool.h); NULL as above. */
const kf_flow_t *kfm_flow_of_database(int no);

/** The same for a call; never NULL in a request. */
const kf_flow_t *kfm_flow(const kfm_call_t *call);

#endif
