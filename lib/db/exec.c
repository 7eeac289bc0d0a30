#include <apr_strings.h>
#include <apr_time.h>
#include <arpa/inet.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "db/db_int.h"

#define MAX_PARAMS 24
#define MAX_TRIES 3
#define BINARY 1

/* One call's parameters in libpq's form. */
typedef struct {
    const char *value[MAX_PARAMS];
    int length[MAX_PARAMS];
    int format[MAX_PARAMS];
    uint64_t word[MAX_PARAMS]; /* room for integers in network order */
} params_t;

static void put_word(params_t *out, int i, int64_t num, int bytes)
{
    uint64_t big = htobe64((uint64_t)num << (64 - 8 * bytes));

    out->word[i] = big;
    out->value[i] = (const char *)&out->word[i];
    out->length[i] = bytes;
}

/* The binary form of uuid[]: dimensions, no NULLs, element type, length, lower bound, elements. */
static void put_uuids(params_t *out, int i, const kf_arg_t *arg, apr_pool_t *p)
{
    const kf_uuid_t *list = arg->ptr;
    uint32_t head[5] = {htonl(1), 0, htonl(KF_OID_UUID), htonl((uint32_t)arg->len), htonl(1)};
    uint32_t size = htonl(sizeof(list->bytes));
    char *at = apr_palloc(p, sizeof(head) + arg->len * (4 + sizeof(list->bytes)));

    out->value[i] = at;
    memcpy(at, head, sizeof(head));
    at += sizeof(head);
    for (size_t k = 0; k < arg->len; k++) {
        memcpy(at, &size, 4);
        memcpy(at + 4, list[k].bytes, sizeof(list->bytes));
        at += 4 + sizeof(list->bytes);
    }
    out->length[i] = (int)(at - out->value[i]);
}

static void put_pointer(params_t *out, int i, const kf_arg_t *arg, apr_pool_t *p)
{
    if (!arg->ptr) {
        return; /* NULL */
    }
    out->value[i] = arg->ptr;
    if (arg->type == KF_ARG_UUIDS) {
        put_uuids(out, i, arg, p);
    }
    else if (arg->type == KF_ARG_UUID) {
        out->length[i] = (int)sizeof(((const kf_uuid_t *)arg->ptr)->bytes);
    }
    else if (arg->type == KF_ARG_BYTES) {
        out->length[i] = (int)arg->len;
    }
    else {
        out->format[i] = 0; /* text goes as a NUL-terminated string */
    }
}

static void bind_args(params_t *out, const kf_arg_t *args, int n, apr_pool_t *p)
{
    memset(out->value, 0, sizeof(out->value));
    for (int i = 0; i < n; i++) {
        out->length[i] = 0;
        out->format[i] = BINARY;
        switch (args[i].type) {
        case KF_ARG_NULL:
            break;
        case KF_ARG_BOOL:
            put_word(out, i, args[i].num, 1);
            break;
        case KF_ARG_INT4:
            put_word(out, i, args[i].num, 4);
            break;
        case KF_ARG_INT8:
            put_word(out, i, args[i].num, 8);
            break;
        case KF_ARG_TIME:
            put_word(out, i, kf_instant_to_pg(args[i].num), 8);
            break;
        default:
            put_pointer(out, i, &args[i], p);
        }
    }
}

/* The statement's slot in the session; NULL: it is sent with its text. */
static const kf_stmt_t **slot_of(kf_db_t *db, const kf_stmt_t *stmt)
{
    kf_db_session_t *session = db->session;

    if (!db->prepare) {
        return NULL;
    }
    if (session->backend_pid != PQbackendPID(db->conn)) {
        kf_db_session_forget(session);
        session->backend_pid = PQbackendPID(db->conn);
    }
    return kf_db_session_slot(session, stmt);
}

static int send_prepared(kf_db_t *db, const kf_stmt_t *stmt, const params_t *params)
{
    return PQsendQueryPrepared(db->conn, stmt->name, stmt->nparams, params->value, params->length,
                               params->format, BINARY);
}

static int send_text(kf_db_t *db, const kf_stmt_t *stmt, const params_t *params)
{
    return PQsendQueryParams(db->conn, stmt->sql, stmt->nparams, NULL, params->value, params->length,
                             params->format, BINARY);
}

static PGresult *run(kf_db_t *db, const kf_stmt_t *stmt, const params_t *params, int64_t until)
{
    const kf_stmt_t **slot = slot_of(db, stmt);
    PGresult *res;

    if (!kf_db_ready(db)) {
        return kf_db_answer(db, 0, until);
    }
    if (!slot) {
        return kf_db_answer(db, send_text(db, stmt, params), until);
    }
    if (!*slot) {
        res = kf_db_answer(db, PQsendPrepare(db->conn, stmt->name, stmt->sql, 0, NULL), until);
        if (PQresultStatus(res) != PGRES_COMMAND_OK) {
            return res;
        }
        PQclear(res);
        *slot = stmt;
        db->session->count++;
    }
    return kf_db_answer(db, send_prepared(db, stmt, params), until);
}

static int succeeded(const PGresult *res)
{
    ExecStatusType status = PQresultStatus(res);

    return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

/* Whether to send the statement again, after the given number of attempts. */
static int try_again(kf_db_t *db, const kf_stmt_t *stmt, const PGresult *res, int tries)
{
    const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);

    if (db->in_tx || db->silent || tries > MAX_TRIES) {
        return 0;
    }
    if (PQstatus(db->conn) != CONNECTION_OK) {
        return (stmt->flags & KF_STMT_REPEATABLE) && tries == 1;
    }
    if (!state) {
        return 0;
    }
    if (!strcmp(state, "26000")) { /* the session behind a pooler is another one */
        kf_db_session_forget(db->session);
        return tries == 1;
    }
    if (!strcmp(state, "40P01") || !strcmp(state, "40001")) {
        kf_log(KF_LOG_WARNING, 302, "%s: SQLSTATE %s, retrying", stmt->name, state);
        apr_sleep((apr_interval_time_t)(tries * (2000 + random() % 8000)));
        return 1;
    }
    return 0;
}

static apr_status_t clear_result(void *res)
{
    PQclear(res);
    return APR_SUCCESS;
}

kf_err_t *kf_db_exec(kf_db_res_t **out, kf_db_t *db, const kf_stmt_t *stmt, const kf_arg_t *args,
                     apr_pool_t *p)
{
    int64_t until = kf_db_until(db);
    params_t params;
    PGresult *res;
    int tries = 0;

    bind_args(&params, args, stmt->nparams, p);
    for (;;) {
        kf_err_t *err;

        if (!db->in_tx) {
            KF_TRY(kf_db_revive(db, until, p));
        }
        res = run(db, stmt, &params, until);
        if (succeeded(res)) {
            break;
        }
        if (try_again(db, stmt, res, ++tries)) {
            PQclear(res);
            continue;
        }
        err = kf_db_error(db, res, stmt->name, p);
        PQclear(res);
        return err;
    }
    *out = apr_palloc(p, sizeof(**out));
    (*out)->pg = res;
    apr_pool_cleanup_register(p, res, clear_result, apr_pool_cleanup_null);
    return NULL;
}

kf_err_t *kf_db_once(kf_db_res_t **out, const kf_db_source_t *source, const kf_stmt_t *stmt, const kf_arg_t *args,
                     apr_pool_t *p)
{
    kf_db_t *db;
    kf_err_t *err;

    KF_TRY(source->take(&db, source->baton, p));
    err = kf_db_exec(out, db, stmt, args, p);
    source->give(db, source->baton);
    return err;
}
