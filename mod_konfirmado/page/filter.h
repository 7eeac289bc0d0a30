#ifndef KFM_PAGE_FILTER_H
#define KFM_PAGE_FILTER_H
/* List filters and paging; both are kept in the query string. */
#include <jansson.h>

#include "http/call.h"
#include "page/view.h"

/* The filters and the position in a list, read leniently from the query string. */
typedef struct {
    const kf_form_t *query;
    kf_date_t today;           /* in the business's time zone */
    json_t *services;          /* items to choose from, or NULL */
    json_t *professionals;
} kfm_filter_t;

/** A field of the query; NULL if empty or missing. */
const char *kfm_filter_field(const kf_form_t *query, const char *name);
/** The same for a date; NULL if it is not a valid one. */
const char *kfm_filter_date(const kf_form_t *query, const char *name);
/**
 * `path` with the fields of the query that `names` lists (ends with NULL), except that `name` is
 * `value` (NULL: omitted).
 */
const char *kfm_filter_url(kfm_call_t *call, const char *path, const kf_form_t *query,
                        const char *const *names, const char *name, const char *value);
/** The choices of a filter ({value, text, selected}) from documents with id and name. */
json_t *kfm_filter_choices(const json_t *items, const char *selected);
/** The same from words with the messages ops.GROUP.WORD; `words` ends with NULL. */
json_t *kfm_filter_choices_words(kfm_call_t *call, const char *group, const char *const *words,
                              const char *selected);
/**
 * Sets `pages` of the root: next, previous (URLs or null). The cursors of the previous pages are
 * passed on in `back`, because a cursor only leads forward.
 */
void kfm_filter_put_pages(kfm_view_t *view, const char *path, const kf_form_t *query,
                       const char *const *names, const json_t *doc);

#endif
