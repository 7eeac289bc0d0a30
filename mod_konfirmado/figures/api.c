/* /api/analytics. */
#include "handle/acts.h"
#include "handle/kit.h"

static const kf_field_t period_fields[] = {
    {.name = "days", .type = KF_F_INT, .min = 7, .max = 90},
};
static const kfm_fields_t period = KFM_FIELDS(period_fields, NULL);

const kfm_list_t kfm_analytics = {&period, &kf_doc_figures_read};
