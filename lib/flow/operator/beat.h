#ifndef KF_FLOW_OPERATOR_BEAT_H
#define KF_FLOW_OPERATOR_BEAT_H
/*
 * Signs of life of background work: when each duty last looked for something to do, and whether it
 * could. They are counted (base/metric.h), and written down for the whole database every ten seconds,
 * one row for each httpd, so that a worker that is stuck is seen from any other.
 */
#include "flow/work_int.h"

/** A duty has looked for work. */
void kf_beat_ran(kf_work_t *work, int duty, bool ok);

/** Writes the signs down if it is time. Where they cannot be written is told once, until they can be again. */
void kf_beat(kf_work_t *work, kf_db_t *db, apr_pool_t *p);

#endif
