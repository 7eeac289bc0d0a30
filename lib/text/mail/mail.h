#ifndef KF_TEXT_MAIL_H
#define KF_TEXT_MAIL_H
/*
 * Mails: subject, plain text, HTML and, where a calendar should know, an iCalendar event
 * (RFC 5545, RFC 5546), in Spanish ("es", also for any other language) or English. Pure: no
 * clock, no network, no time zone rules: local times come as RFC 3339 with their offset.
 * kinds.def has a row for each kind of mail.
 *
 * Buttons lead to the base URL that the operator configured, to the addresses that the merchant
 * gave (map, terms, meeting) and to Google's and Outlook's own pages for adding an event.
 * A stranger can have a mail sent to any address, with any name in it: a name that looks like
 * a web address is left out of the text, so that no mail program turns it into a link.
 */
#include <apr_pools.h>
#include <jansson.h>
#include <stdbool.h>

#include "base/err.h"
#include "text/catalog.h"
#include "text/ical.h"
#include "text/mustache.h"
#include "time/instant.h"

/* Links with a secret of their own, as bits. */
#define KF_MAIL_TOKEN_VIEW 1
#define KF_MAIL_TOKEN_MOVE 2
#define KF_MAIL_TOKEN_CANCEL 4
#define KF_MAIL_TOKEN_REMINDERS 8
#define KF_MAIL_TOKEN_OFFER 16
#define KF_MAIL_TOKEN_LEAVE 32
/* The link of a mail about an account; its token is sealed in the row of the mail, or made by the database. */
#define KF_MAIL_TOKEN_LINK 64
#define KF_MAIL_TOKEN_MADE 128

/* Who reads a mail; kinds.def explains them. From TEAM on it is the business. */
typedef enum {
    KF_MAIL_TO_ACCOUNT,
    KF_MAIL_TO_CUSTOMER,
    KF_MAIL_TO_WAITING,
    KF_MAIL_TO_TEAM,
    KF_MAIL_TO_OWNERS,
    KF_MAIL_TO_SYSTEM
} kf_mail_to_t;

typedef enum { KF_MAIL_ALWAYS, KF_MAIL_ON, KF_MAIL_OFF, KF_MAIL_NOTED } kf_mail_choice_t;

/* A row of kinds.def, which says what the members mean. */
typedef struct {
    const char *name;
    kf_mail_to_t to;
    kf_mail_choice_t choice;
    const char *button;
    int tokens, has;
} kf_mail_kind_t;

/** The kind of that name; NULL if there is none. */
const kf_mail_kind_t *kf_mail_kind(const char *name);
/** The rows from 0; NULL after the last. */
const kf_mail_kind_t *kf_mail_kind_at(int i);

/* Each is NULL if it was not made; the mail then has no such link. */
typedef struct {
    const char *view, *move, *cancel, *reminders; /* of a booking */
    const char *offer, *leave;                    /* of the waiting list */
} kf_mail_tokens_t;

typedef struct {
    const char *kind;
    const char *lang;
    const json_t *facts;      /* of kf.mail_put or kf.mail_facts; every member may be missing */
    const char *business, *logo_url, *primary_color, *contact; /* NULL: not known, except the business's name */
    const char *base_url;     /* no slash at the end */
    const char *token;        /* of KF_MAIL_TOKEN_LINK or KF_MAIL_TOKEN_MADE; else NULL */
    kf_mail_tokens_t tokens;
    const char *to_name, *to_address;     /* the reader; the name may be NULL */
    const char *from_name, *from_address; /* the sender; the name may be NULL. The address organizes the event */
    const char *calendar;     /* the provider of calendars that is meant if the facts name none */
    kf_instant_t now;         /* of the making */
    kf_instant_t at;          /* when it happened; only of a mail about an account */
    int32_t offset;           /* seconds east of UTC of the business's clock then */
} kf_mail_t;

typedef struct {
    const char *subject;
    const char *text, *html; /* UTF-8 with plain newlines */
    const char *sender; /* the name in From for a customer, if the sending server is not the business's own:
                           "Clínica Norte vía Konfirmado"; for others from_name. NULL: no name */
    const char *unsubscribe; /* a POST there ends mails of this kind at once; NULL: no such way */
    const char *reply_to; /* to the merchant: the customer's address; NULL: unknown, or not requested */
    bool has_event;
    kf_ical_event_t event; /* if has_event */
} kf_mail_out_t;

/**
 * Everything in `out` lives in `p`. KF_E_INVALID for an unknown kind or a link without its token;
 * KF_E_INTERNAL if a template is missing or fails.
 */
kf_err_t *kf_mail_compose(kf_mail_out_t *out, const kf_mail_t *in, const kf_catalog_t *catalog,
                          const kf_mustache_set_t *templates, apr_pool_t *p);

/** The name if it may appear in a mail to anybody; NULL if it is empty or looks like a web address. */
const char *kf_mail_safe(const char *text);

/** "Firefox, Windows" from a User-Agent; NULL if nothing in it is known. */
const char *kf_mail_device(const char *user_agent, apr_pool_t *p);

#endif
