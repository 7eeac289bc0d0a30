#include "fields.h"

#define WORDS(...) (const char *const[]){__VA_ARGS__, NULL}
#define FIELD(name_, type_, ...) {.name = #name_, .type = KF_F_##type_, __VA_ARGS__},

const kf_field_t kfm_service_fields[KFM_SERVICE_N] = {
#include "service/fields.def"
};

const kf_field_t kfm_professional_fields[KFM_PROFESSIONAL_N] = {
#include "professional/fields.def"
};

const kf_field_t kfm_link_fields[KFM_LINK_N] = {
#include "link/fields.def"
};

const kf_noun_t kfm_nouns[] = {
    {"service", kfm_service_fields, KFM_SERVICE_N},
    {"professional", kfm_professional_fields, KFM_PROFESSIONAL_N},
    {"link", kfm_link_fields, KFM_LINK_N},
    {NULL, NULL, 0},
};
