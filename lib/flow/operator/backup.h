#ifndef KF_FLOW_OPERATOR_BACKUP_H
#define KF_FLOW_OPERATOR_BACKUP_H
/*
 * Copies of a database: made, compared, restored. A copy is a folder:
 *
 *   database.dump   by pg_dump, in its custom format
 *   manifest.json   made last: without it the folder is not a copy. The release, the
 *                   schema, the dump's size and SHA-256, and for each table the number
 *                   of rows and a checksum over them, all of the same moment
 *
 * The key file and the folder of pictures are not in it.
 *
 * A restored copy has its background work switched off ("jobs" in kf.meta), and servers
 * can connect only after that is written: nothing is sent a second time before the
 * operator allows it.
 */
#include <apr_tables.h>

#include "repo/operator/backup.h"

typedef struct {
    const char *dir;      /* the folder of the copy */
    const char *conninfo; /* the same database as `db`, for PostgreSQL's programs */
} kf_backup_place_t;

typedef struct {
    const char *made_at; /* RFC 3339 */
    const char *release;
    int schema;
    const char *functions; /* kf.meta's digest of them */
    int64_t bytes;         /* of the dump */
    const char *sha256;
    apr_array_header_t *tables; /* kf_table_sum_t */
} kf_backup_t;

/** Makes the folder, which must be new or empty, and the copy in it; all is synced to disk when it returns. */
kf_err_t *kf_flow_backup(kf_backup_t *out, const kf_backup_place_t *place, kf_db_t *db, apr_pool_t *p);

/** Reads a manifest and compares the dump with it. KF_E_CONFIG: not a copy, or the dump was changed. */
kf_err_t *kf_flow_backup_read(kf_backup_t *out, const char *dir, apr_pool_t *p);

/** *differences: a sentence (const char *) for each table that differs from the copy. */
kf_err_t *kf_flow_backup_compare(apr_array_header_t **differences, const kf_backup_t *copy, kf_db_t *db,
                                 apr_pool_t *p);

/**
 * Restores into a database without our schema, as konfirmado_owner. KF_E_CONFLICT
 * if there is one, or if the copy is of a newer release than ours. After any
 * error the database is useless but harmless: no server can connect.
 */
kf_err_t *kf_flow_restore(const kf_backup_t *copy, const kf_backup_place_t *place, kf_db_t *db, apr_pool_t *p);

#endif
