#ifndef KFM_SERVICE_FIELDS_H
#define KFM_SERVICE_FIELDS_H
/* The fields of a service: the rows of service/fields.def, and their numbers. */
#include "json/field.h"

enum {
#define FIELD(name, ...) KFM_SERVICE_##name,
#include "service/fields.def"
#undef FIELD
    KFM_SERVICE_N
};

extern const kf_field_t kfm_service_fields[KFM_SERVICE_N];

#endif
