/* /dashboard/calendar */
#include <apr_strings.h>
#include <string.h>

#include "booking/view.h"
#include "calendar/calendar.h"
#include "handle/acts.h"
#include "handle/filter.h"
#include "page/say.h"

#define FAR_DAYS 3660 /* the page shows no day further than ten years away */

/* The day in the URL; today if it is missing, invalid or too far away. */
static kf_date_t day_of(const kf_form_t *query, kf_date_t today)
{
    const char *text = kfm_filter_field(query, "date");
    kf_date_t day;

    return text && kf_date_read(&day, text, strlen(text)) && day > today - FAR_DAYS
                   && day < today + FAR_DAYS
               ? day : today;
}

static kf_err_t *read_days(kfm_booking_calendar_t *page, kfm_call_t *call)
{
    const char *from = kf_date_text(page->from, call->pool), *to = kf_date_text(page->to, call->pool);
    static const kfm_pair_t pairs[] = {{"professional", "professional"}, {NULL, NULL}};
    const char *wish = kfm_filter_wish(call, page->query, pairs);

    wish = apr_pstrcat(call->pool, "{\"from\":\"", from, "\",\"to\":\"", to, "\"", wish[1] == '}' ? "" : ",",
                       wish + 1, NULL);
    return kfm_admin_doc(&page->doc, call, false, &kf_doc_calendar_read,
                         KFM_ARGS(KFM_TENANT(call), KF_TEXT(wish)));
}

kf_err_t *kfm_dash_booking_calendar(kfm_call_t *call)
{
    kfm_booking_calendar_t page = {.query = NULL};
    const char *view;

    KF_TRY(kfm_call_query(&page.query, call));
    KF_TRY(kfm_filter_now(&page.today, &page.minute, NULL, call));
    view = kfm_filter_field(page.query, "view");
    page.week = !view || strcmp(view, "day") != 0;
    page.date = day_of(page.query, page.today);
    page.from = page.week ? page.date - kf_date_weekday(page.date) + 1 : page.date;
    page.to = page.week ? page.from + 6 : page.from;
    KF_TRY(kfm_filter_items(&page.professionals, call, &kf_doc_professional_page));
    KF_TRY(read_days(&page, call));
    KF_TRY(kfm_calendar_mark(json_object_get(page.doc, "bookings"), call));
    return kfm_page_booking_calendar(call, &page);
}
