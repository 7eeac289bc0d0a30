#ifndef KF_DB_DB_INT_H
#define KF_DB_DB_INT_H
/* Shared by the files of this room alone. */
#include <libpq-fe.h>

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
};

struct kf_db_res_t {
    PGresult *pg;
};

/** Nothing is prepared any more. */
void kf_db_session_forget(kf_db_session_t *session);
/** Where the statement is in the set, or will be: NULL there. NULL for want of memory. */
const kf_stmt_t **kf_db_session_slot(kf_db_session_t *session, const kf_stmt_t *stmt);
/** Opens the connection again if it has died; only outside a transaction. */
kf_err_t *kf_db_revive(kf_db_t *db, apr_pool_t *p);
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
