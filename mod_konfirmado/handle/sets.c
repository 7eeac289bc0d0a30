/* The sets of fields.def, with their checks. */
#include "handle/kit.h"

#define FIELDS(set) const kfm_fields_t kfm_fields_##set = {kfm_##set##_fields, KFM_N(set), NULL};
#define CHECKED(set) const kfm_fields_t kfm_fields_##set = {kfm_##set##_fields, KFM_N(set), kfm_check_##set};
#define FIELD(...)
#define END(set)
#include "fields.def"

const kfm_fields_t kfm_fields_nothing = {NULL, 0, NULL};
