#ifndef KFM_METRICS_H
#define KFM_METRICS_H
/*
 * The memory that all processes of this httpd share for their counters (base/metric.h).
 *
 * It stays over a graceful restart, as long as its layout does: processes of the former generation go
 * on counting in it until they end. After a stop counters begin at 0 again.
 */
#include <httpd.h>

/** The hooks of this room: post_config (before those of other rooms), child_init. */
void kfm_metrics_register(apr_pool_t *p);

/** The pools of connections of this process have so many places, and none is taken. */
void kfm_metrics_places(int size);

/** So many more of them are taken, or less than before. */
void kfm_metrics_in_use(int more);

/** So many more threads wait for one, or less than before. */
void kfm_metrics_waiting(int more);

typedef struct {
    int processes;
    int places, inside, waiting; /* of all of them together */
} kfm_metrics_connections_t;

/** The lines of all children that live, summed up. */
void kfm_metrics_connections(kfm_metrics_connections_t *out);

/** When this httpd began, or was last restarted. */
apr_time_t kfm_metrics_begun(void);

#endif
