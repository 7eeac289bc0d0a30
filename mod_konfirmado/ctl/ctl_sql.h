#ifndef KFM_CTL_CTL_SQL_H
#define KFM_CTL_CTL_SQL_H
#include "ctl/ctl.h"

/** The folder with the SQL files: --sql-dir, else KONFIRMADO_SQL_DIR, else the installed one. */
const char *kfm_ctl_sql_dir(const kfm_ctl_t *ctl);

#endif
