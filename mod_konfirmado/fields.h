#ifndef KFM_FIELDS_H
#define KFM_FIELDS_H
/*
 * The fields of nouns: each has its rows in NOUN/fields.def (json/field.h), a number for each row, KFM_NOUN_field,
 * and the table of them.
 */
#include "json/field.h"

#define FIELD(name, ...) KFM_SERVICE_##name,
enum {
#include "service/fields.def"
    KFM_SERVICE_N
};
#undef FIELD
extern const kf_field_t kfm_service_fields[KFM_SERVICE_N];

#define FIELD(name, ...) KFM_PROFESSIONAL_##name,
enum {
#include "professional/fields.def"
    KFM_PROFESSIONAL_N
};
#undef FIELD
extern const kf_field_t kfm_professional_fields[KFM_PROFESSIONAL_N];

#define FIELD(name, ...) KFM_LINK_##name,
enum {
#include "link/fields.def"
    KFM_LINK_N
};
#undef FIELD
extern const kf_field_t kfm_link_fields[KFM_LINK_N];

#define FIELD(name, ...) KFM_BUSINESS_##name,
enum {
#include "business/fields.def"
    KFM_BUSINESS_N
};
#undef FIELD
extern const kf_field_t kfm_business_fields[KFM_BUSINESS_N];

#define FIELD(name, ...) KFM_RULES_##name,
enum {
#include "business/rules.def"
    KFM_RULES_N
};
#undef FIELD
extern const kf_field_t kfm_rules_fields[KFM_RULES_N];

#define FIELD(name, ...) KFM_ENDPOINT_##name,
enum {
#include "callback/fields.def"
    KFM_ENDPOINT_N
};
#undef FIELD
extern const kf_field_t kfm_endpoint_fields[KFM_ENDPOINT_N];

#define FIELD(name, ...) KFM_CHANNEL_##name,
enum {
#include "mail/fields.def"
    KFM_CHANNEL_N
};
#undef FIELD
extern const kf_field_t kfm_channel_fields[KFM_CHANNEL_N];

/** All nouns that have fields; ends with a NULL noun. */
extern const kf_noun_t kfm_nouns[];

#endif
