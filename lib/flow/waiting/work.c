/* Due reminders, and times that became free for the waiting list: the database does all the work. */
#include "flow/job.h"
#include "repo/waiting/due.h"

kf_err_t *kf_chore_reminders(int *found, kf_work_t *work, kf_db_t *db, int room, apr_pool_t *p)
{
    (void)work;
    return kf_repo_work_reminders(found, db, room, p);
}

kf_err_t *kf_chore_waiting(int *found, kf_work_t *work, kf_db_t *db, int room, apr_pool_t *p)
{
    return kf_repo_work_waiting(found, db, room, !kf_work_flow(work)->mail, p);
}
