/*
 * Sending to the server and waiting for its answer, never longer than the
 * connection's patience. libpq's own PQexec waits for ever on a server that has
 * stopped: its kernel still acknowledges, so no timeout of TCP ends the wait.
 */
#include <poll.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/metric.h"
#include "db/db_int.h"

#define STOP_STEP_MS 50

int64_t kf_db_until(const kf_db_t *db)
{
    if (!db->patience_ms) {
        return KF_DB_NEVER;
    }
    return db->first_until ? db->first_until : kf_clock_ms() + db->patience_ms;
}

void kf_db_hang_up(PGconn *conn)
{
    int fd = PQsocket(conn);

    if (fd >= 0) {
        shutdown(fd, SHUT_RDWR);
        PQconsumeInput(conn); /* libpq reads the end of file and marks the connection bad */
    }
}

static bool encrypted(PGconn *conn)
{
    return PQsslInUse(conn) || PQgssEncInUse(conn);
}

/* False: nothing happened by then. */
static bool wait_for(PGconn *conn, short events, int64_t until)
{
    struct pollfd fd = {PQsocket(conn), events, 0};
    int64_t left = -1;
    int n;

    do {
        if (until != KF_DB_NEVER) {
            left = until - kf_clock_ms();
            left = left < 0 ? 0 : left;
        }
        n = poll(&fd, 1, (int)left);
    } while (n < 0);
    return n > 0;
}

/* The server may block until we read, so input is consumed meanwhile. */
static bool flush(PGconn *conn, int64_t until)
{
    while (PQflush(conn) > 0) {
        if (!wait_for(conn, POLLIN | POLLOUT, until)) {
            return false;
        }
        PQconsumeInput(conn);
    }
    return true;
}

static bool read_one(PGconn *conn, int64_t until)
{
    /* poll() does not see what the TLS library has already read */
    while (PQisBusy(conn) && !(encrypted(conn) && PQconsumeInput(conn) && !PQisBusy(conn))) {
        if (!wait_for(conn, POLLIN, until)) {
            return false;
        }
        if (!PQconsumeInput(conn)) {
            return true; /* the connection is lost: PQgetResult says so */
        }
    }
    return true;
}

/* After COPY libpq returns the same result for ever; we never use COPY. */
static bool copies(const PGresult *res)
{
    ExecStatusType status = PQresultStatus(res);

    return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH;
}

/* Of several results the last one, or the error that ended them. */
static bool read_all(PGresult **out, PGconn *conn, int64_t until)
{
    PGresult *next;

    *out = NULL;
    do {
        if (!read_one(conn, until)) {
            return false;
        }
        next = PQgetResult(conn);
        if (next && *out && PQresultStatus(*out) == PGRES_FATAL_ERROR) {
            PQclear(next); /* the first error says why, a second one only that the connection is gone */
        } else if (next) {
            PQclear(*out);
            *out = next;
        }
    } while (next && !copies(*out));
    return true;
}

PGresult *kf_db_answer(kf_db_t *db, int sent, int64_t until)
{
    PGresult *res = NULL;

    if (sent && (!flush(db->conn, until) || !read_all(&res, db->conn, until))) {
        db->silent = true;
        kf_metric_count_word(KF_M_DB_ERRORS, "timeout", NULL);
        PQclear(res);
        res = NULL;
    }
    if (!res) {
        kf_db_hang_up(db->conn);
    } else {
        db->first_until = 0; /* the server lives: the next statement has all the time again */
    }
    return res;
}

/* Waits in short steps if `stop` may interrupt it. */
static bool wait_step(PGconn *conn, short events, int64_t until, const volatile bool *stop)
{
    for (;;) {
        int64_t next = stop ? kf_clock_ms() + STOP_STEP_MS : until;

        if (wait_for(conn, events, next < until ? next : until)) {
            return true;
        }
        if ((stop && *stop) || kf_clock_ms() >= until) {
            return false;
        }
    }
}

bool kf_db_reset(PGconn *conn, int64_t until, const volatile bool *stop)
{
    PostgresPollingStatusType step;

    if (until == KF_DB_NEVER) {
        PQreset(conn);
        return PQstatus(conn) == CONNECTION_OK;
    }
    step = PQresetStart(conn) ? PGRES_POLLING_WRITING : PGRES_POLLING_FAILED;
    while (step == PGRES_POLLING_READING || step == PGRES_POLLING_WRITING) {
        if (!wait_step(conn, step == PGRES_POLLING_READING ? POLLIN : POLLOUT, until, stop)) {
            shutdown(PQsocket(conn), SHUT_RDWR); /* nobody at the other end waits for what does not come */
            return false;
        }
        step = PQresetPoll(conn);
    }
    return step == PGRES_POLLING_OK;
}

bool kf_db_ready(kf_db_t *db)
{
    return PQisnonblocking(db->conn) || PQsetnonblocking(db->conn, 1) == 0;
}

PGresult *kf_db_query(kf_db_t *db, const char *sql, int64_t until)
{
    return kf_db_answer(db, kf_db_ready(db) && PQsendQuery(db->conn, sql), until);
}
