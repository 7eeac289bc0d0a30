#ifndef KFM_PAGE_NAV_H
#define KFM_PAGE_NAV_H
/* The navigation of the dashboard. Private to page/dash.c. */
#include "page/view.h"

/** Sets `nav`: the pages that the signed-in person may open, in groups, and the items of the bar on phones. */
void kfm_dash_nav(kfm_view_t *view, const char *current);

#endif
