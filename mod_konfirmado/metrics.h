#ifndef KFM_METRICS_H
#define KFM_METRICS_H
/*
 * The memory that all processes of this httpd share for their counters (base/metric.h), and what was
 * last read of the database (repo/status.h).
 *
 * It stays over a graceful restart, as long as its layout does: processes of the former generation go
 * on counting in it until they end. After a stop counters begin at 0 again.
 */
#include <httpd.h>
#include <stdbool.h>

#include "db/db.h"
#include "repo/status.h"

/** The hooks of this room: post_config (before those of other rooms), child_init. */
void kfm_metrics_register(apr_pool_t *p);

/** Of the pools of connections of this process: how many places, how many are taken, and how many threads wait. */
void kfm_metrics_places(int size, int inside, int waiting);

typedef struct {
    int processes;
    int places, inside, waiting; /* of all of them together */
} kfm_metrics_pool_t;

void kfm_metrics_pool(kfm_metrics_pool_t *out);

/** When this httpd began, or was last restarted. */
apr_time_t kfm_metrics_begun(void);

typedef struct {
    bool ok;            /* the last reading succeeded: rows are of that time */
    apr_time_t read_at; /* when it was tried; 0: never */
    int n;
    kf_status_row_t rows[KF_STATUS_ROWS];
} kfm_status_t;

/**
 * How the database of a server stands, at most a few seconds old. Of all processes one thread at a time
 * reads; everybody else, and everybody for some seconds after a reading that failed, gets what is there.
 * `*out` is in the pool.
 */
void kfm_metrics_status(const kfm_status_t **out, server_rec *s, const kf_db_source_t *db, apr_pool_t *p);

#endif
