#include "flow/operator/pgtool.h"
#include "test.h"

#include <signal.h>
#include <unistd.h>

Suite *kf_suite_flow_pgtool(void);

static kf_err_t *run(const char *program)
{
    const char *argv[] = {program, NULL};

    return kf_pgtool_run(argv, "dbname=none", STDERR_FILENO, kf_test_pool);
}

START_TEST(its_end_is_told)
{
    ck_ok(run("true"));
    ck_fails(run("false"), KF_E_CONFLICT);
    ck_fails(run("/nowhere/pg_dump"), KF_E_CONFIG);
}
END_TEST

/* A parent may have left this setting: the system then keeps no exit status. */
START_TEST(an_end_that_nobody_learns_of_is_no_success)
{
    signal(SIGCHLD, SIG_IGN);
    ck_fails(run("false"), KF_E_CONFLICT);
}
END_TEST

Suite *kf_suite_flow_pgtool(void)
{
    Suite *suite = suite_create("flow/pgtool");
    TCase *tc = kf_test_case(suite, "pgtool");

    tcase_add_test(tc, its_end_is_told);
    tcase_add_test(tc, an_end_that_nobody_learns_of_is_no_success);
    return suite;
}
