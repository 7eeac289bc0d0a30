#ifndef KF_FLOW_PROVIDER_H
#define KF_FLOW_PROVIDER_H
/* Which providers there are for this server: the registries of lib/pay and lib/calendar with what the operator set. */
#include "calendar/provider.h"
#include "flow/flow.h"
#include "pay/provider.h"

/** What the operator set for a provider of payments, in its own struct; NULL: nothing. */
const void *kf_flow_payer_settings(const kf_flow_t *flow, const kf_pay_provider_t *provider);

/** What the operator set up at a provider of calendars; NULL: nothing, or no provider. */
const kf_calendar_app_t *kf_flow_calendar_app(const kf_flow_t *flow, const kf_calendar_provider_t *provider);
/** The provider that people connect: the first that is set up, else the first that is not our own calendar. */
const kf_calendar_provider_t *kf_flow_calendar_provider(const kf_flow_t *flow);
/** True if any is set up. */
bool kf_flow_calendar_ready(const kf_flow_t *flow);

#endif
