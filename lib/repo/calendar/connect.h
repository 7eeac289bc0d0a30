#ifndef KF_REPO_CONNECT_H
#define KF_REPO_CONNECT_H
/*
 * Connecting a calendar, in the database: one SQL function for each step. The statements are named
 * in repo/calendar/connect.def: kf_connect_calendar_grant_begin, ...
 */
#include "db/db.h"

#define KF_CONNECT(name, sql, nparams, flags) extern const kf_stmt_t kf_connect_##name;
#include "repo/calendar/connect.def"
#undef KF_CONNECT

/** Runs a statement on a connection of its own and returns the connection. */
kf_err_t *kf_repo_connect(kf_db_res_t **out, const kf_db_source_t *source, const kf_stmt_t *stmt,
                          const kf_arg_t *args, apr_pool_t *p);

/** The same with the arguments inline. */
#define KF_CONNECT_EXEC(out, source, stmt, p, ...) \
    kf_repo_connect((out), (source), (stmt), (const kf_arg_t[]){__VA_ARGS__}, (p))

#endif
