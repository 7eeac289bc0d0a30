/* What time has ended: holds, unpaid bookings, old answers. Nothing waits for it. */
#include "flow/job.h"
#include "repo/work.h"

kf_err_t *kf_claim_sweep(int *found, kf_work_t *work, kf_db_t *db, int room, apr_pool_t *p)
{
    (void)work;
    return kf_repo_work_sweep(found, db, room, p);
}
