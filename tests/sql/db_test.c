/*
 * lib/db against a real server: KF_TEST_DATABASE is the conninfo of an empty
 * database that the test may write to, as a role that may end its own backends.
 * Without it the program fails: a test that does not run is not a test.
 */
#include <apr_strings.h>
#include <libpq-fe.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/metric.h"
#include "database_test.h"
#include "db/conn.h"

static const kf_stmt_t one = {"one", "SELECT $1::int8 + 1", 1, 0};
static const kf_stmt_t one_again = {"one_again", "SELECT $1::int8 + 1", 1, KF_STMT_REPEATABLE};
static const kf_stmt_t echo = {"echo", "SELECT $1::text, $2::bytea, $3::timestamptz, $4::uuid, $5::bool, $6::int4", 6, 0};
static const kf_stmt_t uuids = {"uuids", "SELECT cardinality($1::uuid[])::int8, ($1::uuid[])[2]", 1, 0};
static const kf_stmt_t texts = {"texts", "SELECT ARRAY['a', NULL, 'ñandú']::text[], '{}'::text[], NULL::text[]", 0, 0};
static const kf_stmt_t jsonb = {"jsonb", "SELECT '{\"a\": 1}'::jsonb", 0, 0};
static const kf_stmt_t kill_me = {"kill_me", "SELECT pg_terminate_backend(pg_backend_pid())", 0, 0};
static const kf_stmt_t raise_stmt = {"raise", "SELECT pg_temp.fail($1::text)", 1, 0};
static const kf_stmt_t insert = {"insert_row", "INSERT INTO pg_temp.row VALUES ($1::int8)", 1, 0};
static const kf_stmt_t count_rows = {"count_rows", "SELECT count(*) FROM pg_temp.row", 0, 0};

static kf_db_t *db;
static PGconn *conn;

static void setup(void)
{
    kf_test_setup();
    ck_ok(kf_db_connect(&db, getenv("KF_TEST_DATABASE"), kf_test_pool));
    conn = kf_db_conn(db);
}

static int64_t plus_one(const kf_stmt_t *stmt, int64_t n)
{
    kf_db_res_t *res;

    ck_ok(KF_DB_EXEC(&res, db, stmt, kf_test_pool, KF_INT8(n)));
    return kf_db_int(res, 0, 0);
}

static void end_session(PGconn *victim)
{
    char sql[64];
    PGconn *other = PQconnectdb(getenv("KF_TEST_DATABASE"));
    PGresult *res;

    snprintf(sql, sizeof(sql), "SELECT pg_terminate_backend(%d, 2000)", PQbackendPID(victim));
    res = PQexec(other, sql);
    ck_assert_str_eq(PQgetvalue(res, 0, 0), "t");
    PQclear(res);
    PQfinish(other);
}

START_TEST(integers)
{
    ck_assert_int_eq(plus_one(&one, 41), 42);
    ck_assert_int_eq(plus_one(&one, INT64_MAX - 1), INT64_MAX);
    ck_assert_int_eq(plus_one(&one, -2), -1);
}
END_TEST

static const char *const odd_texts[] = {"", "100 % de descuento", "it's \"quoted\" \\ back", "a$1b", "ñandú — 你好", "; DROP TABLE x"};

START_TEST(values_come_back)
{
    static const unsigned char bytes[] = {0, 1, 255, 0, '\'', '\\'};
    kf_uuid_t id = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}}, back;
    kf_db_res_t *res;
    size_t len;

    ck_ok(KF_DB_EXEC(&res, db, &echo, kf_test_pool, KF_TEXT(odd_texts[_i]), KF_BYTES(bytes, sizeof(bytes)),
                     KF_TIME(1796100000123456), KF_UUID(&id), KF_BOOL(1), KF_INT4(-5)));
    ck_assert_str_eq(kf_db_text(res, 0, 0), odd_texts[_i]);
    ck_assert(!memcmp(kf_db_bytes(res, 0, 1, &len), bytes, sizeof(bytes)));
    ck_assert_uint_eq(len, sizeof(bytes));
    ck_assert_int_eq(kf_db_time(res, 0, 2), 1796100000123456);
    back = kf_db_uuid(res, 0, 3);
    ck_assert(kf_uuid_equal(&back, &id));
    ck_assert_int_eq(kf_db_bool(res, 0, 4), 1);
    ck_assert_int_eq(kf_db_int(res, 0, 5), -5);
}
END_TEST

START_TEST(null_is_not_empty)
{
    kf_db_res_t *res;
    size_t len;

    ck_ok(KF_DB_EXEC(&res, db, &echo, kf_test_pool, KF_TEXT(NULL), KF_BYTES(NULL, 0), KF_NULL, KF_UUID(NULL), KF_NULL,
                     KF_NULL));
    ck_assert_ptr_null(kf_db_text(res, 0, 0));
    ck_assert_ptr_null(kf_db_bytes(res, 0, 1, &len));
    for (int i = 0; i < 6; i++) {
        ck_assert(kf_db_isnull(res, 0, i));
    }
}
END_TEST

START_TEST(arrays_and_documents)
{
    kf_uuid_t ids[2] = {{{1}}, {{2}}}, second;
    const char **list;
    kf_db_res_t *res;

    ck_ok(KF_DB_EXEC(&res, db, &uuids, kf_test_pool, KF_UUIDS(ids, 2)));
    ck_assert_int_eq(kf_db_int(res, 0, 0), 2);
    second = kf_db_uuid(res, 0, 1);
    ck_assert(kf_uuid_equal(&second, &ids[1]));
    ck_ok(KF_DB_EXEC(&res, db, &uuids, kf_test_pool, KF_UUIDS(ids, 0)));
    ck_assert_int_eq(kf_db_int(res, 0, 0), 0);
    ck_ok(kf_db_exec(&res, db, &texts, NULL, kf_test_pool));
    list = kf_db_texts(res, 0, 0, kf_test_pool);
    ck_assert_str_eq(list[0], "a");
    ck_assert_str_eq(list[1], "ñandú");
    ck_assert_ptr_null(list[2]);
    ck_assert_ptr_null(kf_db_texts(res, 0, 1, kf_test_pool)[0]);
    ck_assert_ptr_null(kf_db_texts(res, 0, 2, kf_test_pool)[0]);
    ck_ok(kf_db_exec(&res, db, &jsonb, NULL, kf_test_pool));
    ck_assert_str_eq(kf_db_json(res, 0, 0), "{\"a\": 1}");
}
END_TEST

START_TEST(bad_utf8_is_refused)
{
    kf_db_res_t *res;

    ck_fails(KF_DB_EXEC(&res, db, &echo, kf_test_pool, KF_TEXT("\xff\xfe"), KF_NULL, KF_NULL, KF_NULL, KF_NULL, KF_NULL),
             KF_E_INVALID);
}
END_TEST

/* A session that ended while idle is replaced before anything is sent, with its statements. */
START_TEST(a_dead_idle_session_is_replaced)
{
    int pid = PQbackendPID(conn);

    ck_assert_int_eq(plus_one(&one, 1), 2);
    end_session(conn);
    ck_assert_int_eq(plus_one(&one, 2), 3);
    ck_assert_int_ne(PQbackendPID(conn), pid);
    ck_assert_int_eq(plus_one(&one, 3), 4);
}
END_TEST

START_TEST(a_session_that_dies_under_a_statement)
{
    kf_db_res_t *res;

    ck_fails(kf_db_exec(&res, db, &kill_me, NULL, kf_test_pool), KF_E_UNAVAILABLE);
    ck_assert_int_eq(plus_one(&one_again, 1), 2);
}
END_TEST

/* Behind a pooler the next session may be another one, without our prepared statements. */
START_TEST(forgotten_statements_are_prepared_again)
{
    ck_assert_int_eq(plus_one(&one, 1), 2);
    ck_ok(kf_db_script(db, "DEALLOCATE ALL", kf_test_pool));
    ck_assert_int_eq(plus_one(&one, 2), 3);
}
END_TEST

/* A pooled session that already has another client's statement: the log must name the remedy. */
START_TEST(a_pooler_is_named)
{
    static const kf_stmt_t taken = {"taken", "SELECT 1", 0, 0};
    kf_db_res_t *res;
    kf_err_t *err;

    ck_ok(kf_db_script(db, "PREPARE taken AS SELECT 2", kf_test_pool));
    err = kf_db_exec(&res, db, &taken, NULL, kf_test_pool);
    ck_fails(err, KF_E_INTERNAL);
    ck_assert_ptr_nonnull(strstr(err->cause, "KonfirmadoPrepare Off"));
    ck_assert_ptr_null(strstr(err->detail, "Konfirmado"));
}
END_TEST

START_TEST(unprepared)
{
    kf_db_t *plain;
    kf_db_res_t *res;

    ck_ok(kf_db_wrap(&plain, conn, 0, kf_test_pool));
    ck_ok(KF_DB_EXEC(&res, plain, &one, kf_test_pool, KF_INT8(1)));
    ck_assert_int_eq(kf_db_int(res, 0, 0), 2);
    ck_fails(kf_db_script(plain, "DEALLOCATE one", kf_test_pool), KF_E_INTERNAL);
}
END_TEST

static const struct {
    const char *state;
    kf_code_t code;
} states[] = {
    {"KF412", KF_E_SLOT_UNAVAILABLE}, {"KF404", KF_E_NOT_FOUND}, {"KF422", KF_E_INVALID},
    {"KF999", KF_E_INTERNAL},         {"23505", KF_E_CONFLICT},  {"23P01", KF_E_CONFLICT},
    {"57014", KF_E_TIMEOUT},          {"55P03", KF_E_TIMEOUT},   {"53100", KF_E_UNAVAILABLE},
    {"57P03", KF_E_UNAVAILABLE},      {"40001", KF_E_TIMEOUT}, {"40P01", KF_E_TIMEOUT},
    {"22012", KF_E_INTERNAL},         {"42501", KF_E_INTERNAL},
};

START_TEST(states_become_codes)
{
    kf_db_res_t *res;
    kf_err_t *err;

    ck_ok(kf_db_script(db,
                       "CREATE FUNCTION pg_temp.fail(p text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN "
                       "RAISE EXCEPTION USING ERRCODE = p, MESSAGE = 'said so', COLUMN = 'start'; END $$",
                       kf_test_pool));
    err = KF_DB_EXEC(&res, db, &raise_stmt, kf_test_pool, KF_TEXT(states[_i].state));
    ck_assert_ptr_nonnull(err);
    ck_assert_str_eq(kf_code_text(err->code), kf_code_text(states[_i].code));
    if (!strncmp(states[_i].state, "KF4", 3)) {
        ck_assert_str_eq(err->detail, "said so");
        ck_assert_str_eq(err->field, "start");
    }
    else { /* PostgreSQL's message goes into the log */
        ck_assert_ptr_null(strstr(err->detail, "said so"));
    }
}
END_TEST

START_TEST(transactions)
{
    kf_db_res_t *res;

    ck_ok(kf_db_script(db, "CREATE TEMP TABLE row (n int8 UNIQUE)", kf_test_pool));
    ck_ok(kf_db_begin(db, kf_test_pool));
    ck_ok(KF_DB_EXEC(&res, db, &insert, kf_test_pool, KF_INT8(1)));
    ck_ok(kf_db_savepoint(db, kf_test_pool));
    ck_fails(KF_DB_EXEC(&res, db, &insert, kf_test_pool, KF_INT8(1)), KF_E_CONFLICT);
    ck_ok(kf_db_rollback_to(db, kf_test_pool));
    ck_ok(kf_db_commit(db, kf_test_pool));
    ck_ok(kf_db_begin(db, kf_test_pool));
    ck_ok(KF_DB_EXEC(&res, db, &insert, kf_test_pool, KF_INT8(2)));
    ck_fails(KF_DB_EXEC(&res, db, &insert, kf_test_pool, KF_INT8(1)), KF_E_CONFLICT);
    ck_fails(kf_db_commit(db, kf_test_pool), KF_E_INTERNAL); /* PostgreSQL reports success */
    ck_ok(kf_db_begin(db, kf_test_pool));
    ck_ok(KF_DB_EXEC(&res, db, &insert, kf_test_pool, KF_INT8(3)));
    kf_db_settle(db); /* returned with an open transaction: rolled back, not committed */
    ck_ok(kf_db_wrap(&db, conn, 1, kf_test_pool));
    ck_ok(kf_db_exec(&res, db, &count_rows, NULL, kf_test_pool));
    ck_assert_int_eq(kf_db_int(res, 0, 0), 1);
}
END_TEST

/* More statements than the initial set of a connection holds. */
START_TEST(any_number_is_prepared)
{
    static const kf_stmt_t prepared = {
        "prepared", "SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'many%'", 0, 0};
    static kf_stmt_t many[700];
    kf_db_res_t *res;

    for (size_t i = 0; i < 2 * KF_COUNT(many); i++) {
        kf_stmt_t *stmt = &many[i % KF_COUNT(many)];

        if (!stmt->name) {
            *stmt = (kf_stmt_t){apr_psprintf(kf_test_pool, "many_%d", (int)i), "SELECT $1::int8 + 1", 1, 0};
        }
        ck_assert_int_eq(plus_one(stmt, (int64_t)i), (int64_t)i + 1);
    }
    ck_ok(kf_db_exec(&res, db, &prepared, NULL, kf_test_pool));
    ck_assert_int_eq(kf_db_int(res, 0, 0), KF_COUNT(many));
}
END_TEST

START_TEST(a_wrong_reader_reads_nothing)
{
    kf_db_res_t *res;

    ck_ok(KF_DB_EXEC(&res, db, &one, kf_test_pool, KF_INT8(1)));
    ck_assert_ptr_null(kf_db_text(res, 0, 0));
    ck_assert_int_eq(kf_db_bool(res, 0, 0), 0);
    ck_assert_int_eq(kf_db_int(res, 5, 0), 0);
}
END_TEST

static void count_from_nothing(void)
{
    void *table = apr_palloc(kf_test_pool, kf_metric_size() + 63);

    memset(table, 0, kf_metric_size() + 63);
    kf_metric_use((void *)APR_ALIGN((apr_uintptr_t)table, 64));
}

/* "timeout 1" */
static const char *errors_counted(void)
{
    const char *const *classes = kf_metric_family(KF_M_DB_ERRORS)->words[0], *out = "";

    for (int i = 0; classes[i]; i++) {
        int n = (int)kf_metric_read(KF_M_DB_ERRORS, i, 0);

        out = n ? apr_psprintf(kf_test_pool, "%s%s%s %d", out, *out ? " " : "", classes[i], n) : out;
    }
    return out;
}

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static const kf_stmt_t length = {"length", "SELECT length($1::bytea)::int8", 1, KF_STMT_REPEATABLE};

/* The input for a stopped server: little, or more than the kernel buffers for it. */
static const size_t sizes[] = {10, 20 * 1024 * 1024};

/* Its kernel still answers, so only our own timeout ends the wait; and nothing is sent again. */
START_TEST(a_server_that_stands_still)
{
    pid_t stopped = PQbackendPID(conn);
    char *bytes = apr_pcalloc(kf_test_pool, sizes[_i]);
    kf_db_res_t *res;
    double begin;

    ck_assert_int_eq(plus_one(&one, 1), 2);
    count_from_nothing();
    kf_db_set_patience(db, 300, 0);
    ck_assert_int_eq(kill(stopped, SIGSTOP), 0);
    begin = seconds();
    ck_fails(KF_DB_EXEC(&res, db, &length, kf_test_pool, KF_BYTES(bytes, sizes[_i])), KF_E_UNAVAILABLE);
    ck_assert(seconds() - begin >= 0.29 && seconds() - begin < 3);
    ck_assert_int_eq(PQstatus(conn), CONNECTION_BAD);
    ck_fails(KF_DB_EXEC(&res, db, &one_again, kf_test_pool, KF_INT8(1)), KF_E_UNAVAILABLE);
    ck_assert(seconds() - begin < 3); /* immediately */
    ck_assert_str_eq(errors_counted(), "timeout 1"); /* one silence is counted once */
    ck_ok(kf_db_wrap(&db, conn, 1, kf_test_pool));
    ck_assert_int_eq(plus_one(&one, 2), 3); /* over a new connection, while the old one is still stopped */
    ck_assert_int_ne(PQbackendPID(conn), stopped);
    kill(stopped, SIGCONT);
}
END_TEST

START_TEST(a_transaction_that_stands_still)
{
    pid_t stopped = PQbackendPID(conn);
    double begin;

    ck_ok(kf_db_begin(db, kf_test_pool));
    kf_db_set_patience(db, 300, 0);
    ck_assert_int_eq(kill(stopped, SIGSTOP), 0);
    begin = seconds();
    ck_fails(kf_db_commit(db, kf_test_pool), KF_E_UNAVAILABLE);
    kf_db_settle(db);
    ck_assert(seconds() - begin < 3);
    kill(stopped, SIGCONT);
}
END_TEST

/* A request that waited for a connection waits less for the first answer, and the full time afterwards. */
START_TEST(the_first_answer_may_have_less_time)
{
    static const kf_stmt_t sleep = {"sleep", "SELECT pg_sleep(0.3)::text", 0, 0};
    kf_db_res_t *res;

    kf_db_set_patience(db, 20000, 100);
    ck_fails(kf_db_exec(&res, db, &sleep, NULL, kf_test_pool), KF_E_UNAVAILABLE);
    ck_ok(kf_db_wrap(&db, conn, 1, kf_test_pool));
    kf_db_set_patience(db, 20000, 15000);
    ck_assert_int_eq(plus_one(&one, 1), 2);
    ck_ok(kf_db_exec(&res, db, &sleep, NULL, kf_test_pool));
}
END_TEST

static void add(TCase *tc)
{
    tcase_add_test(tc, integers);
    tcase_add_loop_test(tc, values_come_back, 0, KF_COUNT(odd_texts));
    tcase_add_test(tc, null_is_not_empty);
    tcase_add_test(tc, arrays_and_documents);
    tcase_add_test(tc, bad_utf8_is_refused);
    tcase_add_test(tc, a_dead_idle_session_is_replaced);
    tcase_add_test(tc, a_session_that_dies_under_a_statement);
    tcase_add_test(tc, forgotten_statements_are_prepared_again);
    tcase_add_test(tc, a_pooler_is_named);
    tcase_add_test(tc, unprepared);
    tcase_add_test(tc, any_number_is_prepared);
    tcase_add_loop_test(tc, states_become_codes, 0, KF_COUNT(states));
    tcase_add_test(tc, transactions);
    tcase_add_test(tc, a_wrong_reader_reads_nothing);
    tcase_add_loop_test(tc, a_server_that_stands_still, 0, KF_COUNT(sizes));
    tcase_add_test(tc, a_transaction_that_stands_still);
    tcase_add_test(tc, the_first_answer_may_have_less_time);
}

int main(void)
{
    return kf_database_tests("db", setup, kf_test_teardown, add);
}
