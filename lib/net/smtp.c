#include "net/smtp.h"

#include <apr_strings.h>
#include <string.h>

#include "base/limits.h"
#include "crypto/hash.h"
#include "net/http_transfer.h"
#include "text/mime.h"

#define TIMEOUT_MS 30000
#define CONNECT_MS 10000
#define REPLY_S 15 /* the longest wait for one reply, also for that to QUIT */
#define REPLY_MAX 300

struct kf_smtp_state_t {
    curl_mime *mime;
    struct curl_slist *to;
    bool about_mail; /* the last command was RCPT, or DATA and what follows */
    bool over;       /* QUIT was said: what follows tells nothing */
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

/* A 5xx about the recipient or the text is for good; one at the door or about us is not. */
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

/* -- head and body -- */

static kf_err_t *add_header(kf_transfer_t *t, const char *name, const char *value)
{
    struct curl_slist *list = curl_slist_append(t->headers,
                                                apr_pstrcat(t->p, name, ": ", value, NULL));

    if (!list) {
        return internal(t->p, "out of memory");
    }
    t->headers = list;
    return NULL;
}

static kf_err_t *check_id(const char *id, apr_pool_t *p)
{
    if (!*id || strlen(id) > 64
        || id[strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-")]) {
        return kf_err(p, KF_E_INVALID, "The id of a mail is not valid.");
    }
    return NULL;
}

/* From, To, Subject: whatever a person or the configuration wrote goes through the encoder. */
static kf_err_t *head_words(const char *words[3], const kf_smtp_mail_t *mail, apr_pool_t *p)
{
    KF_TRY(check_id(mail->id, p));
    KF_TRY(kf_mime_mailbox(&words[0], mail->smtp->from_name, mail->smtp->from_address, p));
    KF_TRY(kf_mime_mailbox(&words[1], mail->to_name, mail->to_address, p));
    return kf_mime_text(&words[2], mail->subject, p);
}

kf_err_t *kf_smtp_check(const kf_smtp_mail_t *mail, apr_pool_t *p)
{
    const char *words[3];

    return head_words(words, mail, p);
}

static const char *domain_of(const kf_smtp_t *smtp)
{
    return strchr(smtp->from_address, '@') + 1;
}

static kf_err_t *set_head(kf_transfer_t *t)
{
    const kf_smtp_mail_t *mail = t->req->mail;
    const char *words[3];

    KF_TRY(head_words(words, mail, t->p));
    KF_TRY(add_header(t, "Date", kf_mime_date(mail->date, t->p)));
    KF_TRY(add_header(t, "From", words[0]));
    KF_TRY(add_header(t, "To", words[1]));
    KF_TRY(add_header(t, "Subject", words[2]));
    KF_TRY(add_header(t, "Message-ID", apr_pstrcat(t->p, "<", mail->id, "@", domain_of(mail->smtp),
                                                   ">", NULL)));
    KF_TRY(add_header(t, "Auto-Submitted", "auto-generated"));
    KF_TRY(add_header(t, "Content-Language", strcmp(mail->lang, "en") ? "es" : "en"));
    return add_header(t, "Content-Type", "multipart/alternative");
}

/* Quoted-printable knows only CRLF as the end of a line. */
static kf_err_t *with_crlf(const char **out, const char *text, apr_pool_t *p)
{
    kf_buf_t b;

    kf_buf_init(&b, p, strlen(text) + 512, KF_MAX_PAGE * 2);
    for (const char *c = text; *c; c++) {
        if (*c != '\r') {
            kf_buf_bytes(&b, *c == '\n' ? "\r\n" : c, *c == '\n' ? 2 : 1);
        }
    }
    *out = kf_buf_text(&b);
    return kf_buf_check(&b, "mail", p);
}

static kf_err_t *add_part(kf_transfer_t *t, const char *type, const char *text)
{
    curl_mimepart *part = curl_mime_addpart(t->mail->mime);
    const char *lines;
    CURLcode rc;

    KF_TRY(with_crlf(&lines, text, t->p));
    rc = part ? curl_mime_data(part, lines, CURL_ZERO_TERMINATED) : CURLE_OUT_OF_MEMORY;
    rc = rc ? rc : curl_mime_type(part, type);
    rc = rc ? rc : curl_mime_encoder(part, "quoted-printable");
    return rc ? internal(t->p, curl_easy_strerror(rc)) : NULL;
}

static kf_err_t *set_body(kf_transfer_t *t)
{
    t->mail->mime = curl_mime_init(t->easy);
    if (!t->mail->mime) {
        return internal(t->p, "out of memory");
    }
    KF_TRY(add_part(t, "text/plain; charset=utf-8", t->req->mail->text));
    return add_part(t, "text/html; charset=utf-8", t->req->mail->html);
}

/* -- the connection -- */

static CURLcode set_longs(kf_transfer_t *t)
{
    const kf_smtp_t *smtp = t->req->mail->smtp;
    const struct {
        CURLoption option;
        long value;
    } longs[] = {
        {CURLOPT_NOSIGNAL, 1},
        {CURLOPT_SSL_VERIFYPEER, 1},
        {CURLOPT_SSL_VERIFYHOST, 2},
        {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
        {CURLOPT_USE_SSL, smtp->security == KF_SMTP_PLAIN ? CURLUSESSL_NONE : CURLUSESSL_ALL},
        {CURLOPT_NETRC, CURL_NETRC_IGNORED},
        {CURLOPT_QUICK_EXIT, 1},
        {CURLOPT_TIMEOUT_MS, smtp->timeout_ms ? smtp->timeout_ms : TIMEOUT_MS},
        {CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS},
        {CURLOPT_SERVER_RESPONSE_TIMEOUT, REPLY_S},
        /* mails are few: a connection each, so that none of them meets a dying one */
        {CURLOPT_FRESH_CONNECT, 1},
        {CURLOPT_FORBID_REUSE, 1},
        {CURLOPT_UPLOAD, 1},
        {CURLOPT_VERBOSE, 1}, /* for on_debug alone, which takes it all */
    };

    for (size_t i = 0; i < sizeof(longs) / sizeof(*longs); i++) {
        CURLcode rc = curl_easy_setopt(t->easy, longs[i].option, longs[i].value);

        if (rc) {
            return rc;
        }
    }
    return CURLE_OK;
}

static CURLcode set_strings(kf_transfer_t *t)
{
    const kf_smtp_mail_t *mail = t->req->mail;
    const kf_smtp_t *smtp = mail->smtp;
    const struct {
        CURLoption option;
        const char *value;
    } strings[] = {
        /* the path is what we call ourselves in EHLO */
        {CURLOPT_URL, apr_pstrcat(t->p, smtp->url, "/", domain_of(smtp), NULL)},
        {CURLOPT_MAIL_FROM, apr_pstrcat(t->p, "<", smtp->from_address, ">", NULL)},
        {CURLOPT_USERNAME, smtp->user},
        {CURLOPT_PASSWORD, smtp->user ? smtp->password : NULL},
        {CURLOPT_PROXY, ""},
        {CURLOPT_PROTOCOLS_STR, "smtp,smtps"},
    };

    for (size_t i = 0; i < sizeof(strings) / sizeof(*strings); i++) {
        CURLcode rc = strings[i].value
                          ? curl_easy_setopt(t->easy, strings[i].option, strings[i].value)
                          : CURLE_OK;

        if (rc) {
            return rc;
        }
    }
    return CURLE_OK;
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
    CURLcode rc = curl_easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, on_reply);

    rc = rc ? rc : curl_easy_setopt(t->easy, CURLOPT_HEADERDATA, t->mail);
    rc = rc ? rc : curl_easy_setopt(t->easy, CURLOPT_DEBUGFUNCTION, on_debug);
    rc = rc ? rc : curl_easy_setopt(t->easy, CURLOPT_DEBUGDATA, t->mail);
    rc = rc ? rc : curl_easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->reason);
    rc = rc ? rc : curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t);
    rc = rc ? rc : curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers);
    rc = rc ? rc : curl_easy_setopt(t->easy, CURLOPT_MAIL_RCPT, t->mail->to);
    return rc ? rc : curl_easy_setopt(t->easy, CURLOPT_MIMEPOST, t->mail->mime);
}

kf_err_t *kf_smtp_open(kf_transfer_t *t)
{
    CURLcode rc;

    t->mail = apr_pcalloc(t->p, sizeof(*t->mail));
    kf_buf_init(&t->mail->reply, t->p, REPLY_MAX, REPLY_MAX);
    KF_TRY(set_head(t)); /* before the address is used: the encoder judges it */
    KF_TRY(set_body(t));
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
