#include "net/smtp.h"

#include <apr_strings.h>
#include <string.h>

#include "base/limits.h"
#include "crypto/hash.h"
#include "net/http_transfer.h"

#define CONNECT_MS 10000
#define REPLY_S 15 /* the longest wait for one reply, also for that to QUIT */
#define REPLY_MAX 300

struct kf_smtp_state_t {
    curl_mime *mime;
    struct curl_slist *to;
    bool about_mail; /* the last command was RCPT, or DATA or later */
    bool over;       /* QUIT was sent: later replies do not matter */
    kf_buf_t reply;  /* the server's last line before that */
};

static kf_err_t *internal(apr_pool_t *p, const char *cause)
{
    return kf_err_because(p, kf_err(p, KF_E_INTERNAL, "A mail could not be made."), "%s", cause);
}

/* -- callbacks of libcurl -- */

/* Each line of a reply, also of one that is longer than a line. */
static size_t on_reply(char *bytes, size_t size, size_t count, void *baton)
{
    kf_smtp_state_t *mail = baton;
    size_t n = size * count, keep = 0;

    if (mail->over) {
        return n;
    }
    kf_buf_reset(&mail->reply);
    while (keep < n && keep < REPLY_MAX && bytes[keep] >= ' ') {
        keep++;
    }
    kf_buf_bytes(&mail->reply, bytes, keep);
    return n;
}

/* A 5xx about the recipient or the content is permanent; one at connect time or about us is not. */
static int on_debug(CURL *easy, curl_infotype type, char *bytes, size_t len, void *baton)
{
    kf_smtp_state_t *mail = baton;

    (void)easy;
    if (type == CURLINFO_HEADER_OUT && len > 4 && !memcmp(bytes, "QUIT", 4)) {
        mail->over = true;
    } else if (type == CURLINFO_HEADER_OUT && !mail->over) {
        mail->about_mail = len > 4 && (!memcmp(bytes, "RCPT", 4) || !memcmp(bytes, "DATA", 4));
    }
    return 0;
}

/* -- the connection -- */

static CURLcode set_longs(kf_transfer_t *t)
{
    const kf_smtp_t *smtp = t->req->mail->smtp;
    const kf_transfer_long_t longs[] = {
        {CURLOPT_NOSIGNAL, 1},
        {CURLOPT_SSL_VERIFYPEER, 1},
        {CURLOPT_SSL_VERIFYHOST, 2},
        {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
        {CURLOPT_USE_SSL, smtp->security == KF_SMTP_PLAIN ? CURLUSESSL_NONE : CURLUSESSL_ALL},
        {CURLOPT_NETRC, CURL_NETRC_IGNORED},
        {CURLOPT_QUICK_EXIT, 1},
        {CURLOPT_TIMEOUT_MS, smtp->timeout_ms ? smtp->timeout_ms : KF_SMTP_TIMEOUT_MS},
        {CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS},
        {CURLOPT_SERVER_RESPONSE_TIMEOUT, REPLY_S},
        /* mails are few: a new connection for each, so that none uses a dying one */
        {CURLOPT_FRESH_CONNECT, 1},
        {CURLOPT_FORBID_REUSE, 1},
        {CURLOPT_DNS_CACHE_TIMEOUT, smtp->guard ? 0 : 60},
        {CURLOPT_UPLOAD, 1},
        {CURLOPT_VERBOSE, 1}, /* for on_debug alone, which takes it all */
        {0, 0},
    };

    return kf_transfer_longs(t, longs);
}

static CURLcode set_strings(kf_transfer_t *t)
{
    const kf_smtp_mail_t *mail = t->req->mail;
    const kf_smtp_t *smtp = mail->smtp;
    const kf_transfer_string_t strings[] = {
        /* the path is our name in EHLO */
        {CURLOPT_URL, apr_pstrcat(t->p, smtp->url, "/", strchr(mail->from_address, '@') + 1, NULL)},
        {CURLOPT_MAIL_FROM, apr_pstrcat(t->p, "<", mail->from_address, ">", NULL)},
        {CURLOPT_USERNAME, smtp->user},
        {CURLOPT_PASSWORD, smtp->user ? smtp->password : NULL},
        {CURLOPT_PROXY, ""},
        {CURLOPT_PROTOCOLS_STR, "smtp,smtps"},
        {0, NULL},
    };

    return kf_transfer_strings(t, strings);
}

/* As bytes: the file may be root's alone. */
static CURLcode set_authorities(kf_transfer_t *t)
{
    const char *ca = t->req->mail->smtp->ca;
    struct curl_blob blob = {(void *)ca, ca ? strlen(ca) : 0, CURL_BLOB_NOCOPY};

    return ca ? curl_easy_setopt(t->easy, CURLOPT_CAINFO_BLOB, &blob) : CURLE_OK;
}

static CURLcode set_callbacks(kf_transfer_t *t)
{
    CURLcode rc = kf_transfer_watch(t);

    rc = rc ? rc : curl_easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, on_reply);
    rc = rc ? rc : curl_easy_setopt(t->easy, CURLOPT_HEADERDATA, t->mail);
    rc = rc ? rc : curl_easy_setopt(t->easy, CURLOPT_DEBUGFUNCTION, on_debug);
    rc = rc ? rc : curl_easy_setopt(t->easy, CURLOPT_DEBUGDATA, t->mail);
    rc = rc ? rc : curl_easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->reason);
    rc = rc ? rc : curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t);
    rc = rc ? rc : curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers);
    rc = rc ? rc : curl_easy_setopt(t->easy, CURLOPT_MAIL_RCPT, t->mail->to);
    return rc ? rc : curl_easy_setopt(t->easy, CURLOPT_MIMEPOST, t->mail->mime);
}

/* The server that a merchant names is checked like their other addresses. */
static kf_err_t *check_server(kf_transfer_t *t)
{
    const kf_smtp_t *smtp = t->req->mail->smtp;

    t->guard = smtp->guard;
    return t->guard ? kf_guard_check_host(&t->host, t->guard, smtp->host, smtp->port, t->p) : NULL;
}

kf_err_t *kf_smtp_open(kf_transfer_t *t)
{
    CURLcode rc;

    t->mail = apr_pcalloc(t->p, sizeof(*t->mail));
    kf_buf_init(&t->mail->reply, t->p, REPLY_MAX, REPLY_MAX);
    KF_TRY(check_server(t));
    KF_TRY(kf_smtp_head(t)); /* before the address is used: the encoder judges it */
    KF_TRY(kf_smtp_body(&t->mail->mime, t));
    t->mail->to = curl_slist_append(NULL, apr_pstrcat(t->p, "<", t->req->mail->to_address, ">",
                                                      NULL));
    if (!t->mail->to) {
        return internal(t->p, "out of memory");
    }
    rc = set_longs(t);
    rc = rc ? rc : set_strings(t);
    rc = rc ? rc : set_authorities(t);
    rc = rc ? rc : set_callbacks(t);
    return rc ? internal(t->p, curl_easy_strerror(rc)) : NULL;
}

void kf_smtp_close(kf_transfer_t *t)
{
    curl_mime_free(t->mail->mime);
    curl_slist_free_all(t->mail->to);
    t->mail->mime = NULL;
    t->mail->to = NULL;
}

/* -- the answer -- */

void kf_smtp_result(kf_http_res_t *res, const kf_transfer_t *t, CURLcode code)
{
    res->refused = code != CURLE_OK && t->mail->about_mail && res->status >= 500
                   && res->status <= 599;
    res->body = kf_buf_text(&t->mail->reply);
    res->body_len = t->mail->reply.len;
    if (res->outcome == KF_HTTP_OTHER && code == CURLE_USE_SSL_FAILED) {
        res->outcome = KF_HTTP_TLS;
        res->error = "the server does not offer STARTTLS";
    }
}

kf_smtp_verdict_t kf_smtp_verdict(const kf_http_res_t *res)
{
    if (res->outcome == KF_HTTP_OK) {
        return KF_SMTP_SENT;
    }
    return res->refused ? KF_SMTP_REFUSED : KF_SMTP_FAILED;
}

const char *kf_smtp_reason(const kf_http_res_t *res, apr_pool_t *p)
{
    if (res->outcome == KF_HTTP_OK) {
        return NULL;
    }
    if (res->outcome == KF_HTTP_OTHER && res->status >= 400 && res->body_len) {
        return apr_pstrdup(p, res->body);
    }
    return apr_pstrcat(p, kf_http_outcome_text(res->outcome), ": ", res->error ? res->error : "",
                       NULL);
}
