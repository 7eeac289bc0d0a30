/* /dashboard/analytics */
#include <apr_strings.h>
#include <string.h>

#include "figures/view.h"
#include "handle/acts.h"
#include "handle/filter.h"
#include "page/say.h"

kf_err_t *kfm_dash_figures(kfm_call_t *call)
{
    const kf_form_t *query;
    const char *asked;
    int days;
    json_t *doc, *calendars;

    KF_TRY(kfm_call_query(&query, call));
    asked = kfm_filter_field(query, "days");
    days = !asked ? 30 : !strcmp(asked, "7") ? 7 : !strcmp(asked, "90") ? 90 : 30;
    KF_TRY(kfm_admin_doc(&doc, call, false, &kf_doc_figures_read,
                         KFM_ARGS(KFM_TENANT(call),
                                  KF_TEXT(apr_psprintf(call->pool, "{\"days\":%d}", days)))));
    KF_TRY(kfm_admin_doc(&calendars, call, false, &kf_doc_calendar_trouble, KFM_ARGS(KFM_TENANT(call))));
    return kfm_page_figures(call, days, doc, calendars);
}
