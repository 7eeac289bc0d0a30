#include "flow/provider.h"

const void *kf_flow_payer_settings(const kf_flow_t *flow, const kf_pay_provider_t *provider)
{
    const kf_pay_provider_t *at;

    for (int i = 0; flow->payers && (at = kf_pay_provider_at(i)); i++) {
        if (at == provider) {
            return flow->payers[i];
        }
    }
    return NULL;
}

const kf_calendar_app_t *kf_flow_calendar_app(const kf_flow_t *flow, const kf_calendar_provider_t *provider)
{
    const kf_calendar_provider_t *at;

    for (int i = 0; flow->calendars && (at = kf_calendar_provider_at(i)); i++) {
        if (at == provider) {
            return flow->calendars[i];
        }
    }
    return NULL;
}

const kf_calendar_provider_t *kf_flow_calendar_provider(const kf_flow_t *flow)
{
    const kf_calendar_provider_t *first = NULL, *at;

    for (int i = 0; (at = kf_calendar_provider_at(i)); i++) {
        if (kf_flow_calendar_app(flow, at)) {
            return at;
        }
        first = first || !(at->caps & KF_CALENDAR_EXTERNAL) ? first : at;
    }
    return first;
}

bool kf_flow_calendar_ready(const kf_flow_t *flow)
{
    return kf_flow_calendar_app(flow, kf_flow_calendar_provider(flow)) != NULL;
}
