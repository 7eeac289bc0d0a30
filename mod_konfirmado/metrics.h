#ifndef KFM_METRICS_H
#define KFM_METRICS_H
/*
 * The shared memory of the counters (base/metric.h), used by all processes of this httpd.
 *
 * It survives a restart if its layout is unchanged: processes of the former generation go on
 * counting in it until they end. After a stop the counters begin at 0 again.
 */
#include <httpd.h>

/** Registers the hooks: post_config (early: other hooks may already count), child_init. */
void kfm_metrics_register(apr_pool_t *p);

/** Sets the total size of this process's connection pools, with no connection in use. */
void kfm_metrics_places(int size);

/** Adds to the number of connections in use; may be negative. */
void kfm_metrics_in_use(int more);

/** Adds to the number of threads that wait for a connection; may be negative. */
void kfm_metrics_waiting(int more);

typedef struct {
    int processes;
    int places, inside, waiting; /* sums over the processes */
} kfm_metrics_connections_t;

/** Sums the lines of all living children. */
void kfm_metrics_connections(kfm_metrics_connections_t *out);

/** When this httpd was started or last restarted. */
apr_time_t kfm_metrics_begun(void);

#endif
