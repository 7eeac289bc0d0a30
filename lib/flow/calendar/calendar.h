#ifndef KF_FLOW_CALENDAR_CALENDAR_H
#define KF_FLOW_CALENDAR_CALENDAR_H
/*
 * Calendars of professionals at a provider, as the acts and the background work
 * use them (connecting one is in flow/calendar/connect.h).
 *
 * What a calendar says is kept in the database: pages never wait for a provider.
 * The background work reads it again when it grows old or the provider tells of a
 * change, and writes bookings into it. Only an act that takes a time (holding,
 * paying, a booking by hand) may wait for a reading: the database refuses it with
 * KF_E_CALENDAR_STALE while what it knows is older than the request, the time is
 * read, and the act is repeated.
 *
 * What cannot be read counts as taken: KF_E_CALENDAR_UNREADABLE.
 */
#include "flow/flow.h"

#define KF_TOKEN_CALENDAR_CHANNEL "calendar_channel" /* audience of a channel's token */

#define KF_CALENDAR_FRESH_MS 3000    /* all the readings that one act may wait for */
#define KF_CALENDAR_FRESH_READINGS 6 /* of as many professionals at the most */
#define KF_CALENDAR_FRESH_THREADS 8  /* of a process that may wait at once: flow->calendar_gate */

/**
 * An act that looks at calendars. `after`: what was read since then is fresh; 0 at first. It takes
 * and gives back its own database connection, and is repeated only after KF_E_CALENDAR_STALE.
 */
typedef kf_err_t *kf_calendar_act_fn(kf_instant_t after, void *baton, apr_pool_t *p);

/** Runs the act, reading calendars in between as it needs. KF_E_CALENDAR_UNREADABLE. */
kf_err_t *kf_flow_with_calendar(const kf_flow_t *flow, const kf_uuid_t *tenant,
                                kf_calendar_act_fn *act, void *baton, apr_pool_t *p);

/**
 * A provider tells of a change; `header` gives its request's headers. One statement, no reading.
 * KF_E_NOT_FOUND: not a channel of ours, or not its token or resource.
 */
kf_err_t *kf_flow_calendar_notice(const kf_flow_t *flow, const char *provider,
                                  const char *(*header)(void *baton, const char *name), void *baton,
                                  apr_pool_t *p);

/**
 * A template for the summary of events: {{customer}}, {{service}}, {{professional}}, {{business}},
 * {{phone}}, {{email}}, {{notes}} and sections of them. KF_E_INVALID without a field: it is none.
 */
kf_err_t *kf_calendar_summary_check(const char *text, apr_pool_t *p);

#endif
