#ifndef KFM_PAGE_SAY_H
#define KFM_PAGE_SAY_H
/*
 * How the pages of daily work say what stands in a document: instants, amounts,
 * states, filters. Texts live in the call's pool.
 */
#include "page/dash.h"
#include "page/filter.h"
#include "page/when.h"

/** kfm_dash_begin() with the stylesheet of these pages. */
kf_err_t *kfm_ops_begin(kfm_view_t *out, kfm_call_t *call, const char *nav, const char *title);

/* -- documents: borrowed values; a member that is not there is NULL, 0 -- */

const char *kfm_ops_text(const json_t *doc, const char *name);
/** A member of a member: kfm_ops_text2(doc, "customer", "name"). */
const char *kfm_ops_text2(const json_t *doc, const char *outer, const char *name);
int64_t kfm_ops_int(const json_t *doc, const char *name);
bool kfm_ops_true(const json_t *doc, const char *name);

/* -- time: instants of documents carry the offset of the business -- */

/** Reads an instant and what the clock of its own offset shows; false if it is not one. */
bool kfm_ops_instant(kf_instant_t *at, kf_format_when_t *when, const char *text);
/**
 * Sets `name` of `out`: iso, day "mar 8 dic", date "martes 8 de diciembre de 2026", time
 * "9:00 a. m.", full (date and time); null if the text is no instant.
 */
void kfm_ops_put_when(json_t *out, const char *name, kfm_call_t *call, const char *text);
/** "mar 8 dic", "Tue 8 Dec" */
const char *kfm_ops_day(kfm_call_t *call, const kf_format_when_t *when);
/** "2 h", "3 días": how long something takes, in the largest unit that fits. */
const char *kfm_ops_span(kfm_call_t *call, int64_t seconds);

/* -- words -- */

/** "$ 120.000" of NAME_cents and currency (its own, or that of `doc`); NULL if not there. */
const char *kfm_ops_money(kfm_call_t *call, const json_t *doc, const char *name);
const char *kfm_ops_money_of(kfm_call_t *call, int64_t cents, const char *currency);
/**
 * The message ops.GROUP.WORD, `word` itself if there is none. What is no letter is looked for
 * as an underscore: "payment declined" is ops.GROUP.payment_declined.
 */
const char *kfm_ops_word(kfm_call_t *call, const char *group, const char *word);
/** Sets `name` of `out`: word, text (ops.GROUP.WORD) and tone (good, wait, bad, off). */
void kfm_ops_put_badge(json_t *out, const char *name, kfm_call_t *call, const char *group,
                       const char *word);
void kfm_ops_put_int(json_t *out, const char *name, int64_t value);

/* -- filters and pages of lists -- */

/** A field of the query, NULL if it is empty or not there. */
const char *kfm_ops_field(const kf_form_t *query, const char *name);
/** The same if it is a date: what no date field of a browser would take is not shown again. */
const char *kfm_ops_date(const kf_form_t *query, const char *name);
/**
 * PATH with those fields of the query that `names` lists (ends with NULL), but `name` set to
 * `value` (NULL: left out).
 */
const char *kfm_ops_url(kfm_call_t *call, const char *path, const kf_form_t *query,
                        const char *const *names, const char *name, const char *value);
/** The choices of a filter out of documents with id and name: value, text, selected. */
json_t *kfm_ops_choices(const json_t *items, const char *selected);
/** The same out of words with messages ops.GROUP.WORD; `words` ends with NULL. */
json_t *kfm_ops_choices_words(kfm_call_t *call, const char *group, const char *const *words,
                              const char *selected);
/**
 * Sets pages of the root: next, previous (URLs or null). The cursors of the pages before this
 * one travel along in `back`, so that one can go back as far as one came.
 */
void kfm_ops_put_pages(kfm_view_t *view, const char *path, const kf_form_t *query,
                       const char *const *names, const json_t *doc);

/* -- errors -- */

/** The first error about a field of a list, NULL if there is none. */
const kf_err_t *kfm_ops_error(const kf_err_t *errors, const char *field);
/** What to do about a field: ops.field.FIELD, or that it is not right. */
const char *kfm_ops_error_text(kfm_call_t *call, const char *field);

#endif
