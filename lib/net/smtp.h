#ifndef KF_NET_SMTP_H
#define KF_NET_SMTP_H
/*
 * A mail, and its way through an SMTP server (RFC 5321), by libcurl.
 *
 * A mail is a transfer like the others of net/http.h: name it in `mail` of a
 * kf_http_req_t, run that with kf_http_perform() or a kf_http_multi_t, and read
 * the answer with kf_smtp_verdict(). In such an answer `status` is the server's
 * last reply code and `body` the text of that reply.
 *
 * There is always one recipient. The header is made by text/mime.h alone. The body
 * is multipart/alternative of text and HTML; an invitation is its last part and
 * also an attachment (RFC 6047). Certificate and name of the server are verified
 * wherever there is TLS; nothing is sent to a server that does not offer a required
 * STARTTLS. Environment variables are ignored.
 */
#include <stddef.h>

#include "base/err.h"
#include "net/http.h"
#include "time/instant.h"

typedef enum {
    KF_SMTP_STARTTLS, /* smtp://, and nothing is sent before TLS */
    KF_SMTP_TLS,      /* smtps:// */
    KF_SMTP_PLAIN     /* smtp:// without TLS: for a server on this machine */
} kf_smtp_security_t;

/* The server. */
typedef struct kf_smtp_t {
    const char *url; /* "smtp://host:port" or "smtps://host:port", no path */
    kf_smtp_security_t security;
    const char *user, *password; /* NULL: no AUTH */
    const char *ca;              /* PEM text of the authorities to trust; NULL = the system's */
    int timeout_ms;              /* of one mail; 0 = KF_SMTP_TIMEOUT_MS */
    const kf_guard_t *guard;     /* NULL = the operator's server, trusted; else: */
    const char *host;            /* host and port of `url`, for the guard */
    int port;
} kf_smtp_t;

#define KF_SMTP_TIMEOUT_MS 30000

typedef struct kf_smtp_mail_t {
    const kf_smtp_t *smtp;
    const char *from_name, *from_address; /* the name may be NULL */
    const char *id;        /* before the @ of Message-ID: the same for every attempt. [A-Za-z0-9.-] */
    const char *thread;    /* before the @ of the Message-ID of its thread, or NULL */
    const char *to_name, *to_address;
    const char *reply_to;  /* an address, or NULL */
    const char *unsubscribe; /* one-click unsubscribe URL (RFC 8058), or NULL; no control characters */
    const char *subject;
    const char *lang;
    const char *text, *html; /* UTF-8 with plain newlines */
    const char *ics;       /* an iCalendar object as text/ical.h writes it, or NULL */
    size_t ics_len;
    const char *ics_method; /* its METHOD */
    kf_instant_t date;
} kf_smtp_mail_t;

typedef enum {
    KF_SMTP_SENT,    /* the server has accepted it */
    KF_SMTP_REFUSED, /* 5xx for this recipient or this mail: never again */
    KF_SMTP_FAILED   /* everything else, including a misconfigured server: retry later */
} kf_smtp_verdict_t;

kf_smtp_verdict_t kf_smtp_verdict(const kf_http_res_t *res);

/** The outcome, for the operator: "451 try again", "connect: ...". In the pool. */
const char *kf_smtp_reason(const kf_http_res_t *res, apr_pool_t *p);

/** Checks the requirements of every mail, for any channel: KF_E_INVALID. */
kf_err_t *kf_smtp_check(const kf_smtp_mail_t *mail, apr_pool_t *p);

/** Its Message-ID with the brackets; the mail must have passed kf_smtp_check(). */
const char *kf_smtp_message_id(const kf_smtp_mail_t *mail, apr_pool_t *p);

/** The Message-ID of its thread; NULL if it has none or starts it. */
const char *kf_smtp_thread_id(const kf_smtp_mail_t *mail, apr_pool_t *p);

#endif
