#ifndef KF_NET_HTTP_TRANSFER_H
#define KF_NET_HTTP_TRANSFER_H
/* One transfer with libcurl, between http.c (one at a time) and http_multi.c (many). */
#include <curl/curl.h>
#include <netinet/in.h>

#include "base/buf.h"
#include "net/http.h"

typedef struct kf_smtp_state_t kf_smtp_state_t;
typedef struct kf_transfer_t kf_transfer_t;
struct kf_transfer_t {
    CURL *easy;
    struct curl_slist *headers;
    struct curl_slist *connect_to;
    const kf_http_req_t *req;
    const kf_guard_t *guard;       /* of the request, or of the server of its mail */
    const char *host;              /* of a guarded transfer */
    kf_buf_t body;
    size_t cap, keep;              /* bytes read and kept at most */
    size_t got;                    /* bytes received, also those not kept */
    int too_large;                 /* stopped reading at cap */
    int refused;                   /* the guard refused an address */
    char ip[INET6_ADDRSTRLEN];     /* last address that was tried */
    char reason[CURL_ERROR_SIZE];  /* libcurl's error message */
    kf_smtp_state_t *mail;         /* of smtp.c; NULL for HTTP */
    apr_pool_t *p;
    /* of http_multi.c */
    kf_http_multi_t *multi;
    kf_http_done_fn *done;
    void *baton;
    kf_http_res_t *ready;          /* the answer is known without a transfer; no easy */
    kf_transfer_t *prev, *next;
};

/** Makes a transfer ready to run. KF_E_EGRESS_DENIED: the guard refuses the URL. */
kf_err_t *kf_transfer_open(kf_transfer_t **out, const kf_http_req_t *req, apr_pool_t *p);

/** The answer after libcurl ended with `code`. */
kf_http_res_t *kf_transfer_result(kf_transfer_t *transfer, CURLcode code);

/** The answer to a request whose URL the guard refused. */
kf_http_res_t *kf_transfer_denied(const kf_err_t *why, apr_pool_t *p);

/* Options of libcurl in a table; option 0 ends it. */
typedef struct {
    CURLoption option;
    long value;
} kf_transfer_long_t;
typedef struct {
    CURLoption option;
    const char *value; /* NULL: libcurl's default */
} kf_transfer_string_t;

/** Sets the options in their order, up to the first that libcurl refuses. */
CURLcode kf_transfer_longs(kf_transfer_t *transfer, const kf_transfer_long_t *rows);
CURLcode kf_transfer_strings(kf_transfer_t *transfer, const kf_transfer_string_t *rows);

/** Makes libcurl ask the guard before each connection. */
CURLcode kf_transfer_watch(kf_transfer_t *transfer);

/** Frees what libcurl holds, wiping headers; the handle must no longer be in a multi. */
void kf_transfer_close(kf_transfer_t *transfer);

/* -- the other protocol, in smtp.c and smtp_mail.c -- */

/** The headers of its mail, into transfer->headers. KF_E_INVALID, KF_E_INTERNAL. */
kf_err_t *kf_smtp_head(kf_transfer_t *transfer);
/** Its body, of transfer->easy. `*out` is to be freed by curl_mime_free() after an error too. */
kf_err_t *kf_smtp_body(curl_mime **out, kf_transfer_t *transfer);

/** Sets up t->easy for t->req->mail. */
kf_err_t *kf_smtp_open(kf_transfer_t *transfer);
/** Adds to the answer what is specific to SMTP. */
void kf_smtp_result(kf_http_res_t *res, const kf_transfer_t *transfer, CURLcode code);
/** After the easy handle is gone. */
void kf_smtp_close(kf_transfer_t *transfer);

#endif
