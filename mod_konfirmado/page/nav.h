#ifndef KFM_PAGE_NAV_H
#define KFM_PAGE_NAV_H
/* The navigation of the dashboard. Private to page/dash.c. */
#include "page/view.h"

/** Sets `nav`: groups of what who is signed in may open, and the four of a phone's bar. */
void kfm_dash_nav(kfm_view_t *view, const char *current);

#endif
