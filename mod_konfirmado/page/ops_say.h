#ifndef KFM_PAGE_OPS_SAY_H
#define KFM_PAGE_OPS_SAY_H
/*
 * How the pages of daily work say what stands in a document: instants, amounts,
 * states, filters. Private to page/ops_*.c. Texts live in the call's pool.
 */
#include "page/dash.h"
#include "page/ops.h"
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

/* -- when: of a booking by hand and of one that is moved (dash/ops_when) -- */

/** Sets slots, other, date, time, outside: the times to choose from and what is typed. */
void kfm_ops_put_times(kfm_view_t *view, const kfm_ops_new_t *page);
/** Those of page->professionals who give a service; all of them for NULL. The caller's to release. */
json_t *kfm_ops_givers(const kfm_ops_new_t *page, const char *service);
/** Why a time could not be had, and error_FIELD of each field. */
void kfm_ops_put_refusal(kfm_view_t *view, const kf_err_t *errors);
/** Sets kept: the fields that came, to be sent again with the last step. */
void kfm_ops_put_kept(json_t *root, const kf_form_t *form);

/* -- one booking -- */

/** "Reserva de Ana" */
const char *kfm_ops_booking_title(kfm_call_t *call, const json_t *doc);
/** Why an act on it was refused, on top of the page; nothing for NULL. */
void kfm_ops_booking_problem(kfm_view_t *view, const kf_err_t *problem);
/** Sets mails, has_mails and again: what was told about it, and what can be sent once more. ops_told.c */
void kfm_ops_put_mails(json_t *root, kfm_call_t *call, const json_t *doc);
/** Sets policy and has_policy: what was promised about moving and cancelling. ops_told.c */
void kfm_ops_put_policy(json_t *root, kfm_call_t *call, const json_t *doc);
/** Sets moved of a line of history: from (as kfm_ops_put_when) and with whom; null. ops_told.c */
void kfm_ops_put_moved(json_t *item, kfm_call_t *call, const json_t *step);

/* -- errors -- */

/** The first error about a field of a list, NULL if there is none. */
const kf_err_t *kfm_ops_error(const kf_err_t *errors, const char *field);
/** What to do about a field: ops.field.FIELD, or that it is not right. */
const char *kfm_ops_error_text(kfm_call_t *call, const char *field);

#endif
