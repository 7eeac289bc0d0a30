/* The unit tests: every suite of suites.def in one program, or the suites named on the command line. The last line
 * is always "N passed, N failed". */
#include <apr_general.h>
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

static const struct {
    const char *name;
    Suite *(*make)(void);
} suites[] = {
#define KF_SUITE(name) {#name, kf_suite_##name},
#include "suites.def"
#undef KF_SUITE
};

#define N_SUITES (sizeof(suites) / sizeof(suites[0]))

static bool wanted(const char *name, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (!strcmp(name, argv[i])) {
            return true;
        }
    }
    return argc < 2;
}

static bool known(const char *name)
{
    for (size_t i = 0; i < N_SUITES; i++) {
        if (!strcmp(name, suites[i].name)) {
            return true;
        }
    }
    return false;
}

int main(int argc, char **argv)
{
    SRunner *runner = srunner_create(NULL);
    int run, failed;

    for (int i = 1; i < argc; i++) {
        if (!known(argv[i])) {
            fprintf(stderr, "there is no suite \"%s\": it wants a line in suites.def, and its file one in Makefile.am\n", argv[i]);
            return EXIT_FAILURE;
        }
    }
    apr_initialize();
    for (size_t i = 0; i < N_SUITES; i++) {
        if (wanted(suites[i].name, argc, argv)) {
            srunner_add_suite(runner, suites[i].make());
        }
    }
    srunner_run_all(runner, CK_ENV);
    run = srunner_ntests_run(runner);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    apr_terminate();
    printf("%d passed, %d failed\n", run - failed, failed);
    return failed || !run ? EXIT_FAILURE : EXIT_SUCCESS;
}
