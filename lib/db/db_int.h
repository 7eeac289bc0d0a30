#ifndef KF_DB_DB_INT_H
#define KF_DB_DB_INT_H
/* Shared by the files of lib/db. */
#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#include "db/db.h"

/*
 * The statements that one server session has prepared: a set of statement addresses with
 * open addressing, never more than half full. It is attached to the PGconn, because the
 * same connection serves many threads one after the other.
 */
typedef struct {
    int backend_pid;
    size_t count;
    size_t size; /* a power of two; 0: nothing prepared yet */
    const kf_stmt_t **prepared;
} kf_db_session_t;

struct kf_db_t {
    PGconn *conn;
    kf_db_session_t *session;
    int prepare;
    int in_tx;
    int64_t patience_ms; /* for the answer to a statement; 0 = for ever */
    int64_t first_until; /* kf_clock_ms(): the same for the first one; 0 = no difference */
    bool silent;         /* no answer came in time: the connection is closed */
};

struct kf_db_res_t {
    PGresult *pg;
};

/** Forgets all prepared statements. */
void kf_db_session_forget(kf_db_session_t *session);
/** The statement's slot in the set, empty (NULL) if it is not in it. NULL if out of memory. */
const kf_stmt_t **kf_db_session_slot(kf_db_session_t *session, const kf_stmt_t *stmt);

#define KF_DB_NEVER INT64_MAX
#define KF_DB_RESET_MS 2000 /* to reopen a connection; connect_timeout should be the same */

/** The deadline for the answer to a statement that begins now; KF_DB_NEVER without patience. */
int64_t kf_db_until(const kf_db_t *db);
/**
 * Shuts the socket down without notifying the server, and lets libpq find the end of file: afterwards its status is
 * bad and the socket closed. For the thread that has the connection; other threads shutdown() its socket.
 */
void kf_db_hang_up(PGconn *conn);
/** Call it before sending: makes the connection nonblocking. False on failure. */
bool kf_db_ready(kf_db_t *db);
/**
 * The answer to what was sent (`sent` = 0: sending failed). NULL: none, and the
 * connection is closed; db->silent says whether the time was up.
 */
PGresult *kf_db_answer(kf_db_t *db, int sent, int64_t until);
/** Sends text and waits for its answer, as above. */
PGresult *kf_db_query(kf_db_t *db, const char *sql, int64_t until);
/** Whether the other end has closed it, or it was bad already. Sends only if it must. */
bool kf_db_has_died(kf_db_t *db, int64_t until);

/**
 * Reopens the connection, as PQreset does, but ends at `until` or soon after *stop (may be NULL)
 * becomes true. libpq tries a second host only if the first one refuses. KF_DB_NEVER: connect_timeout
 * limits each host. A DNS lookup may take longer. False: it is not open.
 */
bool kf_db_reset(PGconn *conn, int64_t until, const volatile bool *stop);
/** Opens the connection again if it has died, in KF_DB_RESET_MS at most; only outside a transaction. */
kf_err_t *kf_db_revive(kf_db_t *db, int64_t until, apr_pool_t *p);
/** The error for a failed result or a lost connection. */
kf_err_t *kf_db_error(const kf_db_t *db, const PGresult *res, const char *what, apr_pool_t *p);

/* PostgreSQL's type numbers (pg_type.dat): stable over all versions. */
enum {
    KF_OID_BOOL = 16,
    KF_OID_BYTEA = 17,
    KF_OID_INT8 = 20,
    KF_OID_INT2 = 21,
    KF_OID_INT4 = 23,
    KF_OID_TEXT = 25,
    KF_OID_TIMESTAMPTZ = 1184,
    KF_OID_UUID = 2950,
    KF_OID_UUID_ARRAY = 2951,
    KF_OID_JSONB = 3802
};

#endif
