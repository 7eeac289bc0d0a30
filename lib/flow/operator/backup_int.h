#ifndef KF_FLOW_OPERATOR_BACKUP_INT_H
#define KF_FLOW_OPERATOR_BACKUP_INT_H
/* Shared by backup.c and restore.c. */
#include <apr_pools.h>

#define KF_BACKUP_DUMP "database.dump"
#define KF_BACKUP_MANIFEST "manifest.json"

/** The path of a file of the copy in `dir`. */
const char *kf_backup_file(const char *dir, const char *name, apr_pool_t *p);

#endif
