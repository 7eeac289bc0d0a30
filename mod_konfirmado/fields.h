#ifndef KFM_FIELDS_H
#define KFM_FIELDS_H
/*
 * The fields of nouns, defined in NOUN/fields.def (fields.def). A set SET is the table kfm_SET_fields of KFM_N(SET)
 * rows; KFM_AT(SET, name) is the index of a field in it.
 */
#include <stddef.h>

#include "json/field.h"

/* One byte per field: its offset is its index. */
#define FIELDS(set) typedef struct {
#define CHECKED(set) FIELDS(set)
#define FIELD(name, ...) char name;
#define END(set)                                                                                        \
    }                                                                                                   \
    kfm_##set##_row_t;                                                                                  \
    extern const kf_field_t kfm_##set##_fields[sizeof(kfm_##set##_row_t)];
#include "fields.def"

#define KFM_N(set) sizeof(kfm_##set##_row_t)
#define KFM_AT(set, name) offsetof(kfm_##set##_row_t, name)

/** The nouns whose documents the database reads by these fields, also for konfirmadoctl. Ends with a NULL noun. */
extern const kf_noun_t kfm_nouns[];

#endif
