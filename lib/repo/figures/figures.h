#ifndef KF_REPO_FIGURES_H
#define KF_REPO_FIGURES_H
/* Counted steps in the database. */
#include "db/db.h"

/** `steps`: [{"tenant": id, "step": word, "n": count}, ...]. */
kf_err_t *kf_repo_funnel_add(kf_db_t *db, const char *steps, apr_pool_t *p);

/** Adds up past days; *found: how many events there were, at most `limit`. */
kf_err_t *kf_repo_figures_roll(int *found, kf_db_t *db, int limit, apr_pool_t *p);

#endif
