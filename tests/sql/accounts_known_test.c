/* Answers about an address do not reveal whether it has an account: neither by their work nor by their duration. */
#include <apr_strings.h>
#include <apr_time.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/test.h"
#include "accounts_test.h"
#include "db/conn.h"

#define TIMED_TRIES 40

static const kf_stmt_t written = {
    "test_written",
    "SELECT string_agg(format('%s: %s new, %s changed, %s gone', relname, n_tup_ins, n_tup_upd, n_tup_del), ', ' ORDER BY"
    " relname) FROM pg_stat_xact_user_tables WHERE schemaname = 'kf' AND n_tup_ins + n_tup_upd + n_tup_del > 0",
    0, 0};
static const kf_stmt_t flush = {"test_flush", "SELECT pg_stat_force_next_flush()", 0, 0};
static int turn;
static int taken; /* connections: each statement has its own */

static kf_err_t *take_counted(kf_db_t **out, void *baton, apr_pool_t *p)
{
    const kf_db_source_t *source = baton;

    taken++;
    return source->take(out, source->baton, p);
}

static void give_counted(kf_db_t *given, void *baton)
{
    const kf_db_source_t *source = baton;

    source->give(given, source->baton);
}

/* The database work of an operation on an address: the number of statements, and the rows that they write. */
static const char *work_of(kf_err_t *(*act)(const kf_flow_t *, kf_visit_t *, const char *, apr_pool_t *),
                           const char *email)
{
    kf_db_source_t *plain = kf_db_single_source(db, kf_test_pool);
    kf_db_source_t counted = {.take = take_counted, .give = give_counted, .baton = plain};
    kf_flow_t counting = flow;
    const char *rows;
    kf_db_res_t *res;

    counting.db = &counted;
    taken = 0;
    ck_ok(kf_db_exec(&res, db, &flush, NULL, kf_test_pool));
    ck_ok(kf_db_begin(db, kf_test_pool));
    ck_ok(act(&counting, &visit, email, kf_test_pool));
    ck_ok(kf_db_exec(&res, db, &written, NULL, kf_test_pool));
    rows = kf_db_text(res, 0, 0);
    rows = apr_psprintf(kf_test_pool, "%d statements; %s", taken, rows ? rows : "nothing written");
    ck_ok(kf_db_rollback(db, kf_test_pool));
    return rows;
}

START_TEST(work_does_not_tell_who_is_known)
{
    const char *unknown = work_of(kf_flow_forgot_password, "who@diez.example");

    registered("nora@diez.example");
    ck_assert_str_eq(work_of(kf_flow_forgot_password, "nora@diez.example"), unknown);
    verified("olga@diez.example");
    ck_assert_str_eq(work_of(kf_flow_forgot_password, "olga@diez.example"), unknown);
    ck_assert_str_eq(work_of(kf_flow_resend_verification, "nora@diez.example"), unknown);
    ck_assert_str_eq(work_of(kf_flow_resend_verification, "olga@diez.example"), unknown);
    ck_assert(strstr(unknown, "link_ask: 1 new") != NULL); /* (the count works) */
}
END_TEST

static int by_size(const void *a, const void *b)
{
    apr_time_t x = *(const apr_time_t *)a, y = *(const apr_time_t *)b;

    return x < y ? -1 : x > y;
}

typedef kf_err_t *timed_fn(const char *email);

static apr_time_t time_of(timed_fn *act, const char *email)
{
    apr_time_t start = apr_time_now();
    kf_err_t *err = act(email);

    ck_assert(!err || err->code == KF_E_CREDENTIALS);
    return apr_time_now() - start;
}

/* The median times of an answer for two addresses, measured alternately: the load of the machine affects both. */
static void medians(apr_time_t out[2], timed_fn *act, const char *const emails[2])
{
    apr_time_t times[2][TIMED_TRIES];

    for (int i = 0; i < TIMED_TRIES; i++) {
        later(180); /* five in 15 minutes */
        times[i % 2][i] = time_of(act, emails[i % 2]);
        times[1 - i % 2][i] = time_of(act, emails[1 - i % 2]);
    }
    for (int k = 0; k < 2; k++) {
        qsort(times[k], TIMED_TRIES, sizeof(times[k][0]), by_size);
        out[k] = times[k][TIMED_TRIES / 2];
    }
}

static kf_err_t *wrong_login(const char *email)
{
    kf_login_t in;

    return login(&in, email, OTHER);
}

static kf_err_t *forget(const char *email)
{
    return kf_flow_forgot_password(&flow, &visit, email, kf_test_pool);
}

static kf_err_t *register_again(const char *email)
{
    const char *typed = strchr(email, '@') ? email : apr_psprintf(kf_test_pool, "%s%d@ocho.example", email, ++turn);
    const kf_register_wish_t wish = {"Otra", typed, OTHER, "es"};

    return kf_flow_register(&flow, &visit, &wish, kf_test_pool);
}

static timed_fn *const timed[] = {wrong_login, forget, register_again};
static const char *const strangers[] = {"who@ocho.example", "who@ocho.example", "new"};

START_TEST(time_does_not_tell_who_is_known)
{
    const char *const emails[2] = {apr_psprintf(kf_test_pool, "iris%d@ocho.example", _i), strangers[_i]};
    apr_time_t took[2], apart;

    verified(emails[0]);
    medians(took, timed[_i], emails);
    apart = took[0] > took[1] ? took[0] - took[1] : took[1] - took[0];
    printf("timing %d: known %" APR_TIME_T_FMT " us, unknown %" APR_TIME_T_FMT " us\n", _i, took[0], took[1]);
    ck_assert_msg(apart < 10000, "%" APR_TIME_T_FMT " us apart", apart);
}
END_TEST

void accounts_known_add(TCase *tc)
{
    tcase_add_checked_fixture(tc, kf_test_setup, kf_test_teardown);
    tcase_add_test(tc, work_does_not_tell_who_is_known);
    tcase_add_loop_test(tc, time_does_not_tell_who_is_known, 0, KF_COUNT(timed));
}
