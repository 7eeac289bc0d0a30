#ifndef KF_DB_DB_INT_H
#define KF_DB_DB_INT_H
/* Shared by the files of this room alone. */
#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#include "db/db.h"

/*
 * What one server session has prepared: a set of statement addresses with open
 * addressing, never more than half full. It hangs on the PGconn, because the same
 * connection serves many threads one after the other.
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
    int64_t first_until; /* kf_clock_ms(): the same for the first one; 0 = nothing special */
    bool silent;         /* there was no answer in time: the connection is closed */
};

struct kf_db_res_t {
    PGresult *pg;
};

/** Nothing is prepared any more. */
void kf_db_session_forget(kf_db_session_t *session);
/** Where the statement is in the set, or will be: NULL there. NULL for want of memory. */
const kf_stmt_t **kf_db_session_slot(kf_db_session_t *session, const kf_stmt_t *stmt);

#define KF_DB_NEVER INT64_MAX
#define KF_DB_RESET_MS 2000 /* to open a connection anew: as connect_timeout should be */

/** Until when a statement that begins now waits for its answer; KF_DB_NEVER without patience. */
int64_t kf_db_until(const kf_db_t *db);
/**
 * Shuts the socket down without a word to the server, and lets libpq find the end of file: its state is
 * bad afterwards, the socket is closed. For the thread that has the connection; others shutdown() its socket.
 */
void kf_db_hang_up(PGconn *conn);
/** Before anything is sent: nothing blocks from here on. False on failure. */
bool kf_db_ready(kf_db_t *db);
/**
 * The answer to what was sent (`sent` = 0: it could not be). NULL: none, and the
 * connection is closed; db->silent says whether it was because of the time.
 */
PGresult *kf_db_answer(kf_db_t *db, int sent, int64_t until);
/** Sends text and waits for its answer, as above. */
PGresult *kf_db_query(kf_db_t *db, const char *sql, int64_t until);
/** True if the other end has closed it, or it was bad already. Sends nothing without need. */
bool kf_db_has_died(kf_db_t *db, int64_t until);

/**
 * Opens the connection anew, as PQreset does, but ends at `until` or soon after *stop (NULL: nobody stops
 * it) came true. libpq comes to a second host only if the first one refuses. KF_DB_NEVER: as long as
 * connect_timeout says, for each host. A name that must be looked up may take longer. False: it is not open.
 */
bool kf_db_reset(PGconn *conn, int64_t until, const volatile bool *stop);
/** Opens the connection again if it has died, in KF_DB_RESET_MS at most; only outside a transaction. */
kf_err_t *kf_db_revive(kf_db_t *db, int64_t until, apr_pool_t *p);
/** The error that a failed result or a lost connection stands for. */
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
