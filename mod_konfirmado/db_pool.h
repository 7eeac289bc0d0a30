#ifndef KFM_DB_POOL_H
#define KFM_DB_POOL_H
/*
 * Database connections: those of mod_dbd, behind a gate.
 *
 * The gate lets KonfirmadoDBConnections threads of a process through and makes
 * the others wait at most KonfirmadoDBWait; then KF_E_UNAVAILABLE. A thread
 * holds one connection at a time: taking a second one is a bug and is refused
 * with KF_E_INTERNAL. Give it back before the answer is written.
 *
 * When a process ends, threads that still use a connection (background work)
 * have their statement cancelled and are waited for, since mod_dbd aborts the
 * process over a connection that is still out.
 */
#include <httpd.h>

#include "db/db.h"

/** The hooks of this room: child_init, child_stopping. */
void kfm_db_pool_register(apr_pool_t *p);

/** Takes a connection of the server's pool. KF_E_UNAVAILABLE, KF_E_INTERNAL. */
kf_err_t *kfm_db_take(kf_db_t **out, server_rec *s, apr_pool_t *p);
void kfm_db_give(kf_db_t *db);

/** The same as lib/db wants it. One per server, made at child start; NULL before that. */
const kf_db_source_t *kfm_db_source(const server_rec *s);

/** Why connections of this server's role are not used, for people; NULL if they are. */
const char *kfm_db_refusal(const server_rec *s);

/** True once the process is ending: background work must not start anything new. */
bool kfm_db_stopping(void);

#endif
