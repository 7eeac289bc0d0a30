#ifndef KF_REPO_PERSON_H
#define KF_REPO_PERSON_H
/*
 * Accounts in the database: one SQL function for each act. The statements are
 * named in repo/person/person.def: kf_account_staff_find, ...
 */
#include <stdbool.h>

#include "db/db.h"

#define KF_ACCOUNT(name, sql, nparams, flags) extern const kf_stmt_t kf_account_##name;
#include "repo/person/person.def"
#undef KF_ACCOUNT

/* A person, with the data that a sign-in is checked against. */
typedef struct {
    kf_uuid_t tenant, staff;
    const char *email, *name, *role, *state, *language;
    const char *password_hash;  /* NULL: invited */
    const char *totp_sealed;    /* NULL: none; in force only if totp_on */
    bool totp_on, suspended;
    int64_t totp_last_step;
    const char *business;
} kf_staff_row_t;

/** The row of staff_find or staff_own; false if there is none. */
bool kf_repo_staff_row(kf_staff_row_t *out, const kf_db_res_t *res, apr_pool_t *p);

#endif
