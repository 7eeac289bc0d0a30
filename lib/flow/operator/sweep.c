/* Ends what has expired: holds, unpaid bookings, and data past its retention time. Nothing waits for it. */
#include "flow/business/uploads.h"
#include "flow/job.h"
#include "repo/business/forget.h"
#include "repo/work.h"

typedef struct {
    int found;     /* the most of one kind */
    kf_err_t *err; /* the first */
} swept_t;

/* A kind that fails does not stop the others, unless the database is away. */
static bool note(swept_t *swept, kf_err_t *err, int n)
{
    if (!err) {
        swept->found = n > swept->found ? n : swept->found;
    }
    swept->err = swept->err ? swept->err : err;
    return !err || err->code != KF_E_UNAVAILABLE;
}

kf_err_t *kf_chore_sweep(int *found, kf_work_t *work, kf_db_t *db, int room, apr_pool_t *p)
{
    swept_t swept = {0, NULL};
    int n = 0;
    bool up = note(&swept, kf_repo_work_sweep(&n, db, room, p), n);

    for (int i = 0; i < kf_repo_forget_kinds() && up; i++) {
        up = note(&swept, kf_repo_forget(&n, i, db, room, p), n);
    }
    if (up) {
        note(&swept, kf_flow_uploads_forget(&n, kf_work_flow(work), db, room, p), n);
    }
    *found = swept.found;
    return swept.err;
}
