#ifndef KF_TESTS_SQL_POOL_TEST_H
#define KF_TESTS_SQL_POOL_TEST_H
/* Shared by the pool tests: the server, a pool of the fixture, and threads that use it. */
#include <apr_thread_proc.h>
#include <check.h>
#include <libpq-fe.h>

#include "db/pool.h"

#define SIZE 4 /* connections that a pool may open */
#define WAIT_MS 8000

extern const kf_stmt_t pid_of;
extern PGconn *boss; /* the superuser's */
extern const char *conninfo;
extern kf_db_pool_t *pool;
extern const kf_db_source_t *source;
extern int asked; /* number of calls of the opener */

void admin(const char *sql);

/* The pool's opener. */
PGconn *open_one(void **handle, void *baton);
void close_one(void *handle, void *baton);
bool answers(void *baton);

/** The pid of the connection's backend. */
int ask(kf_db_t *db, apr_pool_t *p);
/* Takes a connection, queries, and returns it; the result is the statement's error. */
kf_err_t *use(void);

/* A thread that takes a connection and keeps it until it is told to let go. */
typedef struct {
    apr_thread_t *thread;
    kf_db_pool_t *pool;
    apr_interval_time_t took;
    volatile int pid; /* set once it has one; -1: it was refused */
    volatile bool let_go;
} taker_t;

void begin(taker_t *taker, kf_db_pool_t *from);
/* Waits for its pid, or -1. */
int answered(const taker_t *taker);
void end(taker_t *taker);

/** The tests of pool_still_test.c. */
void pool_still_add(TCase *tc);

#endif
