#ifndef KF_TEXT_MAIL_LETTER_H
#define KF_TEXT_MAIL_LETTER_H
/* The parts of a mail; private to text/mail. */
#include "text/format.h"
#include "text/mail/mail.h"

/* The parts of a kind besides its messages, as bits. */
#define KF_LETTER_POLICY 1       /* the rules for moving and cancelling */
#define KF_LETTER_MONEY 2        /* the amount paid and the amount left */
#define KF_LETTER_DUE 4          /* the amount due */
#define KF_LETTER_BACK 8         /* the refund */
#define KF_LETTER_COMING 16      /* where, what to know before, the video call */
#define KF_LETTER_ADD 32         /* links that add it to a calendar */
#define KF_LETTER_OLD 64         /* the former time */
#define KF_LETTER_BY 128         /* the text depends on who did it */
#define KF_LETTER_INVITE 256     /* with an event */
#define KF_LETTER_END 512        /* with the cancellation of an event */
#define KF_LETTER_OVER 1024      /* the time is no longer booked */
#define KF_LETTER_ORIGIN 2048    /* when, from where and with what it happened */

/* An instant and its local time. */
typedef struct {
    bool known;
    kf_instant_t at;
    int32_t offset;
    kf_format_when_t when;
} kf_letter_clock_t;

/* One rendering. Texts are never NULL unless said. */
typedef struct {
    const kf_mail_t *in;
    const kf_catalog_t *catalog;
    const kf_mail_kind_t *kind;
    bool merchant;            /* it is for the business, about a booking */
    const char *words;        /* the group of messages: the kind's name, or that of a special case of it */
    const char *lang;         /* "es", "en" */
    const char *name;         /* of the reader; "" */
    const char *contact;      /* of the business; NULL */
    const char *business, *service, *professional, *customer;
    const char *by;           /* "customer", "merchant", "system"; of an account: the name of a person */
    const char *provider, *calendar;            /* of calendars: its name, and what it calls a calendar; NULL */
    kf_letter_clock_t start, end;               /* in the reader's zone */
    kf_letter_clock_t other;                    /* the start in the other's */
    const char *zone, *other_zone;              /* NULL: not known */
    const char *when, *day, *time, *until;      /* of the start; "" */
    int64_t price, charge, paid, refund;
    const char *currency;     /* NULL: no amounts are shown */
    json_t *root;
    apr_pool_t *p;
} kf_letter_t;

/* -- facts: booking_facts.c -- */

/** A text of the facts without control characters, in one line; NULL if missing or empty. */
const char *kf_letter_fact(const kf_letter_t *m, const char *name);
/** The same as an array of its lines; NULL. The caller owns it. */
json_t *kf_letter_lines(const kf_letter_t *m, const char *name);
int64_t kf_letter_number(const kf_letter_t *m, const char *name);
/** An https address that may be used as a link, or NULL. */
const char *kf_letter_url(const kf_letter_t *m, const char *name);
/** A UUID, or NULL. */
const char *kf_letter_id(const kf_letter_t *m, const char *name);
/** A text in one line without control characters; NULL if missing or empty. */
const char *kf_letter_line(const kf_letter_t *m, const char *text);
/** Reads what a mail about a booking shows. */
void kf_letter_read(kf_letter_t *m);

/* -- words: mail.c -- */

/** A message of the kind ("title") with its placeholders filled. */
const char *kf_letter_say(const kf_letter_t *m, const char *part);
/** The same for a message that all kinds share ("label.place"). */
const char *kf_letter_common(const kf_letter_t *m, const char *key);
void kf_letter_put(json_t *object, const char *member, const char *text);
const char *kf_letter_money(const kf_letter_t *m, int64_t cents);

/* -- parts -- */

void kf_letter_put_when(const kf_letter_t *m);   /* booking_when.c */
/** The day of another instant of the facts; NULL. */
const char *kf_letter_day(const kf_letter_t *m, const char *name);
void kf_letter_read_when(kf_letter_t *m);
void kf_letter_put_rows(const kf_letter_t *m);   /* booking_rows.c */
void kf_letter_put_links(const kf_letter_t *m);  /* booking_links.c */
/** The address for reporting the mail; NULL. */
const char *kf_letter_report(const kf_letter_t *m);
const char *kf_letter_view(const kf_letter_t *m);
/** The address to switch reminders off, or to leave the waiting list; NULL. */
const char *kf_letter_unsubscribe(const kf_letter_t *m);
void kf_letter_put_look(const kf_letter_t *m);   /* booking_look.c */
/** Fills the event; false if there is none. */
bool kf_letter_event(kf_ical_event_t *event, const kf_letter_t *m); /* booking_event.c */

/* -- the whole: what the templates mail/account and mail/booking show -- */

void kf_letter_account(kf_letter_t *m); /* account.c */

#endif
