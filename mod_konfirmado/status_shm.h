#ifndef KFM_STATUS_SHM_H
#define KFM_STATUS_SHM_H
/*
 * What was last read of each database (repo/status.h), in memory that all processes of this httpd share
 * until it is restarted.
 */
#include <httpd.h>
#include <stdbool.h>

#include "db/db.h"
#include "repo/status.h"

/** The hook of this room: post_config. */
void kfm_status_register(apr_pool_t *p);

typedef struct {
    bool ok;            /* the last reading succeeded: rows are of that time */
    apr_time_t read_at; /* the middle of the reading; 0: never */
    int n;
    kf_status_row_t rows[KF_STATUS_ROWS];
} kfm_status_t;

/**
 * How the database of a server stands, at most a few seconds old. Of all processes one thread at a time
 * reads; everybody else, and everybody for some seconds after a reading that failed, gets what is there.
 * `*out` is in the pool.
 */
void kfm_status_read(const kfm_status_t **out, server_rec *s, const kf_db_source_t *db, apr_pool_t *p);

#endif
