/* Adds up past days. */
#include "flow/job.h"
#include "repo/figures/figures.h"

kf_err_t *kf_chore_figures(int *found, kf_work_t *work, kf_db_t *db, int room, apr_pool_t *p)
{
    (void)work;
    return kf_repo_figures_roll(found, db, room, p);
}
