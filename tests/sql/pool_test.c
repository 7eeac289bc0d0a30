/* The connection pool against a real server: KF_TEST_DATABASE is the conninfo of a superuser, who creates a role
 * with few connections and stops backends. */
#include <apr_strings.h>
#include <apr_thread_proc.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "database_test.h"
#include "pool_test.h"

#define LIMIT 2 /* maximum connections of the role */

const kf_stmt_t pid_of = {"pid_of", "SELECT pg_backend_pid()", 0, 0};

PGconn *boss;
const char *conninfo;
kf_db_pool_t *pool;
const kf_db_source_t *source;
static int reached;
int asked;

void admin(const char *sql)
{
    PGresult *res = PQexec(boss, sql);

    ck_assert_msg(PQresultStatus(res) == PGRES_COMMAND_OK || PQresultStatus(res) == PGRES_TUPLES_OK, "%s: %s", sql,
                  PQerrorMessage(boss));
    PQclear(res);
}

PGconn *open_one(void **handle, void *baton)
{
    PGconn *conn = PQconnectdb(conninfo);

    (void)baton;
    asked++;
    *handle = conn;
    if (PQstatus(conn) == CONNECTION_OK) {
        return conn;
    }
    PQfinish(conn);
    return NULL;
}

void close_one(void *handle, void *baton)
{
    (void)baton;
    PQfinish(handle);
}

bool answers(void *baton)
{
    (void)baton;
    reached++;
    return PQping(conninfo) == PQPING_OK;
}

static kf_db_pool_t *make_for(int wait_ms, int life_ms)
{
    const kf_db_opener_t opener = {open_one, close_one, answers, NULL};
    const kf_db_pool_rules_t rules = {SIZE, wait_ms, 500, 1, life_ms, {0}};
    kf_db_pool_t *made;

    ck_ok(kf_db_pool_create(&made, &opener, &rules, kf_test_pool));
    return made;
}

static kf_db_pool_t *make(int wait_ms)
{
    return make_for(wait_ms, 3600000);
}

static void setup(void)
{
    kf_test_setup();
    boss = PQconnectdb(getenv("KF_TEST_DATABASE"));
    admin("DO $$ BEGIN CREATE ROLE kf_few LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
    admin("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'kf_few'");
    admin(apr_psprintf(kf_test_pool, "ALTER ROLE kf_few CONNECTION LIMIT %d", LIMIT));
    conninfo = apr_pstrcat(kf_test_pool, getenv("KF_TEST_DATABASE"), " user=kf_few connect_timeout=2", NULL);
    reached = asked = 0;
    pool = make(WAIT_MS);
    source = kf_db_pool_source(pool);
}

static void teardown(void)
{
    ck_assert(kf_db_pool_end(pool, 5000));
    PQfinish(boss);
    kf_test_teardown();
}

int ask(kf_db_t *db, apr_pool_t *p)
{
    kf_db_res_t *res;

    ck_ok(kf_db_exec(&res, db, &pid_of, NULL, p));
    return (int)kf_db_int(res, 0, 0);
}

static void *APR_THREAD_FUNC take(apr_thread_t *thread, void *data)
{
    taker_t *me = data;
    const kf_db_source_t *from = kf_db_pool_source(me->pool);
    apr_time_t begin = apr_time_now();
    apr_pool_t *p;
    kf_db_t *db;
    kf_err_t *err;

    apr_pool_create(&p, NULL);
    err = from->take(&db, from->baton, p);
    me->took = apr_time_now() - begin;
    me->pid = err ? -1 : ask(db, p);
    while (!err && !me->let_go) {
        apr_sleep(1000);
    }
    if (!err) {
        from->give(db, from->baton);
    }
    apr_pool_destroy(p);
    apr_thread_exit(thread, APR_SUCCESS);
    return NULL;
}

void begin(taker_t *taker, kf_db_pool_t *from)
{
    memset(taker, 0, sizeof(*taker));
    taker->pool = from;
    ck_assert_int_eq(apr_thread_create(&taker->thread, NULL, take, taker, kf_test_pool), APR_SUCCESS);
}

int answered(const taker_t *taker)
{
    for (int i = 0; i < 10000 && !taker->pid; i++) {
        apr_sleep(1000);
    }
    return taker->pid;
}

void end(taker_t *taker)
{
    apr_status_t ignored;

    taker->let_go = true;
    apr_thread_join(&ignored, taker->thread);
}

START_TEST(who_is_refused_by_the_database_shares)
{
    taker_t takers[SIZE + 2];
    kf_db_pool_state_t state;

    for (int i = 0; i < LIMIT; i++) {
        begin(&takers[i], pool);
        ck_assert_int_gt(answered(&takers[i]), 0);
    }
    for (int i = LIMIT; i < SIZE + 2; i++) {
        begin(&takers[i], pool);
        takers[i].let_go = true; /* as soon as it has one */
    }
    for (int i = 0; i < SIZE + 2; i++) {
        ck_assert_int_gt(answered(&takers[i]), 0);
        end(&takers[i]);
    }
    state = kf_db_pool_state(pool);
    ck_assert_int_eq(state.open, LIMIT);
    ck_assert_int_eq(state.places, LIMIT);
    ck_assert(!state.down);
    ck_assert_int_lt(asked, 20); /* few attempts to connect */
}
END_TEST

START_TEST(more_places_when_the_database_gives_more)
{
    taker_t takers[SIZE];

    for (int i = 0; i < SIZE - 1; i++) {
        begin(&takers[i], pool);
    }
    for (int i = 0; i < 100 && kf_db_pool_state(pool).places != LIMIT; i++) {
        apr_sleep(10000);
    }
    ck_assert_int_eq(kf_db_pool_state(pool).places, LIMIT);
    admin(apr_psprintf(kf_test_pool, "ALTER ROLE kf_few CONNECTION LIMIT %d", SIZE));
    apr_sleep(apr_time_from_msec(300)); /* no immediate retry */
    begin(&takers[SIZE - 1], pool);
    for (int i = 0; i < SIZE; i++) {
        ck_assert_int_gt(answered(&takers[i]), 0); /* concurrently: none is released before */
    }
    ck_assert_int_eq(kf_db_pool_state(pool).places, SIZE);
    for (int i = 0; i < SIZE; i++) {
        end(&takers[i]);
    }
}
END_TEST

/* Another process uses all connections: the server is full, not down. */
START_TEST(who_has_none_waits_for_one)
{
    kf_db_pool_t *other = make(WAIT_MS);
    taker_t takers[LIMIT], late;

    for (int i = 0; i < LIMIT; i++) {
        begin(&takers[i], other);
        ck_assert_int_gt(answered(&takers[i]), 0);
    }
    begin(&late, pool);
    apr_sleep(apr_time_from_msec(300));
    ck_assert_int_eq(late.pid, 0);
    for (int i = 0; i < LIMIT; i++) {
        end(&takers[i]);
    }
    ck_assert(kf_db_pool_end(other, 5000));
    ck_assert_int_gt(answered(&late), 0);
    end(&late);
}
END_TEST

START_TEST(who_waits_in_vain_hears_so_in_time)
{
    kf_db_pool_t *hurried = make(400), *other = make(WAIT_MS);
    taker_t takers[LIMIT], late;

    for (int i = 0; i < LIMIT; i++) {
        begin(&takers[i], other);
        ck_assert_int_gt(answered(&takers[i]), 0);
    }
    begin(&late, hurried);
    ck_assert_int_eq(answered(&late), -1);
    ck_assert(late.took >= apr_time_from_msec(390) && late.took < apr_time_from_sec(3));
    end(&late);
    for (int i = 0; i < LIMIT; i++) {
        end(&takers[i]);
    }
    ck_assert(kf_db_pool_end(other, 5000) && kf_db_pool_end(hurried, 5000));
}
END_TEST

START_TEST(a_database_that_is_not_there_refuses_at_once)
{
    taker_t takers[SIZE];

    conninfo = "host=/nowhere dbname=none connect_timeout=2";
    for (int i = 0; i < SIZE; i++) {
        begin(&takers[i], pool);
    }
    for (int i = 0; i < SIZE; i++) {
        ck_assert_int_eq(answered(&takers[i]), -1);
        ck_assert(takers[i].took < apr_time_from_sec(2));
        end(&takers[i]);
    }
    ck_assert(kf_db_pool_state(pool).down);
    conninfo = apr_pstrcat(kf_test_pool, getenv("KF_TEST_DATABASE"), " user=kf_few", NULL);
    apr_sleep(apr_time_from_msec(60));
    begin(&takers[0], pool);
    ck_assert_int_gt(answered(&takers[0]), 0);
    end(&takers[0]);
}
END_TEST

kf_err_t *use(void)
{
    kf_db_res_t *res;
    kf_db_t *db;
    kf_err_t *err;

    KF_TRY(source->take(&db, source->baton, kf_test_pool));
    err = kf_db_exec(&res, db, &pid_of, NULL, kf_test_pool);
    source->give(db, source->baton);
    return err;
}

START_TEST(a_session_that_ended_is_replaced)
{
    ck_ok(use());
    admin("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'kf_few'");
    ck_ok(use());
    ck_assert_int_eq(kf_db_pool_state(pool).open, 1);
}
END_TEST

/* A connection is closed after its lifetime, which frees its cached plans. One connection always stays. */
START_TEST(a_connection_that_had_its_time_ends)
{
    kf_db_pool_t *brief = make_for(WAIT_MS, 1);
    taker_t takers[LIMIT];

    for (int i = 0; i < LIMIT; i++) {
        begin(&takers[i], brief);
        ck_assert_int_gt(answered(&takers[i]), 0);
    }
    apr_sleep(apr_time_from_msec(10));
    for (int i = 0; i < LIMIT; i++) {
        end(&takers[i]);
        ck_assert_int_eq(kf_db_pool_state(brief).open, 1);
    }
    begin(&takers[0], brief);
    ck_assert_int_eq(answered(&takers[0]), takers[LIMIT - 1].pid);
    end(&takers[0]);
    ck_assert(kf_db_pool_end(brief, 5000));
}
END_TEST

START_TEST(a_thread_holds_one)
{
    kf_db_t *db, *second;

    ck_ok(source->take(&db, source->baton, kf_test_pool));
    ck_fails(source->take(&second, source->baton, kf_test_pool), KF_E_INTERNAL);
    source->give(db, source->baton);
    ck_ok(source->take(&db, source->baton, kf_test_pool));
    source->give(db, source->baton);
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, who_is_refused_by_the_database_shares);
    tcase_add_test(tc, more_places_when_the_database_gives_more);
    tcase_add_test(tc, who_has_none_waits_for_one);
    tcase_add_test(tc, who_waits_in_vain_hears_so_in_time);
    tcase_add_test(tc, a_database_that_is_not_there_refuses_at_once);
    tcase_add_test(tc, a_session_that_ended_is_replaced);
    tcase_add_test(tc, a_connection_that_had_its_time_ends);
    tcase_add_test(tc, a_thread_holds_one);
    pool_still_add(tc);
}

int main(void)
{
    return kf_database_tests("pool", setup, teardown, add);
}
