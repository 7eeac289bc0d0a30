#ifndef KFM_PAGE_SHOW_H
#define KFM_PAGE_SHOW_H
/*
 * A document is shown as it came from the database: its template reads the members by their own names. A table says
 * what is added to it that a template cannot make.
 *
 *     static const kfm_show_t payment[] = {KFM_SHOW("amount_cents", MONEY, .as = "amount"),
 *                                          KFM_SHOW("created_at", WHEN, .as = "at"),
 *                                          KFM_SHOW("state", BADGE, .as = "badge", .with = "payment"),
 *                                          KFM_SHOW_END};
 *
 * What has no value, or reads as nothing, becomes null: a template never takes a member of the document around.
 */
#include "page/say.h"

typedef enum {
    KFM_SHOW_NOTHING, /* the end of a table */
    KFM_SHOW_MONEY,   /* minor units, in the `currency` of the document or of the one around it: "$ 120.000" */
    KFM_SHOW_SUM,     /* the same; null for 0 */
    KFM_SHOW_WHEN,    /* an instant: as kfm_say_put_when() */
    KFM_SHOW_DAY,     /* a date: "mar 8 dic" */
    KFM_SHOW_WORD,    /* the message ops.WITH.VALUE; with a point in `with`, WITH.VALUE */
    KFM_SHOW_BADGE,   /* a state: as kfm_say_put_badge(), of the group `with` */
    KFM_SHOW_LINK,    /* an address: `with` and the value behind it */
    KFM_SHOW_SAFE,    /* an address of another site that a browser may follow, else null */
    KFM_SHOW_SAID,    /* the message `with` around the value, as its {slot}; {NAME of the member} without one */
    KFM_SHOW_TEXT,    /* the value itself under another name; null for an empty text */
    KFM_SHOW_EACH     /* an object, or each one of a list, by `rows`; of a list also `has_NAME` */
} kfm_show_how_t;

typedef struct kfm_show_t kfm_show_t;
struct kfm_show_t {
    const char *of; /* a member, or one of an object below: "customer.email" */
    kfm_show_how_t how;
    const char *as; /* the member that is added; NULL: in the place of `of` */
    const char *with;
    const kfm_show_t *rows;
    const char *slot;
};

#define KFM_SHOW(of_, how_, ...) {.of = of_, .how = KFM_SHOW_##how_, __VA_ARGS__}
#define KFM_SHOW_END {.of = NULL}

/** Adds what the table says to an object, or to each one of a list. */
void kfm_show(json_t *doc, kfm_call_t *call, const kfm_show_t *rows);
/** The items of a page of a list become `rows` and has_rows of the view. */
void kfm_view_rows(kfm_view_t *view, const json_t *page);
/** The same with what the table adds to each of them. */
void kfm_show_rows(kfm_view_t *view, const json_t *page, const kfm_show_t *rows);

#endif
