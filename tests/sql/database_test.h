#ifndef KF_TESTS_SQL_DATABASE_TEST_H
#define KF_TESTS_SQL_DATABASE_TEST_H
/* A test program against a real server, whose conninfo is in KF_TEST_DATABASE: one test case with a fixture. The
 * last line is "N passed, N failed", which tests/sql/run reads. */
#include <apr_general.h>
#include <stdio.h>
#include <stdlib.h>

#include "../unit/test.h"

/** `add` names the tests. The exit status: 0 if all passed. */
static int kf_database_tests(const char *name, void (*setup)(void), void (*teardown)(void), void (*add)(TCase *))
{
    Suite *suite = suite_create(name);
    TCase *tc = tcase_create(name);
    SRunner *runner;
    int failed;

    if (!getenv("KF_TEST_DATABASE")) {
        fprintf(stderr, "%s_test: set KF_TEST_DATABASE to a conninfo\n", name);
        return 1;
    }
    apr_initialize();
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_set_timeout(tc, KF_TEST_TIMEOUT_S);
    suite_add_tcase(suite, tc);
    add(tc);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    printf("%d passed, %d failed\n", srunner_ntests_run(runner) - failed, failed);
    srunner_free(runner);
    apr_terminate();
    return failed != 0;
}

#endif
