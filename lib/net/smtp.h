#ifndef KF_NET_SMTP_H
#define KF_NET_SMTP_H
/*
 * One mail through the operator's SMTP server (RFC 5321), by libcurl.
 *
 * A mail is a transfer like the others of net/http.h: name it in `mail` of a
 * kf_http_req_t, run that with kf_http_perform() or a kf_http_multi_t, and read
 * the answer with kf_smtp_verdict(). In such an answer `status` is the server's
 * last reply code and `body` the text of that reply.
 *
 * There is always one recipient. The head is made by text/mime.h alone, the body
 * is multipart/alternative of text and HTML. Certificate and name of the server
 * are verified wherever there is TLS; a server that does not offer STARTTLS where
 * it is asked for gets nothing. Nothing of the environment counts.
 */
#include <stddef.h>

#include "base/err.h"
#include "net/http.h"
#include "time/instant.h"

typedef enum {
    KF_SMTP_STARTTLS, /* smtp://, and nothing is said before TLS */
    KF_SMTP_TLS,      /* smtps:// */
    KF_SMTP_PLAIN     /* smtp:// without TLS: for a server on this machine */
} kf_smtp_security_t;

/* The server, as the operator configured it. */
typedef struct kf_smtp_t {
    const char *url; /* "smtp://host:port" or "smtps://host:port", no path */
    kf_smtp_security_t security;
    const char *user, *password; /* NULL: no AUTH */
    const char *ca;              /* PEM text of the authorities to trust; NULL = the system's */
    const char *from_name;       /* may be NULL */
    const char *from_address;
    int timeout_ms;              /* of one mail */
} kf_smtp_t;

typedef struct kf_smtp_mail_t {
    const kf_smtp_t *smtp;
    const char *id; /* before the @ of Message-ID: the same for every try. [A-Za-z0-9.-] */
    const char *to_name, *to_address;
    const char *subject;
    const char *lang;
    const char *text, *html; /* UTF-8 with plain newlines */
    kf_instant_t date;
} kf_smtp_mail_t;

typedef enum {
    KF_SMTP_SENT,    /* the server has taken it over */
    KF_SMTP_REFUSED, /* 5xx for this recipient or this mail: never again */
    KF_SMTP_FAILED   /* everything else, a server that is set up wrong included: later */
} kf_smtp_verdict_t;

kf_smtp_verdict_t kf_smtp_verdict(const kf_http_res_t *res);

/** What happened, for the operator: "451 try again", "connect: ...". In the pool. */
const char *kf_smtp_reason(const kf_http_res_t *res, apr_pool_t *p);

/** Checks what every mail needs and would be refused for: KF_E_INVALID. */
kf_err_t *kf_smtp_check(const kf_smtp_mail_t *mail, apr_pool_t *p);

#endif
