#ifndef KF_REPO_WAITING_DUE_H
#define KF_REPO_WAITING_DUE_H
/* What the database does on its own: queues reminders as mails, offers times that became free. */
#include <stdbool.h>

#include "db/db.h"

/** Turns at most `limit` due reminders into mails, or skips them; *n: how many were due. */
kf_err_t *kf_repo_work_reminders(int *n, kf_db_t *db, int limit, apr_pool_t *p);

/**
 * Handles at most `limit` times that became free, and makes at most one offer; *n: how many there were. `own_only`:
 * the operator has no mail server, so only businesses with a server of their own make offers.
 */
kf_err_t *kf_repo_work_waiting(int *n, kf_db_t *db, int limit, bool own_only, apr_pool_t *p);

#endif
