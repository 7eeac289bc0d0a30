#ifndef KF_FLOW_OPERATOR_BACKUP_H
#define KF_FLOW_OPERATOR_BACKUP_H
/*
 * Copies of a database: made, compared, restored. A copy is a folder:
 *
 *   database.dump   by pg_dump, in its own format
 *   manifest.json   made last: without it the folder is no copy. The release, the
 *                   schema, the dump's bytes and SHA-256, and for each table how many
 *                   rows it has and a sum over them, all of the same moment
 *
 * The key file and the folder of pictures are not in it.
 *
 * A restored copy has its background work switched off ("jobs" in kf.meta), and
 * servers get in when that is written: nothing of it is sent a second time before
 * somebody says so.
 */
#include <apr_tables.h>

#include "repo/backup.h"

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

/** Makes the folder, which must be new or empty, and the copy in it; everything is on the disk when it returns. */
kf_err_t *kf_flow_backup(kf_backup_t *out, const kf_backup_place_t *place, kf_db_t *db, apr_pool_t *p);

/** Reads a manifest and compares the dump with it. KF_E_CONFIG: it is no copy, or not what was made. */
kf_err_t *kf_flow_backup_read(kf_backup_t *out, const char *dir, apr_pool_t *p);

/** *differences: a sentence (const char *) for each table that is not as in the copy. */
kf_err_t *kf_flow_backup_compare(apr_array_header_t **differences, const kf_backup_t *copy, kf_db_t *db,
                                 apr_pool_t *p);

/**
 * Restores into a database without our schema, as konfirmado_owner. KF_E_CONFLICT
 * where there is one, or where the copy is of a newer release than ours; after any
 * error the database is of no use but harmless: no server gets in.
 */
kf_err_t *kf_flow_restore(const kf_backup_t *copy, const kf_backup_place_t *place, kf_db_t *db, apr_pool_t *p);

#endif
