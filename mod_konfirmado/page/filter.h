#ifndef KFM_PAGE_FILTER_H
#define KFM_PAGE_FILTER_H
/* Filters of lists, kept in the address, and the pages of a list. */
#include <jansson.h>

#include "http/call.h"
#include "page/view.h"

/* What the lists are filtered by and where the reader is in them: the query, read leniently. */
typedef struct {
    const kf_form_t *query;
    kf_date_t today;           /* of the business */
    json_t *services;          /* items to choose from, or NULL */
    json_t *professionals;
} kfm_filter_t;

/** A field of the query, NULL if it is empty or not there. */
const char *kfm_filter_field(const kf_form_t *query, const char *name);
/** The same if it is a date: what no date field of a browser would take is not shown again. */
const char *kfm_filter_date(const kf_form_t *query, const char *name);
/**
 * PATH with those fields of the query that `names` lists (ends with NULL), but `name` set to
 * `value` (NULL: left out).
 */
const char *kfm_filter_url(kfm_call_t *call, const char *path, const kf_form_t *query,
                        const char *const *names, const char *name, const char *value);
/** The choices of a filter out of documents with id and name: value, text, selected. */
json_t *kfm_filter_choices(const json_t *items, const char *selected);
/** The same out of words with messages ops.GROUP.WORD; `words` ends with NULL. */
json_t *kfm_filter_choices_words(kfm_call_t *call, const char *group, const char *const *words,
                              const char *selected);
/**
 * Sets pages of the root: next, previous (URLs or null). The cursors of the pages before this
 * one travel along in `back`, so that one can go back as far as one came.
 */
void kfm_filter_put_pages(kfm_view_t *view, const char *path, const kf_form_t *query,
                       const char *const *names, const json_t *doc);

#endif
