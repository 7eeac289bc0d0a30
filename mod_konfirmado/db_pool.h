#ifndef KFM_DB_POOL_H
#define KFM_DB_POOL_H
/*
 * The databases of the process: one for each distinct DBDParams among the enabled
 * servers, each with one pool of connections (lib/db/pool.h). mod_dbd opens the
 * connections; the pool keeps them until the process ends.
 *
 * KonfirmadoDBConnections and KonfirmadoDBWait are the rules of each pool. Give a
 * connection back before the answer is written. A statement waits at most 5.5 s for
 * its result. This is longer than the role's statement_timeout, so that only a stalled
 * server reaches it. For the first statement of a thread the wait for its connection
 * counts too (lib/db/pool.h).
 *
 * When a process ends, connections that threads still use (background work) are shut
 * down and the threads are waited for: mod_dbd aborts the process if a connection has
 * not been given back.
 */
#include <httpd.h>

#include "base/uuid.h"
#include "db/db.h"

/** Registers the hooks: post_config, child_init, child_stopping. */
void kfm_db_pool_register(apr_pool_t *p);

/** The number of databases, from post_config on. */
int kfm_database_count(void);
/** The index of a server's database, from 0; -1 where the module is off. The same in all processes. */
int kfm_database_of(const server_rec *s);

/** The connections of a server. Taking one fails before child_init or without memory. NULL if the module is off. */
const kf_db_source_t *kfm_db_source(const server_rec *s);

/**
 * Sets the party for which this thread takes connections from now on (base/share.h): a business, a request whose
 * business is not known yet, or the server itself, which is the default. The end of a request restores the default.
 */
void kfm_db_for(const kf_uuid_t *tenant);
void kfm_db_for_strangers(void);
void kfm_db_for_nobody(void);

/** Why the role of this server's connections is refused, as a sentence; NULL if it is not. */
const char *kfm_db_refusal(const server_rec *s);

/** True once the process is ending: background work must not start anything new. */
bool kfm_db_stopping(void);

#endif
