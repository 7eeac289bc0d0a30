#ifndef KFM_PAGE_SHOW_H
#define KFM_PAGE_SHOW_H
/*
 * A template reads the members of a document from the database by their own names. A table lists the additional
 * members that a template cannot compute.
 *
 *     static const kfm_show_t payment[] = {KFM_SHOW("amount_cents", MONEY, .as = "amount"),
 *                                          KFM_SHOW("created_at", WHEN, .as = "at"),
 *                                          KFM_SHOW("state", BADGE, .as = "badge", .with = "payment"),
 *                                          KFM_SHOW_END};
 *
 * kfm_dash_words() (page/dash.h) needs no table: it adds the text of each member whose name tells its kind (NAME_cents,
 * NAME_at). A table is for what the name does not tell.
 *
 * A member without a value, or with an invalid one, becomes null, so that a template never falls back to a member of
 * the enclosing document.
 */
#include "page/say.h"

typedef enum {
    KFM_SHOW_NOTHING, /* the end of a table */
    KFM_SHOW_MONEY,   /* minor units, in the `currency` of the document or of the enclosing one: "$ 120.000" */
    KFM_SHOW_SUM,     /* the same; null for 0 */
    KFM_SHOW_WHEN,    /* an instant: as kfm_say_put_when() */
    KFM_SHOW_DAY,     /* a date: "mar 8 dic" */
    KFM_SHOW_WORD,    /* the message ops.WITH.VALUE; WITH.VALUE if `with` has a dot */
    KFM_SHOW_BADGE,   /* a state: as kfm_say_put_badge(), of the group `with` */
    KFM_SHOW_LINK,    /* a URL: `with` followed by the value */
    KFM_SHOW_SAFE,    /* a URL of another site if it is safe to follow, else null */
    KFM_SHOW_SAID,    /* the message `with`, with the value as its {slot}; without a slot, as {of} */
    KFM_SHOW_TEXT,    /* the value itself under another name; null for an empty text */
    KFM_SHOW_EACH     /* an object, or each item of a list, by `rows`; for a list also `has_NAME` */
} kfm_show_how_t;

typedef struct kfm_show_t kfm_show_t;
struct kfm_show_t {
    const char *of; /* a member, or one of a nested object: "customer.email" */
    kfm_show_how_t how;
    const char *as; /* the member to add; NULL: it replaces `of` */
    const char *with;
    const kfm_show_t *rows;
    const char *slot;
};

#define KFM_SHOW(of_, how_, ...) {.of = of_, .how = KFM_SHOW_##how_, __VA_ARGS__}
#define KFM_SHOW_END {.of = NULL}

/** Adds the members of the table to an object, or to each item of a list. */
void kfm_show(json_t *doc, kfm_call_t *call, const kfm_show_t *rows);
/** Sets `rows` and has_rows of the view to the items of a page of a list. */
void kfm_view_rows(kfm_view_t *view, const json_t *page);
/** The same; adds the members of the table to each item. */
void kfm_show_rows(kfm_view_t *view, const json_t *page, const kfm_show_t *rows);

#endif
