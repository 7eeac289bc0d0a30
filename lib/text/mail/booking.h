#ifndef KF_TEXT_MAIL_BOOKING_H
#define KF_TEXT_MAIL_BOOKING_H
/*
 * The mails about bookings: subject, plain text, HTML and, where a calendar should
 * know, an iCalendar event (RFC 5545, RFC 5546), in Spanish ("es", also for any other
 * language) or English. Pure: no clock, no network, no time zone rules: local times
 * come as RFC 3339 with their offset.
 *
 * Buttons lead to the base URL that the operator configured, to the addresses that
 * the merchant gave (map, terms, meeting) and to Google's and Outlook's own pages
 * for adding an event. A customer chooses their own name and the address that a mail
 * goes to: a name that looks like a web address is left out, as in text/mail/account.h.
 */
#include <apr_pools.h>
#include <jansson.h>

#include "base/err.h"
#include "text/catalog.h"
#include "text/ical.h"
#include "text/mail/account.h"
#include "text/mustache.h"
#include "time/instant.h"

/* Links with a secret of their own, as bits. */
#define KF_MAIL_TOKEN_VIEW 1
#define KF_MAIL_TOKEN_MOVE 2
#define KF_MAIL_TOKEN_CANCEL 4
#define KF_MAIL_TOKEN_REMINDERS 8
#define KF_MAIL_TOKEN_OFFER 16
#define KF_MAIL_TOKEN_LEAVE 32

/* Each is NULL if it was not made; the mail then has no such link. */
typedef struct {
    const char *view, *move, *cancel, *reminders; /* of a booking */
    const char *offer, *leave;                    /* of the waiting list */
} kf_mail_tokens_t;

typedef struct {
    const char *kind;         /* booking_received, booking_confirmed, payment_failed, reminder_24h, reminder_1h,
                                 booking_moved, booking_cancelled, refund_done, waiting_confirm, waiting_joined,
                                 waiting_offer, waiting_free (to the customer); new_booking, moved_booking, cancelled_booking, refund_task,
                                 callback_failing, channel_test (to the merchant) */
    const char *lang;
    const json_t *facts;      /* kf.mail_facts; every member may be missing */
    const char *business, *logo_url, *primary_color, *contact; /* NULL: not known, but for the business */
    const char *base_url;     /* no slash at the end */
    kf_mail_tokens_t tokens;
    const char *to_name, *to_address;     /* the reader */
    const char *from_name, *from_address; /* the sender; the name may be NULL. The address organizes the event */
    kf_instant_t now;         /* of the making */
} kf_mail_booking_t;

typedef struct {
    kf_mail_words_t words;
    const char *sender; /* the name in From for a customer, if the sending server is not the business's own:
                           "Clínica Norte vía Konfirmado"; for others from_name. NULL: no name */
    const char *unsubscribe; /* a POST there ends mails of this kind at once; NULL: no such way */
    bool to_customer;     /* and belongs to the thread of their confirmation */
    const char *reply_to; /* to the merchant: the customer's address; NULL: unknown, or not requested */
    bool has_event;
    kf_ical_event_t event; /* if has_event */
} kf_mail_booking_out_t;

/** Bits of the tokens that a mail of this kind can use; -1 for any other kind. */
int kf_mail_booking_tokens(const char *kind);

/** All of them, const char *. */
apr_array_header_t *kf_mail_booking_kinds(apr_pool_t *p);

/** Everything in `out` lives in `p`. KF_E_INVALID for an unknown kind; KF_E_INTERNAL. */
kf_err_t *kf_mail_booking_render(kf_mail_booking_out_t *out, const kf_mail_booking_t *in,
                                 const kf_catalog_t *catalog, const kf_mustache_set_t *templates,
                                 apr_pool_t *p);

#endif
