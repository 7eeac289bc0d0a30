#ifndef KFM_FLOW_CTX_H
#define KFM_FLOW_CTX_H
/*
 * What the acts of lib/flow need from this server: configuration, connections
 * and the process's memory of the catalogue. Made once in each child.
 */
#include "flow/flow.h"
#include "http/call.h"

/** The hooks of this room: child_init, after the pool of connections. */
void kfm_flow_register(apr_pool_t *p);

/** The acts' context of a server; NULL before the child is initialised. Servers of one database share its memory. */
const kf_flow_t *kfm_flow_of(const server_rec *s);

/** That of the first server which has that database (db_pool.h); NULL as above. */
const kf_flow_t *kfm_flow_of_database(int no);

/** The same for a call; never NULL in a request. */
const kf_flow_t *kfm_flow(const kfm_call_t *call);

#endif
