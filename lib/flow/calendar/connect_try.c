/* Tests a connected calendar: reads it now and reports the result. */
#include "flow/calendar/calendar.h"
#include "flow/calendar/connect.h"

#define AHEAD_DAYS 7

typedef struct {
    const char **json;
    const kf_flow_t *flow;
    const kf_uuid_t *tenant, *professional;
} try_t;

/* Ignores what is already known: the first call always asks for a reading. */
static kf_err_t *look(kf_instant_t after, void *baton, apr_pool_t *p)
{
    const try_t *it = baton;
    const kf_arg_t args[] = {KF_UUID(it->tenant), KF_UUID(it->professional), KF_INT4(AHEAD_DAYS)};
    const kf_admin_act_t act = {.tenant = it->tenant, .stmt = &kf_doc_calendar_ahead, .args = args};

    if (!after) {
        return kf_err_field(p, KF_E_CALENDAR_STALE, kf_uuid_text(it->professional, p), "Read the calendar.");
    }
    return kf_flow_doc(it->json, it->flow, &act, p);
}

kf_err_t *kf_flow_connect_try(const char **json, const kf_flow_t *flow, const kf_uuid_t *tenant,
                              const kf_uuid_t *professional, apr_pool_t *p)
{
    try_t it = {json, flow, tenant, professional};
    const kf_arg_t args[] = {KF_UUID(tenant), KF_UUID(professional), KF_INT4(AHEAD_DAYS)};
    const kf_admin_act_t act = {.tenant = tenant, .stmt = &kf_doc_calendar_ahead, .args = args};
    kf_err_t *err;

    KF_TRY(kf_flow_doc(json, flow, &act, p));
    err = kf_flow_with_calendar(flow, tenant, look, &it, p);
    if (!err || err->code != KF_E_CALENDAR_UNREADABLE) {
        return err;
    }
    return kf_flow_doc(json, flow, &act, p); /* which tells why */
}
