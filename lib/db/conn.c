#include "db/conn.h"

#include <apr_strings.h>
#include <libpq-events.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/metric.h"
#include "db/db_int.h"

#define WARNING_PAUSE_MS 60000

/* libpq reports when a connection is reset or closed: its prepared statements are gone. */
static int on_event(PGEventId id, void *info, void *pass)
{
    kf_db_session_t *session;

    switch (id) {
    case PGEVT_REGISTER:
        session = calloc(1, sizeof(*session));
        return session && PQsetInstanceData(((PGEventRegister *)info)->conn, on_event, session);
    case PGEVT_CONNRESET:
        session = PQinstanceData(((PGEventConnReset *)info)->conn, on_event);
        kf_db_session_forget(session);
        return 1;
    case PGEVT_CONNDESTROY:
        session = PQinstanceData(((PGEventConnDestroy *)info)->conn, on_event);
        kf_db_session_forget(session);
        free(session);
        return 1;
    default:
        (void)pass;
        return 1;
    }
}

/*
 * PostgreSQL's notices are dropped: functions return facts. A warning of ours is
 * about a row that background work had to skip, and repeats every few
 * seconds: it is logged at most once a minute.
 */
static void on_notice(void *unused, const PGresult *res)
{
    static _Atomic int64_t next;
    const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
    const char *text = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
    int64_t now = kf_clock_ms(), due = atomic_load(&next);

    (void)unused;
    if (state && text && !strncmp(state, "KF", 2) && now >= due &&
        atomic_compare_exchange_strong(&next, &due, now + WARNING_PAUSE_MS)) {
        kf_log(KF_LOG_ERROR, 324, "background work leaves a row until later: %s", text);
    }
}

static kf_db_session_t *session_of(PGconn *conn)
{
    kf_db_session_t *session = PQinstanceData(conn, on_event);

    if (!session && PQregisterEventProc(conn, on_event, "konfirmado", NULL)) {
        PQsetNoticeReceiver(conn, on_notice, NULL);
        session = PQinstanceData(conn, on_event);
    }
    return session;
}

kf_err_t *kf_db_wrap(kf_db_t **out, PGconn *conn, int prepare, apr_pool_t *p)
{
    kf_db_t *db = apr_pcalloc(p, sizeof(*db));

    db->conn = conn;
    db->prepare = prepare;
    db->session = session_of(conn);
    if (!db->session) {
        return kf_err(p, KF_E_UNAVAILABLE, "The database connection could not be set up.");
    }
    *out = db;
    return NULL;
}

PGconn *kf_db_conn(kf_db_t *db)
{
    return db->conn;
}

int kf_db_is_session(const kf_db_t *db, int backend_pid)
{
    return PQbackendPID(db->conn) == backend_pid;
}

void kf_db_set_patience(kf_db_t *db, int patience_ms, int first_ms)
{
    db->patience_ms = patience_ms;
    db->first_until = first_ms ? kf_clock_ms() + first_ms : 0;
}

void kf_db_settle(kf_db_t *db)
{
    if (PQstatus(db->conn) == CONNECTION_OK && PQtransactionStatus(db->conn) != PQTRANS_IDLE) {
        PQclear(kf_db_query(db, "ROLLBACK", kf_db_until(db)));
    }
}

/*
 * A server that has shut down leaves its last message or an end of file on the socket of
 * an idle connection. Unsolicited input may also be harmless (a changed setting), so
 * an empty query decides; without input the check costs one system call.
 */
bool kf_db_has_died(kf_db_t *db, int64_t until)
{
    struct pollfd fd = {PQsocket(db->conn), POLLIN, 0};

    if (PQstatus(db->conn) != CONNECTION_OK) {
        return true;
    }
    if (poll(&fd, 1, 0) <= 0) {
        return false;
    }
    PQclear(kf_db_query(db, "", until));
    return PQstatus(db->conn) != CONNECTION_OK;
}

static int64_t reset_until(int64_t until)
{
    int64_t most = kf_clock_ms() + KF_DB_RESET_MS;

    return until == KF_DB_NEVER || until < most ? until : most;
}

kf_err_t *kf_db_revive(kf_db_t *db, int64_t until, apr_pool_t *p)
{
    bool open;

    if (db->silent) { /* this thread has waited long enough: the next one may reopen it */
        return kf_db_error(db, NULL, "connection", p);
    }
    if (!kf_db_has_died(db, until)) {
        return NULL;
    }
    open = kf_db_reset(db->conn, reset_until(until), NULL);
    kf_db_session_forget(db->session);
    if (!open) {
        kf_metric_count_word(KF_M_DB_ERRORS, "connection", NULL);
        return kf_err_because(p, kf_err(p, KF_E_UNAVAILABLE, "The database does not answer."),
                              "a lost connection could not be reopened: %s", PQerrorMessage(db->conn));
    }
    db->silent = false; /* that was the connection before */
    kf_log(KF_LOG_INFO, 301, "a database connection was lost and reopened");
    return NULL;
}

static apr_status_t close_conn(void *conn)
{
    PQfinish(conn);
    return APR_SUCCESS;
}

kf_err_t *kf_db_connect(kf_db_t **out, const char *conninfo, apr_pool_t *p)
{
    static const char *const keys[] = {"dbname", "connect_timeout", "fallback_application_name", NULL};
    const char *const values[] = {conninfo, "5", "konfirmado", NULL};
    PGconn *conn = PQconnectdbParams(keys, values, 1);

    apr_pool_cleanup_register(p, conn, close_conn, apr_pool_cleanup_null);
    PQsetNoticeReceiver(conn, on_notice, NULL);
    if (PQstatus(conn) != CONNECTION_OK) {
        return kf_err_because(p, kf_err(p, KF_E_UNAVAILABLE, "The database does not answer."), "%s",
                              PQerrorMessage(conn));
    }
    return kf_db_wrap(out, conn, 1, p);
}

static kf_err_t *single_take(kf_db_t **out, void *baton, apr_pool_t *p)
{
    (void)p;
    *out = baton;
    return NULL;
}

static void single_give(kf_db_t *db, void *baton)
{
    (void)baton;
    kf_db_settle(db);
}

kf_db_source_t *kf_db_single_source(kf_db_t *db, apr_pool_t *p)
{
    kf_db_source_t *source = apr_pcalloc(p, sizeof(*source));

    source->take = single_take;
    source->give = single_give;
    source->baton = db;
    return source;
}
