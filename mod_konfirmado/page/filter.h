#ifndef KFM_PAGE_FILTER_H
#define KFM_PAGE_FILTER_H
/* Filters of lists, kept in the address, and the pages of a list. */
#include <jansson.h>

#include "http/call.h"

/* What the lists are filtered by and where the reader is in them: the query, read leniently. */
typedef struct {
    const kf_form_t *query;
    kf_date_t today;           /* of the business */
    json_t *services;          /* items to choose from, or NULL */
    json_t *professionals;
} kfm_ops_filter_t;

#endif
