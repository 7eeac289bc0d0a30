#ifndef KF_DB_DB_H
#define KF_DB_DB_H
/*
 * PostgreSQL over a borrowed connection.
 *
 * A kf_db_t is the right to use one connection for a while, in one thread. It
 * is taken from a kf_db_source_t (the module's pool, or the one connection of
 * the command) and returned as soon as the database work is done: never hold it
 * during an outgoing call or while a response is written.
 *
 * Statements are constants next to their only user. They are prepared
 * at their first use on a connection and prepared again when the server or the
 * session behind it has changed. Results are binary. "No row" is a result with
 * zero rows, not an error.
 *
 * Errors: a refusal of ours (SQLSTATE class KF) keeps its code, sentence and
 * field; KF_E_UNAVAILABLE = no connection or the server is shutting down;
 * KF_E_TIMEOUT = a lock or statement timeout of the server; KF_E_CONFLICT = a constraint;
 * anything else KF_E_INTERNAL. Deadlocks and serialization failures outside a
 * transaction are retried up to three times.
 */
#include <apr_pools.h>
#include <stdint.h>

#include "base/err.h"
#include "base/uuid.h"
#include "time/instant.h"

typedef struct kf_db_t kf_db_t;
typedef struct kf_db_res_t kf_db_res_t;

typedef struct kf_db_source_t kf_db_source_t;
struct kf_db_source_t {
    /** Waits a bounded time for a connection; KF_E_UNAVAILABLE if there is none. */
    kf_err_t *(*take)(kf_db_t **out, void *baton, apr_pool_t *p);
    /** Returns it; an open transaction is rolled back. */
    void (*give)(kf_db_t *db, void *baton);
    void *baton;
};

enum {
    /** May be sent again after a lost connection: it only reads, or repeating it is harmless. */
    KF_STMT_REPEATABLE = 1
};

typedef struct {
    const char *name; /* unique, lower case: the name of the prepared statement */
    const char *sql;  /* parameters as $1::type */
    int nparams;
    int flags;
} kf_stmt_t;

typedef enum {
    KF_ARG_NULL,
    KF_ARG_TEXT,
    KF_ARG_INT4,
    KF_ARG_INT8,
    KF_ARG_BOOL,
    KF_ARG_UUID,
    KF_ARG_UUIDS,
    KF_ARG_TIME, /* timestamptz */
    KF_ARG_BYTES
} kf_arg_type_t;

typedef struct {
    kf_arg_type_t type;
    int64_t num;
    const void *ptr;
    size_t len;
} kf_arg_t;

/* One argument each; a NULL pointer becomes SQL NULL. Nothing is copied. */
#define KF_NULL ((kf_arg_t){KF_ARG_NULL, 0, NULL, 0})
#define KF_TEXT(s) ((kf_arg_t){KF_ARG_TEXT, 0, (s), 0})
#define KF_INT4(n) ((kf_arg_t){KF_ARG_INT4, (n), NULL, 0})
#define KF_INT8(n) ((kf_arg_t){KF_ARG_INT8, (n), NULL, 0})
#define KF_KEYED(n) ((n) ? KF_INT8(n) : KF_NULL) /* a keyed hash; 0 becomes SQL NULL. n is evaluated twice */
#define KF_BOOL(b) ((kf_arg_t){KF_ARG_BOOL, !!(b), NULL, 0})
#define KF_UUID(u) ((kf_arg_t){KF_ARG_UUID, 0, (u), 0})             /* const kf_uuid_t * */
#define KF_UUIDS(u, n) ((kf_arg_t){KF_ARG_UUIDS, 0, (u), (n)})      /* const kf_uuid_t[n] */
#define KF_TIME(t) ((kf_arg_t){KF_ARG_TIME, (t), NULL, 0})          /* kf_instant_t */
#define KF_BYTES(d, n) ((kf_arg_t){KF_ARG_BYTES, 0, (d), (n)})

/**
 * Runs a statement. `args` holds stmt->nparams arguments. The result lives in `p`.
 * Outside a transaction a connection that died while idle is replaced first.
 */
kf_err_t *kf_db_exec(kf_db_res_t **out, kf_db_t *db, const kf_stmt_t *stmt, const kf_arg_t *args,
                     apr_pool_t *p);
/** The same with the arguments inline: KF_DB_EXEC(&res, db, &stmt, p, KF_UUID(&t), ...). */
#define KF_DB_EXEC(out, db, stmt, p, ...) \
    kf_db_exec((out), (db), (stmt), (const kf_arg_t[]){__VA_ARGS__}, (p))

/** As kf_db_exec(), on a connection that is taken for this one statement and given back. Also the errors of take. */
kf_err_t *kf_db_once(kf_db_res_t **out, const kf_db_source_t *source, const kf_stmt_t *stmt, const kf_arg_t *args,
                     apr_pool_t *p);
#define KF_DB_ONCE(out, source, stmt, p, ...) kf_db_once((out), (source), (stmt), (const kf_arg_t[]){__VA_ARGS__}, (p))

/** Runs SQL text from a file of the project (migrations): several statements, no result. */
kf_err_t *kf_db_script(kf_db_t *db, const char *sql, apr_pool_t *p);
/** The same; *rows is the number of rows that its last statement changed. */
kf_err_t *kf_db_script_rows(int64_t *rows, kf_db_t *db, const char *sql, apr_pool_t *p);

kf_err_t *kf_db_begin(kf_db_t *db, apr_pool_t *p);
/** KF_E_UNAVAILABLE after a lost connection means "in doubt": look the result up by its key. */
kf_err_t *kf_db_commit(kf_db_t *db, apr_pool_t *p);
kf_err_t *kf_db_rollback(kf_db_t *db, apr_pool_t *p);
/** One level of savepoint: set it, and roll back to it after a refusal. */
kf_err_t *kf_db_savepoint(kf_db_t *db, apr_pool_t *p);
kf_err_t *kf_db_rollback_to(kf_db_t *db, apr_pool_t *p);

/** Whether the connection is that backend's own (pg_backend_pid()): a pooler reports pids of its own. */
int kf_db_is_session(const kf_db_t *db, int backend_pid);

/* Reading a result. Columns count from 0. A wrong type or a missing row is a bug; release builds return
 * a zero value. Test with kf_db_isnull() first where NULL is possible. */
int kf_db_rows(const kf_db_res_t *res);
int kf_db_isnull(const kf_db_res_t *res, int row, int col);
const char *kf_db_text(const kf_db_res_t *res, int row, int col); /* NULL if NULL; lives with res */
const char *kf_db_json(const kf_db_res_t *res, int row, int col); /* jsonb as text */
int64_t kf_db_int(const kf_db_res_t *res, int row, int col);      /* int2, int4, int8 */
int kf_db_bool(const kf_db_res_t *res, int row, int col);
kf_instant_t kf_db_time(const kf_db_res_t *res, int row, int col);
kf_uuid_t kf_db_uuid(const kf_db_res_t *res, int row, int col);
const unsigned char *kf_db_bytes(const kf_db_res_t *res, int row, int col, size_t *len);
/** A text[]; NULL-terminated, in `p`. NULL elements are skipped. */
const char **kf_db_texts(const kf_db_res_t *res, int row, int col, apr_pool_t *p);

#endif
