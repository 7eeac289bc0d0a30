#ifndef KF_REPO_CALENDAR_CONNECT_H
#define KF_REPO_CALENDAR_CONNECT_H
/*
 * Connecting a calendar, in the database: one SQL function for each step. The statements are named
 * in repo/calendar/connect.def: kf_connect_calendar_grant_begin, ...
 */
#include "db/db.h"

#define KF_CONNECT(name, sql, nparams, flags) extern const kf_stmt_t kf_connect_##name;
#include "repo/calendar/connect.def"
#undef KF_CONNECT

#endif
