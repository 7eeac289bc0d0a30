#include "repo/calendar/connect.h"

#define KF_CONNECT(name, sql, nparams, flags) const kf_stmt_t kf_connect_##name = {#name, sql, nparams, flags};
#include "repo/calendar/connect.def"
#undef KF_CONNECT
