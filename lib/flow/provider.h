#ifndef KF_FLOW_PROVIDER_H
#define KF_FLOW_PROVIDER_H
/* The providers of this server: the registries of lib/pay and lib/calendar with the operator's settings. */
#include "calendar/provider.h"
#include "flow/flow.h"
#include "pay/provider.h"

/** The settings of a payment provider, in its own struct; NULL: none. */
const void *kf_flow_payer_settings(const kf_flow_t *flow, const kf_pay_provider_t *provider);

/** The settings of a calendar provider; NULL: it is not set up, or `provider` is NULL. */
const kf_calendar_app_t *kf_flow_calendar_app(const kf_flow_t *flow, const kf_calendar_provider_t *provider);
/** The provider for new connections: the first that is set up, else the first that is not our own calendar. */
const kf_calendar_provider_t *kf_flow_calendar_provider(const kf_flow_t *flow);
/** True if a calendar provider is set up. */
bool kf_flow_calendar_ready(const kf_flow_t *flow);

#endif
