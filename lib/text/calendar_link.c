#include "text/calendar_link.h"

#include <apr_strings.h>

#include "text/form.h"

/* "20261201T150000Z" */
static const char *basic(kf_instant_t at, apr_pool_t *p)
{
    char *text = apr_pstrdup(p, kf_instant_utc(at, p)), *to = text;

    for (const char *c = text; *c; c++) {
        if (*c != '-' && *c != ':') {
            *to++ = *c;
        }
    }
    *to = '\0';
    return text;
}

const char *kf_calendar_link_google(const kf_calendar_link_t *event, apr_pool_t *p)
{
    return apr_pstrcat(p, "https://calendar.google.com/calendar/render?action=TEMPLATE&dates=",
                       basic(event->start, p), "/", basic(event->end, p), "&",
                       kf_form_query(p, "text", event->title, "details", event->details,
                                     event->location ? "location" : NULL, event->location, NULL),
                       NULL);
}

const char *kf_calendar_link_outlook(const kf_calendar_link_t *event, apr_pool_t *p)
{
    return apr_pstrcat(p, "https://outlook.live.com/calendar/0/deeplink/compose?",
                       kf_form_query(p, "path", "/calendar/action/compose", "rru", "addevent", "startdt",
                                     kf_instant_utc(event->start, p), "enddt", kf_instant_utc(event->end, p),
                                     "subject", event->title, "body", event->details,
                                     event->location ? "location" : NULL, event->location, NULL),
                       NULL);
}
