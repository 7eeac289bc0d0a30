#ifndef KFM_OPERATOR_OPERATOR_H
#define KFM_OPERATOR_OPERATOR_H
/*
 * The operator's metrics in Prometheus' text format and status page. Neither has a path of its own: as with
 * mod_status, a <Location> sets `SetHandler konfirmado-metrics` or `SetHandler konfirmado-status`, and its
 * `Require` controls access.
 */
#include "flow/operator/status.h"
#include "http/call.h"
#include "metrics.h"
#include "status_shm.h"

/** The hooks of these handlers. */
void kfm_operator_register(apr_pool_t *p);

/* -- private to these files -- */

/** The state of the server's database (status_shm.h). */
const kfm_status_t *kfm_operator_read(server_rec *s, apr_pool_t *p);

/** The same as input of kf_flow_findings(). False if the database could not be read; then there are no rows. */
bool kfm_operator_look(kf_status_t *out, server_rec *s, apr_pool_t *p);

/** Answer with metrics (metrics.c), with the page (status.c). */
int kfm_operator_metrics(request_rec *r, server_rec *s);
int kfm_operator_status(request_rec *r, server_rec *s);

#endif
