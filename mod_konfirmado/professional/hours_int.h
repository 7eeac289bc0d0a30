#ifndef KFM_PROFESSIONAL_HOURS_INT_H
#define KFM_PROFESSIONAL_HOURS_INT_H
/* Shared by the two halves of professional/hours.h. */
#include "professional/hours.h"
#include "text/hours.h"

#define KFM_HOURS_SPANS 6      /* of a day */
#define KFM_HOURS_OVERRIDES 30 /* overrides on one page */
#define KFM_HOURS_MORE 3       /* empty rows for more overrides */

typedef struct {
    kf_hours_t spans[KFM_HOURS_SPANS];
    int n;
} kfm_spans_t;

/** "HH:MM" (or "HH:MM:SS") in minutes; -1 if it is malformed. */
int kfm_hours_minutes(const char *text);
/** The name of a weekday, "Martes" of 2. */
const char *kfm_hours_weekday(kfm_call_t *call, int weekday);
/** True if the page shows the override: its day is not yet over in every zone. */
bool kfm_hours_is_shown(const json_t *row);
/** The posted overrides, valid or not, as a new array. */
json_t *kfm_hours_posted(const kfm_form_t *form);

#endif
