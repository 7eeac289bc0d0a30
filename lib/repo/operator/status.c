#include "repo/operator/status.h"

#include <apr_strings.h>

static const kf_stmt_t metrics_read = {"metrics_read",
                                       "SELECT family, label, state, n, age_s FROM kf.metrics_read()", 0,
                                       KF_STMT_REPEATABLE};
static const kf_stmt_t worker_seen = {
    "worker_seen", "SELECT kf.worker_seen($1::text, $2::text::jsonb, $3::text::jsonb, $4::boolean)", 4,
    KF_STMT_REPEATABLE};
static const kf_stmt_t server_seen = {
    "work_server_seen", "SELECT kf.server_seen($1::text, $2::int, $3::text::jsonb)", 3, KF_STMT_REPEATABLE};
static const kf_stmt_t servers_seen = {
    "servers_seen", "SELECT node, process, age_s FROM kf.servers_seen($1::text)", 1, KF_STMT_REPEATABLE};

static void put_text(char *out, size_t room, const kf_db_res_t *res, int row, int col)
{
    const char *text = kf_db_isnull(res, row, col) ? "" : kf_db_text(res, row, col);

    apr_cpystrn(out, text, room);
}

static int64_t number(const kf_db_res_t *res, int row, int col)
{
    return kf_db_isnull(res, row, col) ? KF_STATUS_NONE : kf_db_int(res, row, col);
}

/* Checking a database in trouble must not wait in its queues. */
static kf_err_t *read_within(kf_db_res_t **res, kf_db_t *db, apr_pool_t *p)
{
    kf_err_t *err;

    KF_TRY(kf_db_begin(db, p));
    err = kf_db_script(db, "SET LOCAL statement_timeout = '2s'", p);
    err = err ? err : kf_db_exec(res, db, &metrics_read, NULL, p);
    if (err) {
        (void)kf_db_rollback(db, p); /* the first error says more */
        return err;
    }
    return kf_db_commit(db, p);
}

kf_err_t *kf_repo_status(kf_status_row_t *rows, int *n, kf_db_t *db, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(read_within(&res, db, p));
    *n = kf_db_rows(res) < KF_STATUS_ROWS ? kf_db_rows(res) : KF_STATUS_ROWS;
    for (int i = 0; i < *n; i++) {
        put_text(rows[i].family, sizeof(rows[i].family), res, i, 0);
        put_text(rows[i].label, sizeof(rows[i].label), res, i, 1);
        put_text(rows[i].state, sizeof(rows[i].state), res, i, 2);
        rows[i].n = number(res, i, 3);
        rows[i].age_s = number(res, i, 4);
    }
    return NULL;
}

kf_err_t *kf_repo_worker_seen(kf_db_t *db, const kf_worker_sign_t *sign, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &worker_seen, p, KF_TEXT(sign->worker), KF_TEXT(sign->jobs), KF_TEXT(sign->troubles),
                      KF_BOOL(sign->mail));
}

kf_err_t *kf_repo_server_seen(kf_db_t *db, const char *node, int process, const char *sign, apr_pool_t *p)
{
    kf_db_res_t *res;

    return KF_DB_EXEC(&res, db, &server_seen, p, KF_TEXT(node), KF_INT4(process), KF_TEXT(sign));
}

kf_err_t *kf_repo_servers_lacking(apr_array_header_t **out, kf_db_t *db, const char *kid, apr_pool_t *p)
{
    kf_db_res_t *res;

    KF_TRY(KF_DB_EXEC(&res, db, &servers_seen, p, KF_TEXT(kid)));
    *out = apr_array_make(p, kf_db_rows(res), sizeof(kf_server_row_t));
    for (int i = 0; i < kf_db_rows(res); i++) {
        APR_ARRAY_PUSH(*out, kf_server_row_t) = (kf_server_row_t){kf_db_text(res, i, 0), (int)kf_db_int(res, i, 1),
                                                                  kf_db_int(res, i, 2)};
    }
    return NULL;
}

kf_err_t *kf_repo_stuck_list(kf_docs_t **out, kf_db_t *db, int limit, apr_pool_t *p)
{
    static const kf_stmt_t stmt = {"stuck_list", "SELECT doc FROM kf.stuck_list($1::int)", 1, KF_STMT_REPEATABLE};

    return kf_repo_docs(out, db, &stmt, (const kf_arg_t[]){KF_INT4(limit)}, p);
}

kf_err_t *kf_repo_dead_list(kf_docs_t **out, kf_db_t *db, int limit, apr_pool_t *p)
{
    static const kf_stmt_t stmt = {"dead_list", "SELECT doc FROM kf.dead_list($1::int)", 1, KF_STMT_REPEATABLE};

    return kf_repo_docs(out, db, &stmt, (const kf_arg_t[]){KF_INT4(limit)}, p);
}
