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

const kf_field_t kfm_business_fields[KFM_BUSINESS_N] = {
#include "business/fields.def"
};

const kf_field_t kfm_rules_fields[KFM_RULES_N] = {
#include "business/rules.def"
};

const kf_field_t kfm_endpoint_fields[KFM_ENDPOINT_N] = {
#include "callback/fields.def"
};

const kf_field_t kfm_channel_fields[KFM_CHANNEL_N] = {
#include "mail/fields.def"
};

const kf_noun_t kfm_nouns[] = {
    {"service", kfm_service_fields, KFM_SERVICE_N},
    {"professional", kfm_professional_fields, KFM_PROFESSIONAL_N},
    {"link", kfm_link_fields, KFM_LINK_N},
    {"business", kfm_business_fields, KFM_BUSINESS_N},
    {"rules", kfm_rules_fields, KFM_RULES_N},
    {"endpoint", kfm_endpoint_fields, KFM_ENDPOINT_N},
    {"channel", kfm_channel_fields, KFM_CHANNEL_N},
    {NULL, NULL, 0},
};
