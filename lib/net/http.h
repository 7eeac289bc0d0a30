#ifndef KF_NET_HTTP_H
#define KF_NET_HTTP_H
/*
 * Outgoing HTTP.
 *
 * One request, described by kf_http_req_t, is run either by kf_http_perform(),
 * which blocks (the command line), or by a kf_http_multi_t, which runs many
 * concurrently and never blocks longer than its timeout (background jobs).
 *
 * For every request: no redirect is followed, no proxy from the environment,
 * no cookie, no .netrc, no decompression; certificate and host name are
 * verified. A guarded request (one with `guard`, for URLs that tenants give) is
 * checked again at connect time and never shares a connection or a cached
 * address. A request without guard goes to a base URL that the operator
 * configured; it may be http, and connections are kept for reuse.
 *
 * A failed transfer is not an error value: it is an answer whose `outcome` says
 * what happened. Error values mean that the request itself could not be started.
 */
#include <apr_pools.h>
#include <apr_tables.h>
#include <stddef.h>

#include "base/err.h"
#include "net/guard.h"

typedef enum {
    KF_HTTP_OK,        /* an answer came, with any status */
    KF_HTTP_DENIED,    /* the guard refused the URL, the host or the address */
    KF_HTTP_RESOLVE,   /* the name has no address */
    KF_HTTP_CONNECT,   /* no connection: nothing was sent */
    KF_HTTP_TLS,       /* handshake or certificate: nothing was sent */
    KF_HTTP_TIMEOUT,   /* no complete answer in time: the request may have arrived */
    KF_HTTP_TOO_LARGE, /* the answer is longer than answer_cap */
    KF_HTTP_OTHER      /* broken answer or connection: the request may have arrived */
} kf_http_outcome_t;

/** "ok", "denied", "resolve", "connect", "tls", "timeout", "too_large", "other". */
const char *kf_http_outcome_text(kf_http_outcome_t outcome);

/** Everything pointed at must live until the transfer is over; it is not copied. */
typedef struct kf_http_req_t {
    const char *method;          /* "GET", "POST", ...; NULL = GET */
    const char *url;
    const apr_table_t *headers;  /* NULL = none; no CR or LF; may hold secrets */
    const char *body;            /* NULL = none */
    size_t body_len;
    int timeout_ms;              /* for everything; 0 = 15000 */
    int connect_timeout_ms;      /* 0 = 5000 */
    size_t answer_cap;           /* bytes read at most; 0 = KF_MAX_ANSWER */
    size_t answer_keep;          /* bytes kept of them; 0 = all that are read */
    int answer_cut;              /* 1: a longer answer is cut (truncated), not TOO_LARGE */
    const kf_guard_t *guard;     /* NULL = a URL of the operator's configuration, trusted */
    const char *ca_file;         /* PEM of the authorities to trust; NULL = the system's */
    const char *connect_to;      /* tests of rebinding: "host:port:address:port", see libcurl's
                                  * CURLOPT_CONNECT_TO; the guard sees the real address */
    const struct kf_smtp_mail_t *mail; /* send this mail instead of HTTP, see net/smtp.h: of the members
                                        * above only timeouts and caps apply */
    void *baton;                 /* the caller's own */
} kf_http_req_t;

typedef struct kf_http_res_t {
    kf_http_outcome_t outcome;
    int status;                  /* HTTP status; 0 if none came */
    int refused;                 /* of a mail: the last reply concerned the recipient or the content */
    const char *body;            /* ends in NUL (not counted); never NULL */
    size_t body_len;             /* bytes kept */
    int truncated;               /* 1: the answer was longer than what was kept */
    const char *content_type;    /* NULL if none */
    int retry_after_s;           /* Retry-After in seconds from now; 0 = none */
    int replayed;                /* Idempotent-Replayed: true, the kept answer to an earlier request */
    int latency_ms;
    const char *remote_ip;       /* the address connected to, or refused; "" if none */
    const char *error;           /* technical reason without secrets; NULL when OK */
} kf_http_res_t;

/** Call it once per process, before threads start. KF_E_INTERNAL. */
kf_err_t *kf_http_global_init(apr_pool_t *p);

/** Runs one request and waits for it. KF_E_INVALID (bad header), KF_E_INTERNAL. */
kf_err_t *kf_http_perform(kf_http_res_t **out, const kf_http_req_t *req, apr_pool_t *p);

/* -- concurrent transfers; a multi belongs to one thread -- */

typedef struct kf_http_multi_t kf_http_multi_t;

/** Called from kf_http_multi_step(), once per transfer; may add requests, must not destroy. */
typedef void kf_http_done_fn(const kf_http_req_t *req, kf_http_res_t *res, void *baton);

/** A multi for at most `cap` transfers at once; ends with `p` at the latest. KF_E_INTERNAL. */
kf_err_t *kf_http_multi_create(kf_http_multi_t **out, int cap, apr_pool_t *p);

/**
 * Starts a request. `p` holds the answer; destroying it earlier cancels the
 * transfer and `done` is never called. `p` must not be used by other threads.
 * KF_E_UNAVAILABLE when `cap` transfers are in flight; KF_E_INVALID; KF_E_INTERNAL.
 */
kf_err_t *kf_http_multi_add(kf_http_multi_t *multi, const kf_http_req_t *req,
                            kf_http_done_fn *done, void *baton, apr_pool_t *p);

/**
 * Works on the transfers for at most `timeout_ms` (0 = do not wait), and calls
 * `done` for those that end. Returns early when a transfer made progress or
 * kf_http_multi_wake() was called. Returns the number still in flight.
 */
int kf_http_multi_step(kf_http_multi_t *multi, int timeout_ms);

/** Makes a running or the next step return early; the only function that other threads may call. */
void kf_http_multi_wake(kf_http_multi_t *multi);

int kf_http_multi_in_flight(const kf_http_multi_t *multi);
/** How many more requests kf_http_multi_add() accepts now. */
int kf_http_multi_room(const kf_http_multi_t *multi);

/** Cancels what is in flight (no `done` call) and closes all connections. */
void kf_http_multi_destroy(kf_http_multi_t *multi);

#endif
