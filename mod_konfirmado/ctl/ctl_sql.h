#ifndef KFM_CTL_CTL_SQL_H
#define KFM_CTL_CTL_SQL_H
#include "ctl/ctl.h"

/** The folder of SQL: --sql-dir, else KONFIRMADO_SQL_DIR, else where it was installed. */
const char *kfm_ctl_sql_dir(const kfm_ctl_t *ctl);

#endif
