/* Makes a mail: its header, and the parts of its body. */
#include <apr_strings.h>
#include <string.h>

#include "base/limits.h"
#include "net/http_transfer.h"
#include "net/smtp.h"
#include "text/mime.h"

static kf_err_t *internal(apr_pool_t *p, const char *cause)
{
    return kf_err_because(p, kf_err(p, KF_E_INTERNAL, "A mail could not be made."), "%s", cause);
}

/* -- the head -- */

static kf_err_t *check_id(const char *id, apr_pool_t *p)
{
    if (!*id || strlen(id) > 64
        || id[strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-")]) {
        return kf_err(p, KF_E_INVALID, "The id of a mail is not valid.");
    }
    return NULL;
}

typedef struct {
    const char *from, *to, *subject, *reply_to;
} words_t;

/* Everything written by a person or in the configuration goes through the encoder. */
static kf_err_t *head_words(words_t *words, const kf_smtp_mail_t *mail, apr_pool_t *p)
{
    KF_TRY(check_id(mail->id, p));
    if (mail->thread) {
        KF_TRY(check_id(mail->thread, p));
    }
    KF_TRY(kf_mime_mailbox(&words->from, mail->from_name, mail->from_address, p));
    KF_TRY(kf_mime_mailbox(&words->to, mail->to_name, mail->to_address, p));
    words->reply_to = NULL;
    if (mail->reply_to) {
        KF_TRY(kf_mime_mailbox(&words->reply_to, NULL, mail->reply_to, p));
    }
    return kf_mime_text(&words->subject, mail->subject, p);
}

static const char *const methods[] = {"REQUEST", "CANCEL", "PUBLISH"};

/* It becomes a parameter of a header. */
static kf_err_t *check_method(const kf_smtp_mail_t *mail, apr_pool_t *p)
{
    for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++) {
        if (mail->ics_method && !strcmp(mail->ics_method, methods[i])) {
            return NULL;
        }
    }
    return mail->ics ? kf_err(p, KF_E_INVALID, "The method of an invitation is not valid.") : NULL;
}

kf_err_t *kf_smtp_check(const kf_smtp_mail_t *mail, apr_pool_t *p)
{
    words_t words;

    KF_TRY(check_method(mail, p));
    return head_words(&words, mail, p);
}

static const char *id_at(const kf_smtp_mail_t *mail, const char *id, apr_pool_t *p)
{
    return apr_pstrcat(p, "<", id, strchr(mail->from_address, '@'), ">", NULL);
}

const char *kf_smtp_message_id(const kf_smtp_mail_t *mail, apr_pool_t *p)
{
    return id_at(mail, mail->id, p);
}

const char *kf_smtp_thread_id(const kf_smtp_mail_t *mail, apr_pool_t *p)
{
    return mail->thread && strcmp(mail->thread, mail->id) != 0 ? id_at(mail, mail->thread, p) : NULL;
}

static kf_err_t *add_header(kf_transfer_t *t, const char *name, const char *value)
{
    struct curl_slist *list;

    if (!value) {
        return NULL;
    }
    list = curl_slist_append(t->headers, apr_pstrcat(t->p, name, ": ", value, NULL));
    if (!list) {
        return internal(t->p, "out of memory");
    }
    t->headers = list;
    return NULL;
}

kf_err_t *kf_smtp_head(kf_transfer_t *t)
{
    const kf_smtp_mail_t *mail = t->req->mail;
    const char *thread;
    words_t words = {0};

    KF_TRY(check_method(mail, t->p));
    KF_TRY(head_words(&words, mail, t->p));
    thread = kf_smtp_thread_id(mail, t->p);
    KF_TRY(add_header(t, "Date", kf_mime_date(mail->date, t->p)));
    KF_TRY(add_header(t, "From", words.from));
    KF_TRY(add_header(t, "To", words.to));
    KF_TRY(add_header(t, "Reply-To", words.reply_to));
    KF_TRY(add_header(t, "Subject", words.subject));
    KF_TRY(add_header(t, "Message-ID", kf_smtp_message_id(mail, t->p)));
    KF_TRY(add_header(t, "In-Reply-To", thread));
    KF_TRY(add_header(t, "References", thread));
    KF_TRY(add_header(t, "Auto-Submitted", "auto-generated"));
    if (mail->unsubscribe) {
        KF_TRY(add_header(t, "List-Unsubscribe", apr_pstrcat(t->p, "<", mail->unsubscribe, ">", NULL)));
        KF_TRY(add_header(t, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
    }
    KF_TRY(add_header(t, "Content-Language", strcmp(mail->lang, "en") ? "es" : "en"));
    return add_header(t, "Content-Type", mail->ics ? "multipart/mixed" : "multipart/alternative");
}

/* -- the body -- */

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

static kf_err_t *add_text(kf_transfer_t *t, curl_mime *to, const char *type, const char *text)
{
    curl_mimepart *part = curl_mime_addpart(to);
    const char *lines = "";
    CURLcode rc;

    KF_TRY(with_crlf(&lines, text, t->p));
    rc = part ? curl_mime_data(part, lines, CURL_ZERO_TERMINATED) : CURLE_OUT_OF_MEMORY;
    rc = rc ? rc : curl_mime_type(part, type);
    rc = rc ? rc : curl_mime_encoder(part, "quoted-printable");
    return rc ? internal(t->p, curl_easy_strerror(rc)) : NULL;
}

/* As base64, so that no server on the way changes its lines. */
static kf_err_t *add_ics(kf_transfer_t *t, curl_mime *to, const char *type, const char *file)
{
    const kf_smtp_mail_t *mail = t->req->mail;
    curl_mimepart *part = curl_mime_addpart(to);
    CURLcode rc = part ? curl_mime_data(part, mail->ics, mail->ics_len) : CURLE_OUT_OF_MEMORY;

    rc = rc ? rc : curl_mime_type(part, type);
    rc = rc ? rc : curl_mime_filename(part, file);
    rc = rc ? rc : curl_mime_encoder(part, "base64");
    return rc ? internal(t->p, curl_easy_strerror(rc)) : NULL;
}

/* The reader's program shows the last part that it understands. */
static kf_err_t *add_alternatives(kf_transfer_t *t, curl_mime *to)
{
    const kf_smtp_mail_t *mail = t->req->mail;

    KF_TRY(add_text(t, to, "text/plain; charset=utf-8", mail->text));
    KF_TRY(add_text(t, to, "text/html; charset=utf-8", mail->html));
    if (!mail->ics) {
        return NULL;
    }
    return add_ics(t, to, apr_pstrcat(t->p, "text/calendar; charset=utf-8; method=", mail->ics_method,
                                      NULL), NULL);
}

static kf_err_t *add_mixed(kf_transfer_t *t, curl_mime *to)
{
    curl_mimepart *part = curl_mime_addpart(to);
    curl_mime *inner = curl_mime_init(t->easy);
    CURLcode rc = part && inner ? curl_mime_subparts(part, inner) : CURLE_OUT_OF_MEMORY;

    if (rc) {
        curl_mime_free(inner); /* not yet the part's own */
        return internal(t->p, curl_easy_strerror(rc));
    }
    rc = curl_mime_type(part, "multipart/alternative");
    if (rc) {
        return internal(t->p, curl_easy_strerror(rc));
    }
    KF_TRY(add_alternatives(t, inner));
    return add_ics(t, to, "application/ics; name=\"invite.ics\"", "invite.ics");
}

kf_err_t *kf_smtp_body(curl_mime **out, kf_transfer_t *t)
{
    *out = curl_mime_init(t->easy);
    if (!*out) {
        return internal(t->p, "out of memory");
    }
    return t->req->mail->ics ? add_mixed(t, *out) : add_alternatives(t, *out);
}
