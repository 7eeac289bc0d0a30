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
kf_err_t *kfm_say_begin(kfm_view_t *out, kfm_call_t *call, const char *nav, const char *title);

/* -- documents: borrowed values; a member that is not there is NULL, 0 -- */

const char *kfm_say_text(const json_t *doc, const char *name);
/** A member of a member: kfm_say_text2(doc, "customer", "name"). */
const char *kfm_say_text2(const json_t *doc, const char *outer, const char *name);
int64_t kfm_say_int(const json_t *doc, const char *name);
bool kfm_say_true(const json_t *doc, const char *name);

/* -- time: instants of documents carry the offset of the business -- */

/** Reads an instant and what the clock of its own offset shows; false if it is not one. */
bool kfm_say_instant(kf_instant_t *at, kf_format_when_t *when, const char *text);
/**
 * Sets `name` of `out`: iso, day "mar 8 dic", date "martes 8 de diciembre de 2026", time
 * "9:00 a. m.", full (date and time); null if the text is no instant.
 */
void kfm_say_put_when(json_t *out, const char *name, kfm_call_t *call, const char *text);
/** "mar 8 dic", "Tue 8 Dec" */
const char *kfm_say_day(kfm_call_t *call, const kf_format_when_t *when);
/** The same of "2026-12-08"; what is no date stays as it is, NULL too. */
const char *kfm_say_date(kfm_call_t *call, const char *text);
/** "2 h", "3 días": how long something takes, in the largest unit that fits. */
const char *kfm_say_span(kfm_call_t *call, int64_t seconds);

/* -- words -- */

/** "$ 120.000" of NAME_cents and currency (its own, or that of `doc`); NULL if not there. */
const char *kfm_say_money(kfm_call_t *call, const json_t *doc, const char *name);
const char *kfm_say_money_of(kfm_call_t *call, int64_t cents, const char *currency);
/**
 * The message ops.GROUP.WORD, `word` itself if there is none. What is no letter is looked for
 * as an underscore: "payment declined" is ops.GROUP.payment_declined.
 */
const char *kfm_say_word(kfm_call_t *call, const char *group, const char *word);
/** Sets `name` of `out`: word, text (ops.GROUP.WORD) and tone (good, wait, bad, off). */
void kfm_say_put_badge(json_t *out, const char *name, kfm_call_t *call, const char *group,
                       const char *word);
void kfm_say_put_int(json_t *out, const char *name, int64_t value);

/* -- errors -- */

/** The first error about a field of a list, NULL if there is none. */
const kf_err_t *kfm_say_error(const kf_err_t *errors, const char *field);
/** What to do about a field: ops.field.FIELD, or that it is not right. */
const char *kfm_say_error_text(kfm_call_t *call, const char *field);

#endif
