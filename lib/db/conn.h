#ifndef KF_DB_CONN_H
#define KF_DB_CONN_H
/*
 * The owner's side of a connection: for the module's pool, the command and the
 * tests. Rooms above see only db.h.
 */
#include <libpq-fe.h>

#include "db/db.h"

/**
 * The right to use `conn`, which stays the caller's. `prepare` = 0 sends every
 * statement with its text (behind a pooler in transaction mode).
 */
kf_err_t *kf_db_wrap(kf_db_t **out, PGconn *conn, int prepare, apr_pool_t *p);

/** libpq's side of it, for what db.h does not offer; it stays the owner's. */
PGconn *kf_db_conn(kf_db_t *db);

/**
 * How long a statement waits for its answer: `patience_ms` each, but the first one
 * no more than `first_ms` from now (0: no difference). After it the connection is
 * closed, the error is KF_E_UNAVAILABLE, and so is that of every later statement.
 * Without this call it waits for ever, as the command does.
 */
void kf_db_set_patience(kf_db_t *db, int patience_ms, int first_ms);

/** Before the connection goes back: rolls an open transaction back. */
void kf_db_settle(kf_db_t *db);

/** Connects by a libpq conninfo, with timeouts set; closed with the pool. For the command and tests. */
kf_err_t *kf_db_connect(kf_db_t **out, const char *conninfo, apr_pool_t *p);

/** A source that always hands out `db`. */
kf_db_source_t *kf_db_single_source(kf_db_t *db, apr_pool_t *p);

#endif
