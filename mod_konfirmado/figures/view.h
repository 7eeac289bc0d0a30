#ifndef KFM_FIGURES_VIEW_H
#define KFM_FIGURES_VIEW_H
/* The page of the figures. Documents are borrowed. */
#include <jansson.h>
#include "http/call.h"

/** /dashboard/analytics. `doc`: kf.figures_read of `days` days; `calendars`: kf.calendar_trouble. */
kf_err_t *kfm_page_figures(kfm_call_t *call, int days, json_t *doc, const json_t *calendars);

#endif
