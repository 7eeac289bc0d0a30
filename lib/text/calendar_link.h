#ifndef KF_TEXT_CALENDAR_LINK_H
#define KF_TEXT_CALENDAR_LINK_H
/*
 * Links to the pages of Google and Outlook that add an event to the reader's own
 * calendar. They go to third parties: put no secret into them.
 */
#include <apr_pools.h>

#include "time/instant.h"

/* Texts are UTF-8. */
typedef struct {
    kf_instant_t start, end;
    const char *title, *details; /* never NULL */
    const char *location;        /* NULL: none */
} kf_calendar_link_t;

const char *kf_calendar_link_google(const kf_calendar_link_t *event, apr_pool_t *p);
const char *kf_calendar_link_outlook(const kf_calendar_link_t *event, apr_pool_t *p);

#endif
