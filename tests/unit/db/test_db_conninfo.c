#include "db/conninfo.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

Suite *kf_suite_db_conninfo(void);

static const char *variable(const char *conninfo, const char *name)
{
    size_t len = strlen(name);
    const char *found = NULL;
    char **env;

    ck_ok(kf_db_environment(&env, conninfo, kf_test_pool));
    for (; *env; env++) {
        if (!strncmp(*env, name, len) && (*env)[len] == '=') {
            ck_assert_ptr_null(found);
            found = *env + len + 1;
        }
    }
    return found;
}

START_TEST(what_is_said_replaces_what_is_set)
{
    setenv("PGHOST", "elsewhere", 1);
    setenv("PGUSER", "someone", 1);
    ck_assert_str_eq(variable("host=here password=secret", "PGHOST"), "here");
    ck_assert_str_eq(variable("host=here password=secret", "PGPASSWORD"), "secret");
    ck_assert_str_eq(variable("host=here password=secret", "PGUSER"), "someone");
    ck_assert_str_eq(variable("postgresql://here/shop", "PGDATABASE"), "shop");
}
END_TEST

/* As every other PostgreSQL command parses it. */
START_TEST(a_name_alone_is_a_database)
{
    static const char *const names[] = {"konfirmado", "with space", "o'clock", "back\\slash"};

    ck_assert_str_eq(variable(names[_i], "PGDATABASE"), names[_i]);
}
END_TEST

START_TEST(what_is_neither_is_refused)
{
    char **env;

    ck_fails(kf_db_environment(&env, "no_such_word=1", kf_test_pool), KF_E_CONFIG);
}
END_TEST

Suite *kf_suite_db_conninfo(void)
{
    Suite *suite = suite_create("db/conninfo");
    TCase *tc = kf_test_case(suite, "conninfo");

    tcase_add_test(tc, what_is_said_replaces_what_is_set);
    tcase_add_loop_test(tc, a_name_alone_is_a_database, 0, 4);
    tcase_add_test(tc, what_is_neither_is_refused);
    return suite;
}
