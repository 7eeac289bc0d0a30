/* The connection pool with a stopped server: it neither answers nor refuses. */
#include <apr_strings.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "../unit/test.h"
#include "pool_test.h"

/* Uses the database repeatedly until told to stop. */
static void *APR_THREAD_FUNC keep_using(apr_thread_t *thread, void *data)
{
    taker_t *me = data;
    kf_db_t *db;

    while (!me->let_go) {
        apr_pool_t *p;

        apr_pool_create(&p, NULL);
        ck_ok(source->take(&db, source->baton, p));
        me->pid = ask(db, p);
        source->give(db, source->baton);
        apr_pool_destroy(p);
    }
    apr_thread_exit(thread, APR_SUCCESS);
    return NULL;
}

START_TEST(one_connection_that_went_dead_is_no_outage)
{
    taker_t busy = {.pool = pool};
    kf_db_res_t *res;
    kf_db_t *db;
    int pid;

    ck_ok(source->take(&db, source->baton, kf_test_pool));
    pid = ask(db, kf_test_pool);
    apr_thread_create(&busy.thread, NULL, keep_using, &busy, kf_test_pool);
    ck_assert_int_gt(answered(&busy), 0);
    ck_assert_int_eq(kill(pid, SIGSTOP), 0);
    ck_fails(kf_db_exec(&res, db, &pid_of, NULL, kf_test_pool), KF_E_UNAVAILABLE);
    source->give(db, source->baton);
    ck_assert(!kf_db_pool_state(pool).down);
    ck_assert_int_eq(kf_db_pool_state(pool).open, 1);
    end(&busy);
    kill(pid, SIGCONT);
}
END_TEST

START_TEST(silence_is_an_outage_if_nobody_hears_anything)
{
    kf_db_t *db;
    int pid;

    ck_ok(source->take(&db, source->baton, kf_test_pool));
    pid = ask(db, kf_test_pool);
    source->give(db, source->baton);
    ck_assert_int_eq(kill(pid, SIGSTOP), 0);
    ck_fails(use(), KF_E_UNAVAILABLE);
    ck_assert(kf_db_pool_state(pool).down);
    ck_assert_int_eq(kf_db_pool_state(pool).open, 0);
    ck_fails(use(), KF_E_UNAVAILABLE); /* immediately */
    ck_assert(kf_db_pool_state(pool).down);
    apr_sleep(apr_time_from_msec(600));
    ck_ok(use());
    ck_assert(!kf_db_pool_state(pool).down);
    kill(pid, SIGCONT);
}
END_TEST

static void *APR_THREAD_FUNC sleep_there(apr_thread_t *thread, void *data)
{
    static const kf_stmt_t sleep = {"sleep", "SELECT pg_sleep(60)::text", 0, 0};
    taker_t *me = data;
    kf_db_res_t *res;
    apr_pool_t *p;
    kf_db_t *db;

    apr_pool_create(&p, NULL);
    ck_ok(source->take(&db, source->baton, p));
    kf_db_set_patience(db, 60000, 0);
    me->pid = ask(db, p);
    ck_fails(kf_db_exec(&res, db, &sleep, NULL, p), KF_E_UNAVAILABLE);
    source->give(db, source->baton);
    apr_pool_destroy(p);
    apr_thread_exit(thread, APR_SUCCESS);
    return NULL;
}

/* Neither a long statement nor a stopped server delays the end of the process. */
START_TEST(the_end_waits_for_no_statement)
{
    taker_t taker = {.pool = pool};
    apr_time_t begun;
    apr_status_t ignored;

    apr_thread_create(&taker.thread, NULL, sleep_there, &taker, kf_test_pool);
    ck_assert_int_gt(answered(&taker), 0);
    ck_assert_int_eq(kill(taker.pid, _i ? SIGSTOP : SIGCONT), 0);
    begun = apr_time_now();
    ck_assert(kf_db_pool_end(pool, 5000));
    ck_assert(apr_time_now() - begun < apr_time_from_sec(2));
    kill(taker.pid, SIGCONT);
    apr_thread_join(&ignored, taker.thread);
    ck_fails(use(), KF_E_UNAVAILABLE);
}
END_TEST

/* A session of the servers' role in a long statement, with this additional setting. */
static PGconn *asleep(const char *setting)
{
    PGconn *conn = PQconnectdb(apr_pstrcat(kf_test_pool, getenv("KF_TEST_DATABASE"), " user=konfirmado_app", NULL));

    PQclear(PQexec(conn, "SET statement_timeout = 0"));
    PQclear(PQexec(conn, setting));
    ck_assert(PQsendQuery(conn, "SELECT pg_sleep(60)") && PQflush(conn) == 0);
    return conn;
}

static bool there(const char *pid, const char *more)
{
    PGresult *res = PQexec(boss, apr_pstrcat(kf_test_pool, "SELECT FROM pg_stat_activity WHERE pid = ", pid, more, NULL));
    bool found = PQntuples(res) == 1;

    PQclear(res);
    return found;
}

/* PostgreSQL aborts a statement that a server gave up, because of the role's setting; without it, it continues. */
START_TEST(a_statement_ends_with_its_client)
{
    PGconn *conns[2] = {asleep("SELECT"), asleep("SET client_connection_check_interval = 0")};
    const char *pids[2];

    for (int i = 0; i < 2; i++) {
        pids[i] = apr_itoa(kf_test_pool, PQbackendPID(conns[i]));
        while (!there(pids[i], " AND wait_event = 'PgSleep'")) {
            apr_sleep(1000);
        }
    }
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(shutdown(PQsocket(conns[i]), SHUT_RDWR), 0);
    }
    while (there(pids[0], "")) {
        apr_sleep(10000);
    }
    ck_assert(there(pids[1], ""));
    admin(apr_pstrcat(kf_test_pool, "SELECT pg_terminate_backend(", pids[1], ", 5000)", NULL));
    PQfinish(conns[0]);
    PQfinish(conns[1]);
}
END_TEST

/* The server's socket under another name; a listener that never answers can replace it. */
typedef struct {
    char folder[32];
    const char *path, *real;
    int fd;
} door_t;

static void open_door(door_t *door)
{
    ck_assert_int_eq(symlink(door->real, door->path), 0);
}

static void make_door(door_t *door)
{
    const char *name = apr_pstrcat(kf_test_pool, "/.s.PGSQL.", PQport(boss), NULL);

    strcpy(door->folder, "/tmp/kf-door-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(door->folder));
    door->path = apr_pstrcat(kf_test_pool, door->folder, name, NULL);
    door->real = apr_pstrcat(kf_test_pool, PQhost(boss), name, NULL);
    open_door(door);
    conninfo = apr_pstrcat(kf_test_pool, getenv("KF_TEST_DATABASE"), " user=kf_few connect_timeout=20 host=",
                           door->folder, NULL);
}

/* New connections are accepted, but not answered. Open ones end. */
static void nobody_answers(door_t *door)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};

    unlink(door->path);
    ck_assert_uint_lt(strlen(door->path), sizeof(name.sun_path));
    strcpy(name.sun_path, door->path);
    door->fd = socket(AF_UNIX, SOCK_STREAM, 0);
    ck_assert_int_eq(bind(door->fd, (struct sockaddr *)&name, sizeof(name)), 0);
    ck_assert_int_eq(listen(door->fd, 8), 0);
    admin("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'kf_few'");
}

static void somebody_answers(door_t *door)
{
    close(door->fd);
    unlink(door->path);
    open_door(door);
    apr_sleep(apr_time_from_msec(60)); /* no immediate retry */
}

static void remove_door(const door_t *door)
{
    unlink(door->path);
    rmdir(door->folder);
}

/* connect_timeout would be ten times as long. */
START_TEST(to_open_one_anew_takes_its_time_at_most)
{
    apr_time_t begun;
    door_t door;

    make_door(&door);
    ck_ok(use());
    nobody_answers(&door);
    begun = apr_time_now();
    ck_fails(use(), KF_E_UNAVAILABLE);
    ck_assert(apr_time_now() - begun < apr_time_from_sec(10));
    ck_assert(kf_db_pool_state(pool).down);
    somebody_answers(&door);
    ck_ok(use());
    ck_assert_int_eq(asked, 2); /* the opener, which knows the other hosts */
    remove_door(&door);
}
END_TEST

START_TEST(who_holds_one_that_died_waits_no_longer)
{
    kf_db_res_t *res;
    apr_time_t begun;
    door_t door;
    kf_db_t *db;

    make_door(&door);
    ck_ok(source->take(&db, source->baton, kf_test_pool));
    kf_db_set_patience(db, 60000, 0);
    ask(db, kf_test_pool);
    nobody_answers(&door);
    begun = apr_time_now();
    ck_fails(kf_db_exec(&res, db, &pid_of, NULL, kf_test_pool), KF_E_UNAVAILABLE);
    ck_assert(apr_time_now() - begun < apr_time_from_sec(10));
    source->give(db, source->baton);
    somebody_answers(&door);
    ck_ok(use());
    remove_door(&door);
}
END_TEST

static bool all_inside(int n)
{
    for (int i = 0; i < 5000 && kf_db_pool_state(pool).in_use != n; i++) {
        apr_sleep(1000);
    }
    return kf_db_pool_state(pool).in_use == n;
}

/* The thread leaves libpq before its connection is closed. */
START_TEST(the_end_waits_for_no_opening)
{
    apr_time_t begun;
    taker_t taker;
    door_t door;

    make_door(&door);
    ck_ok(use());
    nobody_answers(&door);
    begin(&taker, pool);
    ck_assert(all_inside(1));
    begun = apr_time_now();
    ck_assert(kf_db_pool_end(pool, 5000));
    ck_assert(apr_time_now() - begun < apr_time_from_msec(1500));
    ck_assert_int_eq(answered(&taker), -1);
    end(&taker);
    close(door.fd);
    remove_door(&door);
}
END_TEST

static volatile bool keep_in;
static volatile int closed;

static PGconn *open_slowly(void **handle, void *baton)
{
    while (keep_in) {
        apr_sleep(1000);
    }
    return open_one(handle, baton);
}

static void count_closed(void *handle, void *baton)
{
    closed++;
    close_one(handle, baton);
}

/* A connection that a thread is opening belongs to it: the pool does not close it. */
START_TEST(the_end_says_who_did_not_come_back)
{
    const kf_db_opener_t opener = {open_slowly, count_closed, answers, NULL};
    const kf_db_pool_rules_t rules = {SIZE, WAIT_MS, 500, 1, 3600000, {0}};
    kf_db_pool_t *own = pool;
    taker_t taker;

    ck_ok(kf_db_pool_create(&pool, &opener, &rules, kf_test_pool));
    keep_in = true;
    begin(&taker, pool);
    ck_assert(all_inside(1));
    ck_assert(!kf_db_pool_end(pool, 20));
    ck_assert_int_eq(closed, 0);
    keep_in = false;
    answered(&taker);
    end(&taker);
    ck_assert(kf_db_pool_end(pool, 5000));
    ck_assert_int_eq(closed, 1);
    pool = own;
}
END_TEST

void pool_still_add(TCase *tc)
{
    tcase_add_checked_fixture(tc, kf_test_setup, kf_test_teardown);
    tcase_add_test(tc, one_connection_that_went_dead_is_no_outage);
    tcase_add_test(tc, silence_is_an_outage_if_nobody_hears_anything);
    tcase_add_test(tc, a_statement_ends_with_its_client);
    tcase_add_test(tc, to_open_one_anew_takes_its_time_at_most);
    tcase_add_test(tc, who_holds_one_that_died_waits_no_longer);
    tcase_add_test(tc, the_end_waits_for_no_opening);
    tcase_add_test(tc, the_end_says_who_did_not_come_back);
    tcase_add_loop_test(tc, the_end_waits_for_no_statement, 0, 2);
}
