#ifndef KF_CALENDAR_BUILTIN_H
#define KF_CALENDAR_BUILTIN_H
/*
 * The built-in calendar: working hours, days off and claims, all in the
 * database. It calls nobody, so it has no cap and no function.
 */
#include "calendar/provider.h"

extern const kf_calendar_provider_t kf_calendar_builtin;

#endif
