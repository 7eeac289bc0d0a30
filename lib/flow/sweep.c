/* What time has ended: holds, unpaid bookings, and all that is kept for a while. Nothing waits for it. */
#include "flow/job.h"
#include "flow/uploads.h"
#include "repo/forget.h"
#include "repo/work.h"

static int most(int a, int b)
{
    return a > b ? a : b;
}

kf_err_t *kf_claim_sweep(int *found, kf_work_t *work, kf_db_t *db, int room, apr_pool_t *p)
{
    int n;

    KF_TRY(kf_repo_work_sweep(found, db, room, p));
    KF_TRY(kf_repo_forget(&n, db, room, p));
    *found = most(*found, n);
    KF_TRY(kf_flow_uploads_forget(&n, kf_work_flow(work), db, room, p));
    *found = most(*found, n);
    return NULL;
}
