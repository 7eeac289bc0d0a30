#include <apr_strings.h>
#include <string.h>

#include "db/db_int.h"

kf_err_t *kf_db_script_rows(int64_t *rows, kf_db_t *db, const char *sql, apr_pool_t *p)
{
    PGresult *res = kf_db_query(db, sql, kf_db_until(db));
    kf_err_t *err = NULL;

    *rows = apr_atoi64(PQcmdTuples(res));

    if (PQresultStatus(res) != PGRES_COMMAND_OK && PQresultStatus(res) != PGRES_TUPLES_OK) {
        err = kf_db_error(db, res, "command", p);
    }
    PQclear(res);
    return err;
}

static kf_err_t *command(kf_db_t *db, const char *sql, apr_pool_t *p)
{
    int64_t rows;

    return kf_db_script_rows(&rows, db, sql, p);
}

kf_err_t *kf_db_script(kf_db_t *db, const char *sql, apr_pool_t *p)
{
    return command(db, sql, p);
}

kf_err_t *kf_db_begin(kf_db_t *db, apr_pool_t *p)
{
    KF_TRY(kf_db_revive(db, kf_db_until(db), p));
    KF_TRY(command(db, "BEGIN", p));
    db->in_tx = 1;
    return NULL;
}

kf_err_t *kf_db_commit(kf_db_t *db, apr_pool_t *p)
{
    PGresult *res = kf_db_query(db, "COMMIT", kf_db_until(db));
    kf_err_t *err = NULL;

    db->in_tx = 0;
    if (PQresultStatus(res) != PGRES_COMMAND_OK) {
        err = kf_db_error(db, res, "commit", p);
    }
    else if (strcmp(PQcmdStatus(res), "COMMIT")) { /* a failed transaction answers ROLLBACK, as success */
        err = kf_err(p, KF_E_INTERNAL, "The change was not made.");
    }
    PQclear(res);
    return err;
}

kf_err_t *kf_db_rollback(kf_db_t *db, apr_pool_t *p)
{
    db->in_tx = 0;
    return command(db, "ROLLBACK", p);
}

kf_err_t *kf_db_savepoint(kf_db_t *db, apr_pool_t *p)
{
    return command(db, "SAVEPOINT act", p);
}

kf_err_t *kf_db_rollback_to(kf_db_t *db, apr_pool_t *p)
{
    return command(db, "ROLLBACK TO SAVEPOINT act", p);
}
