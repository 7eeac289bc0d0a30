#ifndef KF_TEXT_ICAL_H
#define KF_TEXT_ICAL_H
/*
 * iCalendar objects (RFC 5545) by libical: invitations and cancellations (RFC 5546),
 * downloads and feeds.
 *
 * All times are UTC, so there is no VTIMEZONE and each client shows its own time.
 * Lines end in CRLF and are folded after 75 octets, never inside a character.
 * Texts are UTF-8 with plain newlines; control characters and direction marks are
 * removed. Values written unescaped (uid, url, addresses, their names) are refused
 * with KF_E_INVALID if they could end the line. Thread-safe; call
 * kf_ical_global_init() before threads start.
 */
#include <apr_pools.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "time/instant.h"

typedef enum {
    KF_ICAL_REQUEST, /* an invitation or a change of it: needs organizer and attendee */
    KF_ICAL_CANCEL,  /* the same object, cancelled: needs both too */
    KF_ICAL_PUBLISH  /* for download or subscription: no replies, no attendee, but an organizer
                        (RFC 5546, section 3.2.1) */
} kf_ical_method_t;

typedef enum { KF_ICAL_CONFIRMED, KF_ICAL_TENTATIVE, KF_ICAL_CANCELLED } kf_ical_status_t;

/* One appointment. Members that are NULL or empty are not written. */
typedef struct {
    const char *uid;         /* the same for its whole life */
    int sequence;            /* incremented with each change */
    kf_ical_method_t method;
    kf_ical_status_t status; /* always CANCELLED in a CANCEL */
    kf_instant_t start, end; /* to the second */
    kf_instant_t stamp;      /* when this object was made */
    const char *summary, *description, *location;
    const char *url;         /* http or https */
    const char *organizer_name, *organizer_address; /* every method needs the address */
    const char *attendee_name, *attendee_address;
    bool rsvp;               /* the organizer reads replies */
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
    int refresh_min;  /* how often to refresh; 0: not given */
    const kf_ical_event_t *events;
    int n;
} kf_ical_feed_t;

/** KF_E_INVALID; KF_E_TOO_LARGE above KF_MAX_FEED bytes. */
kf_err_t *kf_ical_feed(const char **out, size_t *len, const kf_ical_feed_t *feed, apr_pool_t *p);

/** "<id>@<host>" of the host in `base_url`: the uid of a booking. */
const char *kf_ical_uid(const char *id, const char *base_url, apr_pool_t *p);

/** "REQUEST", "CANCEL", "PUBLISH": also the method of the Content-Type. */
const char *kf_ical_method_text(kf_ical_method_t method);

/** Appends one content line: folded, and with CRLF at its end. */
void kf_ical_fold(kf_buf_t *b, const char *line, size_t len);

/** Call it once per process, before threads start. */
void kf_ical_global_init(void);

#endif
