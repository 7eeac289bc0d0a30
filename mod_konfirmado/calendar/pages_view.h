#ifndef KFM_CALENDAR_PAGES_VIEW_H
#define KFM_CALENDAR_PAGES_VIEW_H
/* The merchant's pages of external calendars. Documents are borrowed: they live as long as the call. */
#include "flow/calendar/connect.h"
#include "page/form.h"

typedef struct {
    json_t *professional;        /* kf.professional_get */
    json_t *calendar;            /* kf.calendar_get */
    kfm_form_t *form;            /* of the settings */
    const kf_connect_invited_t *invited; /* an invitation just made, whose link is shown once; or NULL */
    json_t *tried;               /* of kf_flow_connect_try(), or NULL */
    const char *email;           /* as typed for the invitation; NULL: the professional's */
    const kf_err_t *invite_errors; /* of the invitation */
    const kf_err_t *problem;     /* of a refused act, or NULL */
} kfm_calendar_page_t;

/** /dashboard/professionals/{id}/calendar */
kf_err_t *kfm_page_calendar(kfm_call_t *call, int status, const kfm_calendar_page_t *page);

/** The confirmation page before the calendar is disconnected. */
kf_err_t *kfm_page_calendar_ask(kfm_call_t *call, const json_t *professional, const json_t *calendar);

/** Sets badge_text and badge_class of a professional's item from its member "calendar". */
void kfm_calendar_badge(json_t *item, kfm_call_t *call);

/** Sets `trouble` (an array of text, url) and has_trouble of the overview. `trouble`: of kf.calendar_trouble. */
void kfm_calendar_banner(kfm_view_t *view, const json_t *trouble);

#endif
