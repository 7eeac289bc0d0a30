#ifndef KF_TEXT_ICAL_H
#define KF_TEXT_ICAL_H
/*
 * iCalendar objects (RFC 5545) by libical: invitations and their ends (RFC 5546),
 * downloads and feeds.
 *
 * All times are UTC, so there is no VTIMEZONE and each client shows its own time.
 * Lines end in CRLF and are folded after 75 octets, never inside of a character.
 * Texts are UTF-8 with plain newlines: what is not to be shown (controls, marks of
 * direction) is left out of them. What stands unescaped in a line (uid, url,
 * addresses, the names beside them) is refused with KF_E_INVALID if it could end
 * it. Any thread may call; kf_ical_global_init() comes before there are threads.
 */
#include <apr_pools.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "time/instant.h"

typedef enum {
    KF_ICAL_REQUEST, /* an invitation and each change of it: needs organizer and attendee */
    KF_ICAL_CANCEL,  /* the same object, which no longer takes place: so does this */
    KF_ICAL_PUBLISH  /* to be kept or subscribed to: nobody answers, there is no attendee, but an organizer
                        (RFC 5546, section 3.2.1) */
} kf_ical_method_t;

typedef enum { KF_ICAL_CONFIRMED, KF_ICAL_TENTATIVE, KF_ICAL_CANCELLED } kf_ical_status_t;

/* One appointment. Members that are NULL or empty are not written. */
typedef struct {
    const char *uid;         /* the same for its whole life */
    int sequence;            /* one more with each change of it */
    kf_ical_method_t method;
    kf_ical_status_t status; /* of a CANCEL always CANCELLED */
    kf_instant_t start, end; /* to the second */
    kf_instant_t stamp;      /* when this object was made */
    const char *summary, *description, *location;
    const char *url;         /* http or https */
    const char *organizer_name, *organizer_address; /* the address is needed, whatever the method */
    const char *attendee_name, *attendee_address;
    bool rsvp;               /* the organizer reads answers */
    int alarm_min;           /* minutes before the start; 0: no alarm. A CANCEL has none */
    const char *alarm_text;  /* NULL: the summary */
    const char *lang;        /* "es" or "en", of the texts; NULL: "es" */
} kf_ical_event_t;

/** One object with one appointment. `*out` is `*len` bytes and a NUL in the pool. KF_E_INVALID. */
kf_err_t *kf_ical_write(const char **out, size_t *len, const kf_ical_event_t *event, apr_pool_t *p);

/* Many at once, always PUBLISH. */
typedef struct {
    const char *name; /* of the calendar, as clients show it; may be NULL */
    const char *lang;
    int refresh_min;  /* how often to look again; 0: not said */
    const kf_ical_event_t *events;
    int n;
} kf_ical_feed_t;

/** KF_E_INVALID; KF_E_TOO_LARGE above KF_MAX_FEED bytes. */
kf_err_t *kf_ical_feed(const char **out, size_t *len, const kf_ical_feed_t *feed, apr_pool_t *p);

/** "<id>@<host>" of the host in `base_url`: the uid of a booking. */
const char *kf_ical_uid(const char *id, const char *base_url, apr_pool_t *p);

/** "REQUEST", "CANCEL", "PUBLISH": also the method of the Content-Type. */
const char *kf_ical_method_text(kf_ical_method_t method);

/** Appends one line of an object as it is written: folded, and with CRLF at its end. */
void kf_ical_fold(kf_buf_t *b, const char *line, size_t len);

/** Once a process, before threads start. */
void kf_ical_global_init(void);

#endif
