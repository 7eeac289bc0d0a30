#ifndef KF_FLOW_BOOKING_EXPORTS_H
#define KF_FLOW_BOOKING_EXPORTS_H
/*
 * Exports of bookings. Memory use does not depend on the size: rows come from a
 * cursor, a thousand at a time, and leave as CSV (text/csv.h) in pieces of about 64 KiB.
 *
 * An export holds its connection from the first row to the last, in one transaction,
 * so that the file shows one moment. A client that reads too slowly loses it: the
 * database ends a transaction that waits for its client longer than the role allows
 * (idle_in_transaction_session_timeout, 10 s).
 */
#include "flow/admin.h"

/** Takes a piece; an error ends the export, and kf_flow_export() returns it. */
typedef kf_err_t *kf_export_sink_fn(const char *bytes, size_t len, void *baton);

typedef struct {
    const kf_uuid_t *tenant;
    const kf_actor_t *actor;
    const char *filters; /* a JSON object: status, service, professional, link, from, to, search */
    char sep;            /* between cells, see kf_csv_init() */
    kf_export_sink_fn *sink;
    void *baton;
} kf_export_t;

/** Records the export in the audit log, then sends every row. KF_E_INVALID before the first piece. */
kf_err_t *kf_flow_export(const kf_flow_t *flow, const kf_export_t *wish, apr_pool_t *p);

#endif
