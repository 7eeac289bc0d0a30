#include "fields.h"

#include "base/limits.h"

#define WORDS(...) (const char *const[]){__VA_ARGS__, NULL}
/* The kinds of mail to the customer of a booking. */
static const char *const customer_mails[] = {
#define TO_ACCOUNT(kind)
#define TO_CUSTOMER(kind) #kind,
#define TO_WAITING(kind)
#define TO_TEAM(kind)
#define TO_OWNERS(kind)
#define TO_SYSTEM(kind)
#define KIND(kind, to, ...) TO_##to(kind)
#include "text/mail/kinds.def"
    NULL};

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
