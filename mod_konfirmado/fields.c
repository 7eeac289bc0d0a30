#include "fields.h"

#include "base/limits.h"

#define WORDS(...) (const char *const[]){__VA_ARGS__, NULL}
#define FIELDS(set) const kf_field_t kfm_##set##_fields[KFM_N(set)] = {
#define CHECKED(set) FIELDS(set)
#define FIELD(name_, type_, ...) {.name = #name_, .type = KF_F_##type_, __VA_ARGS__},
#define END(set) };
#include "fields.def"

#define NOUN(set) {#set, kfm_##set##_fields, KFM_N(set)}

const kf_noun_t kfm_nouns[] = {
    NOUN(service), NOUN(professional), NOUN(link),    NOUN(business),
    NOUN(rules),   NOUN(endpoint),     NOUN(channel), {NULL, NULL, 0},
};
