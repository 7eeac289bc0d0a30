#ifndef KFM_OPERATOR_OPERATOR_H
#define KFM_OPERATOR_OPERATOR_H
/*
 * What the operator looks at: metrics in Prometheus' text format, and a page. Neither has a path of its
 * own: like mod_status' they are there only where a <Location> says `SetHandler konfirmado-metrics` or
 * `SetHandler konfirmado-status`, and open to whom its `Require` lets in.
 */
#include "flow/operator/status.h"
#include "http/call.h"
#include "metrics.h"
#include "status_shm.h"

/** The hooks of these handlers. */
void kfm_operator_register(apr_pool_t *p);

/* -- private to these files -- */

/** How the database of that server stands (status_shm.h). */
const kfm_status_t *kfm_operator_read(server_rec *s, apr_pool_t *p);

/** The same as the judge of findings wants it; false: the database could not be read, there are no rows. */
bool kfm_operator_look(kf_status_t *out, server_rec *s, apr_pool_t *p);

/** Answer with metrics (metrics.c), with the page (status.c). */
int kfm_operator_metrics(request_rec *r, server_rec *s);
int kfm_operator_status(request_rec *r, server_rec *s);

#endif
