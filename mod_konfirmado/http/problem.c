/* Errors as answers: problem details (RFC 9457) or a page. */
#include <apr_strings.h>
#include <http_protocol.h>
#include <string.h>

#include "base/limits.h"
#include "http/make.h"
#include "http/reply.h"
#include "json/encode.h"
#include "log_bridge.h"
#include "text/lang.h"

APLOG_USE_MODULE(konfirmado);

static kfm_page_error_fn *page_error;

void kfm_reply_set_page_error(kfm_page_error_fn *fn)
{
    page_error = fn;
}

/* -- the texts -- */

/* The language that the client asks for, else the account's. Without either the client is a program: English. */
static const char *lang_of(const kfm_call_t *call)
{
    const char *asked = kfm_make_asked_lang(call->r), *accept = apr_table_get(call->r->headers_in, "Accept-Language");
    const char *own = call->who && call->who->language ? call->who->language : "en";

    return asked ? asked : accept ? kf_lang_choose(accept, strlen(accept), own) : own;
}

/* Built-in sentences are English. For other languages the catalogue has a sentence for the refusal, or else for its
 * reason or code. */
static bool in_english(const kfm_call_t *call, const char *lang)
{
    return !strcmp(lang, "en") || !call->cfg->messages;
}

static const char *words(const kfm_call_t *call, const char *lang, const char *group, const char *code, const char *part)
{
    return kf_catalog_text(call->cfg->messages, lang,
                           apr_pstrcat(call->pool, "problems.", group, ".", code, ".", part, NULL));
}

static const char *reason_words(const kfm_call_t *call, const char *lang, const kf_err_t *err)
{
    apr_pool_t *p = call->pool;
    const char *text = words(call, lang, "reason", kf_reason_text(err->reason), "text");

    if (!err->limits) {
        return text;
    }
    return apr_pstrcat(p, text, " ",
                       kf_catalog_format(call->cfg->messages, lang, "problems.limits", p, "min",
                                         apr_psprintf(p, "%" APR_INT64_T_FMT, err->min), "max",
                                         apr_psprintf(p, "%" APR_INT64_T_FMT, err->max), NULL),
                       NULL);
}

static const char *title_of(const kfm_call_t *call, const char *lang, kf_code_t code)
{
    return in_english(call, lang) ? kf_code_title(code) : words(call, lang, "code", kf_code_text(code), "title");
}

/* The catalogue's sentence for this refusal; NULL: none. */
static const char *own_words(const kfm_call_t *call, const char *lang, const kf_err_t *err)
{
    const kf_catalog_t *cat = call->cfg->messages;
    const char *said = kf_catalog_said(cat, lang, "refusals", err->sentence ? err->sentence : err->detail, call->pool);
    const char *values[KF_ERR_VALUES + 1] = {NULL};

    for (int i = 0; said && i < KF_ERR_VALUES && err->values[i]; i++) { /* a state is an English word */
        const char *word = kf_catalog_said(cat, lang, "words", err->values[i], call->pool);

        values[i] = word ? word : err->values[i];
    }
    return said ? kf_err_fill(call->pool, said, values) : NULL;
}

/* Internal faults: the detail goes to the log only. */
static bool ours_alone(kf_code_t code)
{
    return code == KF_E_INTERNAL || code == KF_E_CONFIG;
}

static const char *detail_of(const kfm_call_t *call, const char *lang, const kf_err_t *err)
{
    const char *own;

    if (ours_alone(err->code)) {
        return title_of(call, lang, err->code);
    }
    if (in_english(call, lang)) {
        return err->detail;
    }
    own = own_words(call, lang, err);
    if (own) {
        return own;
    }
    return err->code == KF_E_INVALID && err->field ? reason_words(call, lang, err)
                                                   : words(call, lang, "code", kf_code_text(err->code), "text");
}

/* The detail member of the document. It names the field, for clients that read nothing else. */
static const char *summary_of(const kfm_call_t *call, const char *lang, const kf_err_t *err)
{
    const char *said = detail_of(call, lang, err);

    return err->field ? apr_pstrcat(call->pool, err->field, ": ", said, NULL) : said;
}

/* -- the document -- */

static void write_fields(kf_buf_t *buf, const kfm_call_t *call, const char *lang, const kf_err_t *err)
{
    kf_json_open_key(buf, "errors", '[');
    for (; err; err = err->next) {
        if (!err->field) {
            continue;
        }
        kf_json_open(buf, '{');
        kf_json_str(buf, "field", err->field);
        kf_json_str(buf, "code", err->code == KF_E_INVALID ? kf_reason_text(err->reason) : kf_code_text(err->code));
        kf_json_str(buf, "detail", detail_of(call, lang, err));
        if (err->limits) {
            kf_json_int(buf, "min", err->min);
            kf_json_int(buf, "max", err->max);
        }
        kf_json_close(buf, '}');
    }
    kf_json_close(buf, ']');
}

void kfm_reply_member(kfm_call_t *call, const char *name, const char *value)
{
    if (!call->problem_members) {
        call->problem_members = apr_table_make(call->pool, 2);
    }
    apr_table_setn(call->problem_members, name, value);
}

static int write_member(void *baton, const char *name, const char *value)
{
    kf_json_str(baton, name, value);
    return 1;
}

kf_err_t *kfm_reply_problem(const char **out, apr_size_t *len, kfm_call_t *call,
                            const kf_err_t *err)
{
    const char *lang = lang_of(call);
    kf_buf_t buf;

    kf_buf_init(&buf, call->pool, 512, KF_MAX_PROBLEM);
    kf_json_open(&buf, '{');
    kf_json_str(&buf, "type",
                apr_pstrcat(call->pool, call->cfg->base_url, "/problems/", kf_code_text(err->code), NULL));
    kf_json_str(&buf, "title", title_of(call, lang, err->code));
    kf_json_int(&buf, "status", kf_code_http(err->code));
    kf_json_str(&buf, "detail", summary_of(call, lang, err));
    kf_json_str(&buf, "code", kf_code_text(err->code));
    if (err->field || err->next) {
        write_fields(&buf, call, lang, err);
    }
    if (call->problem_members) {
        apr_table_do(write_member, &buf, call->problem_members, NULL);
    }
    kf_json_str(&buf, "request_id", call->request_id);
    kf_json_close(&buf, '}');
    KF_TRY(kf_buf_check(&buf, "answer", call->pool));
    *out = buf.data;
    *len = buf.len;
    return NULL;
}

/* The fallback page, used when templates cannot be rendered. */
static const char *plain_page(kfm_call_t *call, int status)
{
    bool en = strcmp(call->lang, "en") == 0;
    const char *title = en ? "Something went wrong" : "Algo no salió bien";
    const char *text = en ? "Please go back and try again." : "Vuelve atrás e intenta de nuevo.";

    if (status == HTTP_NOT_FOUND) {
        title = en ? "There is nothing here" : "Aquí no hay nada";
        text = en ? "Check the link that you were given." : "Revisa el enlace que te dieron.";
    } else if (status == HTTP_TOO_MANY_REQUESTS || status == HTTP_SERVICE_UNAVAILABLE) {
        title = en ? "One moment, please" : "Un momento, por favor";
        text = en ? "Wait a little and try again." : "Espera un poco e intenta de nuevo.";
    }
    return apr_pstrcat(call->pool, "<!DOCTYPE html>\n<html lang=\"", call->lang,
                       "\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                       "content=\"width=device-width, initial-scale=1\"><title>", title,
                       "</title></head>\n<body><main><h1>", title, "</h1><p>", text,
                       "</p><p><small>", call->request_id, "</small></p></main></body>\n</html>\n",
                       NULL);
}

static void answer_page(kfm_call_t *call, int status, const kf_err_t *err)
{
    const char *html = NULL;
    apr_size_t len = 0;
    kf_err_t *failed = page_error ? page_error(&html, &len, call, status, err) : NULL;

    if (failed) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, call->r->server,
                     KFLOGNO(00211) "request %s: the error page cannot be rendered: %s%s%s",
                     call->request_id, failed->detail, failed->cause ? ": " : "",
                     failed->cause ? failed->cause : "");
    }
    if (failed || !html) {
        html = plain_page(call, status);
        len = strlen(html);
    }
    kfm_reply_page(call, status, html, len);
}

static void answer_problem(kfm_call_t *call, int status, const kf_err_t *err)
{
    const char *json;
    apr_size_t len;

    kfm_reply_header(call, "Content-Language", lang_of(call));
    if (kfm_reply_problem(&json, &len, call, err)) {
        json = "{\"type\":\"about:blank\",\"title\":\"Error\"}";
        len = strlen(json);
    }
    kfm_reply_bytes(call, status, "application/problem+json", json, len);
}

/* A server fault is logged as error, a refusal as info. Never logs what the client sent. */
static void log_error(const kfm_call_t *call, int status, const kf_err_t *err)
{
    /* a suspended or overloaded business is no server fault, although the answer is a 503; an unreadable calendar
     * was logged when the fault began */
    bool ours = status >= 500 && err->cause && err->code != KF_E_TENANT_SUSPENDED
                && err->code != KF_E_CALENDAR_UNREADABLE && err->code != KF_E_BUSY;
    const char *why = ours_alone(err->code) ? err->detail : kf_code_text(err->code);

    ap_log_error(APLOG_MARK, ours || ours_alone(err->code) ? APLOG_ERR : APLOG_INFO, 0,
                 call->r->server, KFLOGNO(00212) "request %s %s: %d %s%s%s", call->request_id,
                 call->route ? call->route->name : "-", status, why, err->cause ? ": " : "",
                 err->cause ? err->cause : "");
}

static int default_retry(kf_code_t code)
{
    switch (code) {
    case KF_E_UNAVAILABLE:
    case KF_E_TIMEOUT:
        return 2;
    case KF_E_BUSY:
        return 5;
    case KF_E_TENANT_SUSPENDED:
        return 3600;
    case KF_E_KEY_RUNNING:
        return 1;
    default:
        return 30;
    }
}

static void set_headers(kfm_call_t *call, int status, const kf_err_t *err)
{
    apr_table_t *h = call->r->err_headers_out;

    apr_table_setn(h, "Cache-Control", "no-store");
    apr_table_unset(call->r->headers_out, "ETag");
    apr_table_unset(call->r->headers_out, "Location");
    if (status == HTTP_UNAUTHORIZED) {
        apr_table_setn(h, "WWW-Authenticate", "Bearer");
    }
    if ((status == HTTP_TOO_MANY_REQUESTS || status == HTTP_SERVICE_UNAVAILABLE || err->code == KF_E_KEY_RUNNING)
        && !apr_table_get(h, "Retry-After")) {
        kfm_reply_retry_after(call, default_retry(err->code));
    }
}

void kfm_reply_error(kfm_call_t *call, const kf_err_t *err)
{
    int status = kf_code_http(err->code);

    log_error(call, status, err);
    if (call->answered) {
        return;
    }
    set_headers(call, status, err);
    if (call->kind == KFM_PAGE) {
        answer_page(call, status, err);
    } else {
        answer_problem(call, status, err);
    }
}
