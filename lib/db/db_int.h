#ifndef KF_DB_DB_INT_H
#define KF_DB_DB_INT_H
/* Shared by the files of this room alone. */
#include <libpq-fe.h>

#include "db/db.h"

/* More statements than this on one connection are sent unprepared. A power of two. */
#define KF_DB_PREPARED_SLOTS 256

/*
 * What one server session has prepared: a set of statement addresses with open
 * addressing. It hangs on the PGconn, because the same connection serves many
 * threads one after the other.
 */
typedef struct {
    int backend_pid;
    int count;
    const kf_stmt_t *prepared[KF_DB_PREPARED_SLOTS];
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

void kf_db_session_forget(kf_db_session_t *session);
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
