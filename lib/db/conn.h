#ifndef KF_DB_CONN_H
#define KF_DB_CONN_H
/*
 * The owner's view of a connection: for the module's pool, the command and the
 * tests. Other folders use only db.h.
 */
#include <libpq-fe.h>

#include "db/db.h"

/**
 * The right to use `conn`, which stays the caller's. `prepare` = 0 sends every
 * statement with its text (behind a pooler in transaction mode).
 */
kf_err_t *kf_db_wrap(kf_db_t **out, PGconn *conn, int prepare, apr_pool_t *p);

/** The libpq connection, for what db.h does not offer; the owner keeps it. */
PGconn *kf_db_conn(kf_db_t *db);

/**
 * Limits how long a statement waits for its answer: `patience_ms` each, but the first one
 * at most `first_ms` from now (0: no difference). After that the connection is
 * closed; this and every later statement fail with KF_E_UNAVAILABLE.
 * Without this call a statement waits for ever, as in the command.
 */
void kf_db_set_patience(kf_db_t *db, int patience_ms, int first_ms);

/** Call it before returning the connection: rolls an open transaction back. */
void kf_db_settle(kf_db_t *db);

/** Connects by a libpq conninfo, with timeouts set; closed with the pool. For the command and tests. */
kf_err_t *kf_db_connect(kf_db_t **out, const char *conninfo, apr_pool_t *p);

/** A source that always hands out `db`. */
kf_db_source_t *kf_db_single_source(kf_db_t *db, apr_pool_t *p);

#endif
