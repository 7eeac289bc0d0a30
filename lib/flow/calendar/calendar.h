#ifndef KF_FLOW_CALENDAR_CALENDAR_H
#define KF_FLOW_CALENDAR_CALENDAR_H
/*
 * Calendars of professionals at a provider, as the acts and the background work
 * use them (connecting one is in flow/calendar/connect.h).
 *
 * Busy times are kept in the database: pages never wait for a provider. The background
 * work reads a calendar again when the copy is old or the provider reports a change,
 * and writes bookings into it. Only an act that takes a time (a hold, a payment, a
 * booking by hand) may wait for a reading: the database refuses it with
 * KF_E_CALENDAR_STALE while its copy is older than the request; then the calendar is
 * read and the act is repeated.
 *
 * A calendar that cannot be read counts as busy: KF_E_CALENDAR_UNREADABLE.
 */
#include "flow/flow.h"

#define KF_TOKEN_CALENDAR_CHANNEL "calendar_channel" /* audience of a channel's token */

#define KF_CALENDAR_FRESH_MS 3000    /* how long one act may wait for all its readings */
#define KF_CALENDAR_FRESH_READINGS 6 /* professionals that one act may read, at most */
#define KF_CALENDAR_FRESH_THREADS 8  /* threads of a process that may wait at once: flow->calendar_gate */

/**
 * An act that looks at calendars. `after`: a reading since then is fresh; 0 at first. The act takes
 * and returns its own database connection, and is repeated only after KF_E_CALENDAR_STALE.
 */
typedef kf_err_t *kf_calendar_act_fn(kf_instant_t after, void *baton, apr_pool_t *p);

/** Runs the act, and reads calendars in between as it needs them. KF_E_CALENDAR_UNREADABLE. */
kf_err_t *kf_flow_with_calendar(const kf_flow_t *flow, const kf_uuid_t *tenant,
                                kf_calendar_act_fn *act, void *baton, apr_pool_t *p);

/**
 * A provider reports a change; `header` returns a header of its request. One statement, no reading.
 * KF_E_NOT_FOUND: not one of our channels, or the wrong token or resource.
 */
kf_err_t *kf_flow_calendar_notice(const kf_flow_t *flow, const char *provider,
                                  const char *(*header)(void *baton, const char *name), void *baton,
                                  apr_pool_t *p);

/**
 * Checks a template for the summary of events: {{customer}}, {{service}}, {{professional}}, {{business}},
 * {{phone}}, {{email}}, {{notes}} and sections of them. KF_E_INVALID without a field: not a valid template.
 */
kf_err_t *kf_calendar_summary_check(const char *text, apr_pool_t *p);

#endif
