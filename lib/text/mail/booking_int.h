#ifndef KF_TEXT_MAIL_BOOKING_INT_H
#define KF_TEXT_MAIL_BOOKING_INT_H
/* The parts of a mail about a booking; private to text/mail/booking*.c. */
#include "text/format.h"
#include "text/mail/booking.h"

typedef enum {
    KF_LETTER_CUSTOMER, /* somebody who booked */
    KF_LETTER_WAITING,  /* somebody who waits for a time */
    KF_LETTER_MERCHANT, /* owner or professional */
    KF_LETTER_SYSTEM    /* the merchant, of no booking */
} kf_letter_to_t;

/* What a kind has beside its words, as bits. */
#define KF_LETTER_POLICY 1       /* what may be moved and cancelled */
#define KF_LETTER_MONEY 2        /* what was paid and what is left */
#define KF_LETTER_DUE 4          /* what is to be paid */
#define KF_LETTER_BACK 8         /* what goes back */
#define KF_LETTER_COMING 16      /* where, what to know before, the video call */
#define KF_LETTER_ADD 32         /* links that add it to a calendar */
#define KF_LETTER_OLD 64         /* the time before */
#define KF_LETTER_BY 128         /* who did it changes the text */
#define KF_LETTER_INVITE 256     /* with an event */
#define KF_LETTER_END 512        /* with the end of an event */
#define KF_LETTER_OVER 1024      /* the time no longer stands */

typedef struct {
    const char *name;
    kf_letter_to_t to;
    int tokens, has;
    const char *main; /* the button: a word of booking_mail.button; NULL: none */
} kf_letter_kind_t;

/* A clock: the instant and what it shows. */
typedef struct {
    bool known;
    kf_instant_t at;
    int32_t offset;
    kf_format_when_t when;
} kf_letter_clock_t;

/* One rendering. Texts are never NULL unless said. */
typedef struct {
    const kf_mail_booking_t *in;
    const kf_catalog_t *catalog;
    const kf_letter_kind_t *kind;
    const char *words;        /* the messages of the kind: its name, or those of a special case of it */
    const char *lang;
    const char *name;         /* of the reader; "" */
    const char *contact;      /* of the business; NULL */
    const char *business, *service, *professional, *customer;
    const char *by;           /* "customer", "merchant", "system" */
    kf_letter_clock_t start, end;               /* in the reader's zone */
    kf_letter_clock_t other;                    /* the start in the other's */
    const char *zone, *other_zone;              /* NULL: not known */
    const char *when, *day, *time, *until;      /* of the start; "" */
    int64_t price, charge, paid, refund;
    const char *currency;     /* NULL: no amounts are told of */
    json_t *root;
    apr_pool_t *p;
} kf_letter_t;

/* -- facts: booking_facts.c -- */

/** A text of the facts without what is not to be shown, in one line; NULL if missing or empty. */
const char *kf_letter_fact(const kf_letter_t *m, const char *name);
/** The same with its lines, an array of strings; NULL. The caller owns it. */
json_t *kf_letter_lines(const kf_letter_t *m, const char *name);
int64_t kf_letter_number(const kf_letter_t *m, const char *name);
/** An address with https that may stand in a link, or NULL. */
const char *kf_letter_url(const kf_letter_t *m, const char *name);
/** The id of the booking, or NULL. */
const char *kf_letter_booking(const kf_letter_t *m);
/** Fills in all but root. */
void kf_letter_read(kf_letter_t *m);

/* -- words: booking.c -- */

/** A message of the kind ("title") with what it names. */
const char *kf_letter_say(const kf_letter_t *m, const char *part);
/** The same of a message that all kinds share ("label.place"). */
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
const char *kf_letter_view(const kf_letter_t *m);
/** Where reminders are switched off, or a place on the waiting list is left; NULL. */
const char *kf_letter_unsubscribe(const kf_letter_t *m);
void kf_letter_put_look(const kf_letter_t *m);   /* booking_look.c */
/** Whether there is one. */
bool kf_letter_event(kf_ical_event_t *event, const kf_letter_t *m); /* booking_event.c */

#endif
