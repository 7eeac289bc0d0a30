#ifndef KFM_HANDLE_DASH_OPS_H
#define KFM_HANDLE_DASH_OPS_H
/* Shared by the handlers of the dashboard's pages for daily work. */
#include "handle/admin.h"
#include "page/dash.h"
#include "page/ops.h"

/* A member of a query document and the field of the address that it is read from. */
typedef struct {
    const char *member, *field;
} kfm_ops_pair_t;

/** A document of the fields that are filled; `pairs` ends with NULL. Text, for a parameter of jsonb. */
const char *kfm_ops_wish(kfm_call_t *call, const kf_form_t *query, const kfm_ops_pair_t *pairs);

/** Now, by the clock of the business: the day, the minute of the day, the instant (each may be NULL). */
kf_err_t *kfm_ops_now(kf_date_t *day, int *minute, kf_instant_t *now, kfm_call_t *call);

/** The query, and today. `lists`: services and professionals to choose from as well, also the archived ones. */
kf_err_t *kfm_ops_filter(kfm_ops_filter_t *out, kfm_call_t *call, bool lists);

/** The items of kf.professional_page, kf.service_page and the like: 200 at most. */
kf_err_t *kfm_ops_items(json_t **out, kfm_call_t *call, const kf_stmt_t *stmt);

/**
 * The free times around the day that was asked for, or the first free one: `ask` says of whom and what,
 * days and zone are set here. *out stays NULL if there is no such offer: the time is typed.
 */
kf_err_t *kfm_ops_find_times(const kf_slots_t **out, kfm_call_t *call, const kfm_ops_new_t *page, kf_slots_ask_t *ask);

/** The start chosen or typed (start, date, time), as RFC 3339; KF_E_INVALID of "start", "day", "time". */
kf_err_t *kfm_ops_read_start(const char **out, kfm_call_t *call, const kf_form_t *form);

/** True for an error after which another time can be chosen. */
bool kfm_ops_other_time(const kf_err_t *err);

/** True for an error that the page shows: the reader's to put right, or the state's of the thing. */
bool kfm_ops_shown(const kf_err_t *err);

#endif
