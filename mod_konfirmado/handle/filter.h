#ifndef KFM_HANDLE_FILTER_H
#define KFM_HANDLE_FILTER_H
/* Shared by the handlers of the dashboard's lists. */
#include "handle/admin.h"
#include "page/dash.h"
#include "page/filter.h"

/* A member of a filter document and the field of the query string that it is read from. */
typedef struct {
    const char *member, *field;
} kfm_pair_t;

/** A document of the non-empty fields, as text for a jsonb parameter; `pairs` ends with NULL. */
const char *kfm_filter_wish(kfm_call_t *call, const kf_form_t *query, const kfm_pair_t *pairs);

/** The current day, minute of the day and instant in the business's time zone; each may be NULL. */
kf_err_t *kfm_filter_now(kf_date_t *day, int *minute, kf_instant_t *now, kfm_call_t *call);

/** Reads the query and today. `lists`: also the services and professionals to choose from, with archived ones. */
kf_err_t *kfm_filter_read(kfm_filter_t *out, kfm_call_t *call, bool lists);

/** The items of kf.professional_page, kf.service_page and similar ones: at most 200. */
kf_err_t *kfm_filter_items(json_t **out, kfm_call_t *call, const kf_stmt_t *stmt);

/** True for an error that the page itself shows: wrong input, or a conflict with the current state. */
bool kfm_filter_shown(const kf_err_t *err);

#endif
