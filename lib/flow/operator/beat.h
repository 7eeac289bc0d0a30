#ifndef KF_FLOW_OPERATOR_BEAT_H
#define KF_FLOW_OPERATOR_BEAT_H
/*
 * Heartbeats of background work: when each duty last looked for work, and whether it
 * could. They are counted (base/metric.h) and written to the database every ten seconds,
 * one row for each httpd, so that every other server can see a worker that is stuck.
 */
#include "flow/work_int.h"

/** A duty has looked for work. */
void kf_beat_ran(kf_work_t *work, int duty, bool ok);

/** Writes the heartbeat if it is due. A failure to write is logged once, until writing works again. */
void kf_beat(kf_work_t *work, kf_db_t *db, apr_pool_t *p);

#endif
