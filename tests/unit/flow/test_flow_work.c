/* Without a database the runner waits and logs it once, and the intake acknowledges nothing. */
#include "flow/work.h"

#include <string.h>

#include "base/log.h"
#include "flow/work_int.h"
#include "flow/payment/intake.h"
#include "net/http.h"
#include "test.h"

static int takes, lines;

static kf_err_t *away(kf_db_t **out, void *baton, apr_pool_t *p)
{
    (void)baton;
    *out = NULL;
    takes++;
    return kf_err(p, KF_E_UNAVAILABLE, "The service is not available for a moment.");
}

static void give(kf_db_t *db, void *baton)
{
    (void)db;
    (void)baton;
    ck_abort_msg("a connection was given back that was never taken");
}

static void count(kf_log_level_t level, const char *text, void *baton)
{
    (void)level;
    (void)text;
    (void)baton;
    lines++;
}

static const kf_db_source_t source = {away, give, NULL};

static void make_flow(kf_flow_t *flow)
{
    memset(flow, 0, sizeof(*flow));
    ck_ok(kf_http_global_init(kf_test_pool));
    flow->db = &source;
    flow->cache = kf_cache_create(16, 1 << 20, kf_test_pool);
    flow->callback_timeout_ms = 10000;
    flow->callback_concurrency = 4;
    takes = lines = 0;
}

START_TEST(test_outage)
{
    kf_flow_t flow;
    kf_work_t *work;

    make_flow(&flow);
    kf_log_set(count, NULL);
    ck_ok(kf_work_create(&work, &flow, NULL, kf_test_pool));
    for (int i = 0; i < 50; i++) {
        kf_work_tick(work, 5);
    }
    kf_log_set(NULL, NULL);
    ck_assert_int_ge(takes, 1);
    ck_assert_int_le(takes, 2); /* the pause is a second */
    ck_assert_int_eq(lines, 1);
    ck_assert_int_eq(kf_work_busy(work), 0);
}
END_TEST

static bool always(void)
{
    return true;
}

START_TEST(test_stopping)
{
    kf_flow_t flow;
    kf_work_t *work;

    make_flow(&flow);
    ck_ok(kf_work_create(&work, &flow, always, kf_test_pool));
    kf_work_tick(work, 5);
    kf_work_finish(work, 100);
    ck_assert_int_eq(takes, 0);
}
END_TEST

static int saves[2];

static kf_err_t *there(kf_db_t **out, void *baton, apr_pool_t *p)
{
    (void)baton;
    (void)p;
    *out = NULL; /* it is never queried */
    return NULL;
}

static void take_back(kf_db_t *db, void *baton)
{
    (void)db;
    (void)baton;
}

static kf_err_t *row_is_locked(kf_job_t *job, kf_db_t *db)
{
    (void)db;
    saves[0]++;
    return kf_err(job->p, KF_E_TIMEOUT, "The database was busy with the same data for too long.");
}

static kf_err_t *written(kf_job_t *job, kf_db_t *db)
{
    (void)job;
    (void)db;
    saves[1]++;
    return NULL;
}

/* Results behind one whose row is locked are still written before the process ends. */
START_TEST(test_finish_behind_a_lock)
{
    static const kf_db_source_t here = {there, take_back, NULL};
    kf_flow_t flow;
    kf_work_t *work;

    make_flow(&flow);
    flow.db = &here;
    ck_ok(kf_work_create(&work, &flow, NULL, kf_test_pool));
    kf_job_save(kf_job_make(work, DUTY_EVENTS, sizeof(kf_job_t)), row_is_locked);
    kf_job_save(kf_job_make(work, DUTY_EVENTS, sizeof(kf_job_t)), written);
    kf_work_finish(work, 1000);
    ck_assert_int_eq(saves[0], 1);
    ck_assert_int_eq(saves[1], 1);
}
END_TEST

START_TEST(test_intake)
{
    kf_flow_t flow;
    kf_hook_call_t call = {.provider = "wompi", .hook = "h", .body = "{}", .body_len = 2};

    make_flow(&flow);
    ck_fails(kf_flow_hook(&flow, &call, kf_test_pool), KF_E_UNAVAILABLE);
    ck_fails(kf_flow_hook(&flow, &call, kf_test_pool), KF_E_UNAVAILABLE);
    ck_assert_int_eq(takes, 2); /* an empty result is not cached */
}
END_TEST

Suite *kf_suite_flow_work(void)
{
    Suite *suite = suite_create("flow/work");
    TCase *tc = kf_test_case(suite, "outage");

    tcase_add_test(tc, test_outage);
    tcase_add_test(tc, test_stopping);
    tcase_add_test(tc, test_finish_behind_a_lock);
    tcase_add_test(tc, test_intake);
    return suite;
}
