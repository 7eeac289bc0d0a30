#ifndef KFM_HANDLE_OPERATOR_H
#define KFM_HANDLE_OPERATOR_H
/*
 * What the operator looks at: metrics in Prometheus' text format, and a page. Neither has a path of its
 * own: like mod_status' they are there only where a <Location> says `SetHandler konfirmado-metrics` or
 * `SetHandler konfirmado-status`, and open to whom its `Require` lets in.
 */
#include "http/call.h"
#include "metrics.h"

/** The hooks of these handlers. */
void kfm_operator_register(apr_pool_t *p);

/* -- private to these files -- */

/** How the database of that server stands (metrics.h). */
const kfm_status_t *kfm_operator_read(server_rec *s, apr_pool_t *p);

/** Answers with metrics (metrics.c). */
int kfm_operator_metrics(request_rec *r, server_rec *s);

#endif
