#ifndef KF_REPO_AFTER_WORK_H
#define KF_REPO_AFTER_WORK_H
/* What the database does by itself after the booking: reminders become mails, free times are offered. */
#include <stdbool.h>

#include "db/db.h"

/** At most `limit` reminders that are due become mails, or are skipped; *n: how many were due. */
kf_err_t *kf_repo_work_reminders(int *n, kf_db_t *db, int limit, apr_pool_t *p);

/**
 * Looks at most `limit` times that came free, and makes one offer at most; *n: how many there were. `own_only`: the
 * operator has no server for mails, so only those are offered one whose business has its own.
 */
kf_err_t *kf_repo_work_waiting(int *n, kf_db_t *db, int limit, bool own_only, apr_pool_t *p);

#endif
