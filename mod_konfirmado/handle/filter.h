#ifndef KFM_HANDLE_FILTER_H
#define KFM_HANDLE_FILTER_H
/* What the handlers of the dashboard's lists share. */
#include "handle/admin.h"
#include "page/dash.h"
#include "page/filter.h"

/* A member of a query document and the field of the address that it is read from. */
typedef struct {
    const char *member, *field;
} kfm_pair_t;

/** A document of the fields that are filled; `pairs` ends with NULL. Text, for a parameter of jsonb. */
const char *kfm_filter_wish(kfm_call_t *call, const kf_form_t *query, const kfm_pair_t *pairs);

/** Now, by the clock of the business: the day, the minute of the day, the instant (each may be NULL). */
kf_err_t *kfm_filter_now(kf_date_t *day, int *minute, kf_instant_t *now, kfm_call_t *call);

/** The query, and today. `lists`: services and professionals to choose from as well, also the archived ones. */
kf_err_t *kfm_filter_read(kfm_filter_t *out, kfm_call_t *call, bool lists);

/** The items of kf.professional_page, kf.service_page and the like: 200 at most. */
kf_err_t *kfm_filter_items(json_t **out, kfm_call_t *call, const kf_stmt_t *stmt);

/** True for an error that the page shows: the reader's to put right, or the state's of the thing. */
bool kfm_filter_shown(const kf_err_t *err);

#endif
