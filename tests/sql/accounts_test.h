#ifndef KF_TESTS_SQL_ACCOUNTS_TEST_H
#define KF_TESTS_SQL_ACCOUNTS_TEST_H
/* Shared by the account tests: the fixture's database, and accounts made by the operations themselves. */
#include <check.h>

#include "flow/person/accounts.h"
#include "flow/person/sessions.h"

#define PASSWORD "tres tigres tristes"
#define OTHER "otro trigal sin trigo"

extern kf_db_t *db;
extern kf_flow_t flow;
extern kf_visit_t visit;

/** Shifts the clock. */
void later(int seconds);

/* An account with PASSWORD, whose address is not verified yet. */
void registered(const char *email);
/** The same, verified. */
void verified(const char *email);

kf_err_t *login(kf_login_t *out, const char *email, const char *password);

/** The tests of accounts_known_test.c. */
void accounts_known_add(TCase *tc);

#endif
