#ifndef KFM_PAGE_SAY_H
#define KFM_PAGE_SAY_H
/*
 * Texts for the values of documents on the pages of daily work: instants, amounts,
 * states, filters. Texts live in the call's pool.
 */
#include "page/dash.h"
#include "page/filter.h"
#include "page/when.h"

/** kfm_dash_begin() with the stylesheet of these pages. */
kf_err_t *kfm_say_begin(kfm_view_t *out, kfm_call_t *call, const char *nav, const char *title);

/* -- documents: borrowed values; a missing member is NULL, 0 or false -- */

const char *kfm_say_text(const json_t *doc, const char *name);
/** A member of a member: kfm_say_text2(doc, "customer", "name"). */
const char *kfm_say_text2(const json_t *doc, const char *outer, const char *name);
int64_t kfm_say_int(const json_t *doc, const char *name);
bool kfm_say_true(const json_t *doc, const char *name);

/* -- time: instants of documents have the UTC offset of the business -- */

/** Reads an instant and the local time at its own offset; false if it is not an instant. */
bool kfm_say_instant(kf_instant_t *at, kf_format_when_t *when, const char *text);
/**
 * Sets `name` of `out`: iso, day "mar 8 dic", date "martes 8 de diciembre de 2026", time
 * "9:00 a. m.", full (date and time); null if the text is not an instant.
 */
void kfm_say_put_when(json_t *out, const char *name, kfm_call_t *call, const char *text);
/** "mar 8 dic", "Tue 8 Dec" */
const char *kfm_say_day(kfm_call_t *call, const kf_format_when_t *when);
/** The same for "2026-12-08"; any other text, or NULL, is returned unchanged. */
const char *kfm_say_date(kfm_call_t *call, const char *text);
/** "2 h", "3 días": a duration in the largest unit of which it has at least two, else in minutes. */
const char *kfm_say_span(kfm_call_t *call, int64_t seconds);

/* -- words -- */

/** "$ 120.000": NAME_cents in the currency of `doc`; NULL if there is no amount. */
const char *kfm_say_money(kfm_call_t *call, const json_t *doc, const char *name);
const char *kfm_say_money_of(kfm_call_t *call, int64_t cents, const char *currency);
/**
 * The message ops.GROUP.WORD, or `word` itself if there is none. Characters other than letters and
 * digits become underscores in the key: "payment declined" is ops.GROUP.payment_declined.
 */
const char *kfm_say_word(kfm_call_t *call, const char *group, const char *word);
/** Sets `name` of `out`: word, text (ops.GROUP.WORD) and tone (good, wait, bad, off). */
void kfm_say_put_badge(json_t *out, const char *name, kfm_call_t *call, const char *group,
                       const char *word);
void kfm_say_put_int(json_t *out, const char *name, int64_t value);

/* -- errors -- */

/** The first error of a list for a field; NULL if there is none. */
const kf_err_t *kfm_say_error(const kf_err_t *errors, const char *field);
/** How to correct a field: the message ops.field.FIELD, else ops.field.any. */
const char *kfm_say_error_text(kfm_call_t *call, const char *field);

#endif
