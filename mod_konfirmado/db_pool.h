#ifndef KFM_DB_POOL_H
#define KFM_DB_POOL_H
/*
 * The process's databases: one for each DBDParams that servers of ours have, with
 * one pool of connections (lib/db/pool.h), whatever the number of servers. mod_dbd
 * opens the connections; they are kept here until the process ends.
 *
 * KonfirmadoDBConnections and KonfirmadoDBWait are the rules of each pool. Give a
 * connection back before the answer is written. A statement waits for its answer
 * 5.5 s at most: longer than the role's statement_timeout, so that only a server that
 * has stopped meets it. For the first one of a thread the wait for its connection
 * counts in (lib/db/pool.h).
 *
 * When a process ends, connections that threads still use (background work) are
 * hung up and the threads are waited for, since mod_dbd aborts the process over a
 * connection that is still out.
 */
#include <httpd.h>

#include "base/uuid.h"
#include "db/db.h"

/** The hooks of this room: post_config, child_init, child_stopping. */
void kfm_db_pool_register(apr_pool_t *p);

/** How many databases there are, from post_config on. */
int kfm_database_count(void);
/** The number of a server's database, from 0; -1 where the module is off. The same in all processes. */
int kfm_database_of(const server_rec *s);

/** Connections as lib/db wants them: none before the child's start, or without memory; NULL where the module is off. */
const kf_db_source_t *kfm_db_source(const server_rec *s);

/**
 * For whom this thread takes connections from now on: for a business, for somebody whose business is not known
 * yet, or for the server itself, as at first (base/share.h). A request that is over leaves it as it was at first.
 */
void kfm_db_for(const kf_uuid_t *tenant);
void kfm_db_for_strangers(void);
void kfm_db_for_nobody(void);

/** Why connections of this server's role are not used, for people; NULL if they are. */
const char *kfm_db_refusal(const server_rec *s);

/** True once the process is ending: background work must not start anything new. */
bool kfm_db_stopping(void);

#endif
