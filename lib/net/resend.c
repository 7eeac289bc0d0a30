#include "net/resend.h"

#include <apr_strings.h>
#include <apr_tables.h>
#include <string.h>

#include "base/limits.h"
#include "crypto/hash.h"
#include "json/decode.h"
#include "json/encode.h"

#define TIMEOUT_MS 30000
#define MAX_REASON 300

/* -- the request -- */

/* "Name <address>". Special characters are removed from the name. */
static const char *mailbox(const char *name, const char *address, apr_pool_t *p)
{
    char *plain = apr_pstrdup(p, name ? name : ""), *end = plain;

    for (const char *c = plain; *c; c++) {
        char kept = strchr("\"\\<>()[]@,;:", *c) ? ' ' : *c;

        if (kept != ' ' || (end > plain && end[-1] != ' ')) {
            *end++ = kept;
        }
    }
    end -= end > plain && end[-1] == ' ';
    *end = '\0';
    return *plain ? apr_pstrcat(p, plain, " <", address, ">", NULL) : address;
}

static void put_headers(kf_buf_t *b, const kf_smtp_mail_t *mail, apr_pool_t *p)
{
    const char *thread = kf_smtp_thread_id(mail, p);

    kf_json_open_key(b, "headers", '{');
    kf_json_str(b, "Message-ID", kf_smtp_message_id(mail, p));
    if (thread) {
        kf_json_str(b, "In-Reply-To", thread);
        kf_json_str(b, "References", thread);
    }
    kf_json_str(b, "Auto-Submitted", "auto-generated");
    if (mail->unsubscribe) {
        kf_json_str(b, "List-Unsubscribe", apr_pstrcat(p, "<", mail->unsubscribe, ">", NULL));
        kf_json_str(b, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
    }
    kf_json_str(b, "Content-Language", strcmp(mail->lang, "en") ? "es" : "en");
    kf_json_close(b, '}');
}

static void put_ics(kf_buf_t *b, const kf_smtp_mail_t *mail, apr_pool_t *p)
{
    char *base64;

    if (!mail->ics) {
        return;
    }
    base64 = apr_palloc(p, KF_BASE64_CHARS(mail->ics_len) + 1);
    kf_base64_write(base64, mail->ics, mail->ics_len);
    kf_json_open_key(b, "attachments", '[');
    kf_json_open(b, '{');
    kf_json_str(b, "filename", "invite.ics");
    kf_json_str(b, "content", base64);
    kf_json_str(b, "content_type", apr_pstrcat(p, "text/calendar; charset=utf-8; method=",
                                               mail->ics_method, NULL));
    kf_json_close(b, '}');
    kf_json_close(b, ']');
}

/* The same for every attempt of the same mail: it contains no date. */
static kf_err_t *make_body(kf_http_req_t *req, const kf_smtp_mail_t *mail, apr_pool_t *p)
{
    kf_buf_t b;

    kf_buf_init(&b, p, strlen(mail->text) + strlen(mail->html) * 2 + 1024, KF_MAX_RESEND_BODY);
    kf_json_open(&b, '{');
    kf_json_str(&b, "from", mailbox(mail->from_name, mail->from_address, p));
    kf_json_open_key(&b, "to", '[');
    kf_json_str(&b, NULL, mail->to_address);
    kf_json_close(&b, ']');
    if (mail->reply_to) {
        kf_json_str(&b, "reply_to", mail->reply_to);
    }
    kf_json_str(&b, "subject", mail->subject);
    kf_json_str(&b, "html", mail->html);
    kf_json_str(&b, "text", mail->text);
    put_headers(&b, mail, p);
    put_ics(&b, mail, p);
    kf_json_close(&b, '}');
    req->body = kf_buf_text(&b);
    req->body_len = b.len;
    kf_wipe_with_pool(b.data, b.len, p);
    return kf_buf_check(&b, "mail", p);
}

kf_err_t *kf_resend_request(kf_http_req_t *req, const kf_resend_t *resend,
                            const kf_smtp_mail_t *mail, const char *once, apr_pool_t *p)
{
    apr_table_t *headers = apr_table_make(p, 4);
    char *bearer = apr_pstrcat(p, "Bearer ", resend->key, NULL);

    KF_TRY(kf_smtp_check(mail, p));
    KF_TRY(make_body(req, mail, p));
    kf_wipe_with_pool(bearer, strlen(bearer), p);
    apr_table_setn(headers, "Authorization", bearer);
    apr_table_setn(headers, "Content-Type", "application/json");
    apr_table_setn(headers, "Idempotency-Key", once);
    req->method = "POST";
    req->url = apr_pstrcat(p, resend->api, "/emails", NULL);
    req->headers = headers;
    req->timeout_ms = TIMEOUT_MS;
    req->answer_cap = KF_MAX_RESEND_ANSWER;
    req->ca_file = resend->ca_file;
    return NULL;
}

/* -- the answer -- */

/* A string of the answer's object, or "". */
static const char *member(const kf_http_res_t *res, const char *name, apr_pool_t *p)
{
    json_t *json = NULL;
    const char *text;

    if (res->outcome != KF_HTTP_OK
        || kf_json_decode_within(&json, res->body, res->body_len, &kf_json_answer, p)) {
        return "";
    }
    text = json_string_value(json_object_get(json, name));
    return text ? apr_pstrdup(p, text) : "";
}

/* An error of our account and not of this mail: the mail waits until it is fixed. */
static bool about_us(const char *name)
{
    static const char *const names[] = {"invalid_from_address", "missing_api_key", "restricted_api_key",
                                        "invalid_api_key", "invalid_access", "security_error"};

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        if (!strcmp(name, names[i])) {
            return true;
        }
    }
    return false;
}

kf_smtp_verdict_t kf_resend_verdict(const kf_http_res_t *res, apr_pool_t *p)
{
    const char *name = member(res, "name", p);

    if (res->outcome != KF_HTTP_OK) {
        return KF_SMTP_FAILED;
    }
    if (res->status == 200 || (res->status == 409 && !strcmp(name, "invalid_idempotent_request"))) {
        return KF_SMTP_SENT;
    }
    /* 403 is a domain that is not verified, 404 and 405 the wrong API address */
    return (res->status == 400 || res->status == 413 || res->status == 422) && !about_us(name)
               ? KF_SMTP_REFUSED
               : KF_SMTP_FAILED;
}

/* Resend's message may contain anything and be cut anywhere. */
static const char *one_line(const char *text, apr_pool_t *p)
{
    char *line = apr_pstrndup(p, text, MAX_REASON);

    for (char *c = line; *c; c++) {
        *c = *c < ' ' || *c > '~' ? '?' : *c;
    }
    return line;
}

const char *kf_resend_reason(const kf_http_res_t *res, apr_pool_t *p)
{
    if (res->outcome != KF_HTTP_OK) {
        return apr_pstrcat(p, kf_http_outcome_text(res->outcome), ": ",
                           res->error ? res->error : "", NULL);
    }
    if (kf_resend_verdict(res, p) == KF_SMTP_SENT) {
        return NULL;
    }
    return one_line(apr_psprintf(p, "%d %s: %s", res->status, member(res, "name", p),
                                 member(res, "message", p)), p);
}

const char *kf_resend_id(const kf_http_res_t *res, apr_pool_t *p)
{
    const char *id = res->status == 200 ? member(res, "id", p) : "";

    return *id && strlen(id) <= 100 ? id : NULL;
}
