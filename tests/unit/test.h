#ifndef KF_TESTS_UNIT_TEST_H
#define KF_TESTS_UNIT_TEST_H
/* Shared by all unit tests. A suite uses a pool fixture: kf_test_pool is a new pool for each test. */
#include "base/err.h"

#include <apr_pools.h>
#include <check.h>

#define KF_SUITE(name) Suite *kf_suite_##name(void);
#include "suites.def"
#undef KF_SUITE

/* The timeout is generous, since a busy machine is slow. A hanging test still ends. */
#define KF_TEST_TIMEOUT_S 60

static apr_pool_t *kf_test_pool;

static void kf_test_setup(void)
{
    apr_pool_create(&kf_test_pool, NULL);
}

static void kf_test_teardown(void)
{
    apr_pool_destroy(kf_test_pool);
}

/* The one test case of a suite, with the pool fixture. */
__attribute__((unused)) static TCase *kf_test_case(Suite *suite, const char *name)
{
    TCase *tc = tcase_create(name);

    tcase_set_timeout(tc, KF_TEST_TIMEOUT_S);
    tcase_add_checked_fixture(tc, kf_test_setup, kf_test_teardown);
    suite_add_tcase(suite, tc);
    return tc;
}

/* The call must succeed. */
#define ck_ok(expr)                                                                       \
    do {                                                                                  \
        kf_err_t *ck_ok_err = (expr);                                                     \
        ck_assert_msg(!ck_ok_err, "%s: %s (%s)", #expr, ck_ok_err ? ck_ok_err->detail : "", \
                      ck_ok_err && ck_ok_err->cause ? ck_ok_err->cause : "");             \
    } while (0)

/* The call must fail with that code. */
#define ck_fails(expr, wanted_code)                                                  \
    do {                                                                             \
        kf_err_t *ck_fails_err = (expr);                                             \
        ck_assert_msg(ck_fails_err != NULL, "%s succeeded", #expr);                  \
        ck_assert_msg(ck_fails_err->code == (wanted_code), "%s: %s", #expr,          \
                      kf_code_text(ck_fails_err->code));                             \
    } while (0)

#define KF_COUNT(array) ((int)(sizeof(array) / sizeof((array)[0])))

#endif
