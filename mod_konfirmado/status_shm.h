#ifndef KFM_STATUS_SHM_H
#define KFM_STATUS_SHM_H
/*
 * The last status read from each database (repo/operator/status.h), in memory that all processes of this httpd
 * share until it is restarted.
 */
#include <httpd.h>
#include <stdbool.h>

#include "db/db.h"
#include "repo/operator/status.h"

/** Registers the hook: post_config. */
void kfm_status_register(apr_pool_t *p);

typedef struct {
    bool ok;            /* the last read succeeded; if not, there are no rows */
    apr_time_t read_at; /* midpoint of the last read; 0: never */
    int n;
    kf_status_row_t rows[KF_STATUS_ROWS];
} kfm_status_t;

/**
 * The status of a server's database, at most a few seconds old. One thread among all processes reads at a
 * time. Other callers, and all callers for a few seconds after a read, get the last result. `*out` is in
 * the pool.
 */
void kfm_status_read(const kfm_status_t **out, server_rec *s, const kf_db_source_t *db, apr_pool_t *p);

#endif
