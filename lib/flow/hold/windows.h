#ifndef KF_FLOW_HOLD_WINDOWS_H
#define KF_FLOW_HOLD_WINDOWS_H
/*
 * Working windows of professionals, as this process caches them: computed once for
 * each professional and each piece of KF_WINDOWS_DAYS days, and valid for one version
 * of the tenant's catalogue. Every request, for any days, service, link or zone, is
 * answered from those pieces, and only missing pieces are computed.
 */
#include "flow/flow.h"
#include "repo/hold/availability.h"

#define KF_WINDOWS_DAYS 7

typedef struct {
    kf_people_t who;
    int64_t version; /* of the catalogue */
    kf_interval_t range;
} kf_windows_ask_t;

/** Those that overlap the range, in the order of `who`. Read only; valid as long as `p`. */
kf_err_t *kf_flow_windows(const kf_windows_t **out, const kf_flow_t *flow, kf_db_t *db, const kf_windows_ask_t *ask,
                          apr_pool_t *p);

#endif
