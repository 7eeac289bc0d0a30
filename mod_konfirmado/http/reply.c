#include "http/reply.h"

#include <apr_buckets.h>
#include <apr_strings.h>
#include <http_protocol.h>
#include <http_request.h>
#include <string.h>

#include "http/headers.h"
#include "log_bridge.h"

APLOG_USE_MODULE(konfirmado);

static void write_out(kfm_call_t *call, int status, const char *type, const void *bytes,
                      apr_size_t len)
{
    request_rec *r = call->r;
    apr_bucket_alloc_t *alloc = r->connection->bucket_alloc;
    apr_bucket_brigade *bb = apr_brigade_create(call->pool, alloc);

    r->status = status;
    if (type) {
        ap_set_content_type(r, type);
    }
    if (!apr_table_get(r->err_headers_out, "Cache-Control")) {
        apr_table_setn(r->err_headers_out, "Cache-Control", "no-store");
    }
    kfm_headers_security(call);
    if (status != HTTP_NO_CONTENT && status != HTTP_NOT_MODIFIED) {
        ap_set_content_length(r, (apr_off_t)len);
    }
    if (len > 0) {
        APR_BRIGADE_INSERT_TAIL(bb, apr_bucket_pool_create(bytes, len, call->pool, alloc));
    }
    APR_BRIGADE_INSERT_TAIL(bb, apr_bucket_eos_create(alloc));
    /* errors are ignored: if the client went away, the request is done anyway */
    ap_pass_brigade(r->output_filters, bb);
}

kf_err_t *kfm_reply_bytes(kfm_call_t *call, int status, const char *type, const void *bytes,
                          apr_size_t len)
{
    if (call->answered) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, call->r->server,
                     KFLOGNO(00210) "request %s (%s) was answered twice", call->request_id,
                     call->route ? call->route->name : "-");
        return NULL;
    }
    call->answered = true;
    write_out(call, status, type, bytes, len);
    return NULL;
}

kf_err_t *kfm_reply_json(kfm_call_t *call, int status, const char *json, apr_size_t len)
{
    return kfm_reply_bytes(call, status, "application/json", json, len);
}

kf_err_t *kfm_reply_buf(kfm_call_t *call, int status, kf_buf_t *buf)
{
    KF_TRY(kf_buf_check(buf, "answer", call->pool));
    return kfm_reply_json(call, status, buf->data, buf->len);
}

kf_err_t *kfm_reply_page(kfm_call_t *call, int status, const char *html, apr_size_t len)
{
    apr_table_setn(call->r->headers_out, "Content-Language", call->lang);
    return kfm_reply_bytes(call, status, "text/html; charset=utf-8", html, len);
}

kf_err_t *kfm_reply_empty(kfm_call_t *call, int status)
{
    return kfm_reply_bytes(call, status, NULL, "", 0);
}

kf_err_t *kfm_reply_redirect(kfm_call_t *call, const char *url)
{
    for (const char *at = url; *at; at++) {
        if (*at <= ' ' || *at >= 0x7f) {
            return kf_err_because(call->pool,
                                  kf_err(call->pool, KF_E_INTERNAL, "The next page is unknown."),
                                  "a redirect with a byte that is not allowed in a URL");
        }
    }
    apr_table_setn(call->r->headers_out, "Location", apr_pstrdup(call->pool, url));
    return kfm_reply_empty(call, HTTP_SEE_OTHER);
}

void kfm_reply_header(kfm_call_t *call, const char *name, const char *value)
{
    for (const char *at = value; *at; at++) {
        if ((unsigned char)*at < ' ' || *at == 0x7f) {
            return;
        }
    }
    apr_table_set(call->r->err_headers_out, name, value);
}

static void take_off(char *tags, const char *suffix)
{
    size_t len = strlen(suffix) - 1; /* the quote stays */

    for (char *at = strstr(tags, suffix); at; at = strstr(at, suffix)) {
        memmove(at, at + len, strlen(at + len) + 1);
    }
}

/* mod_deflate and mod_brotli add a suffix to the ETag. Removes it if the client accepts that encoding; otherwise the
 * tag is of another representation. */
static void take_suffixes_off(request_rec *r, const char *name)
{
    const char *sent = apr_table_get(r->headers_in, name), *accept = apr_table_get(r->headers_in, "Accept-Encoding");
    char *tags = sent ? apr_pstrdup(r->pool, sent) : NULL;

    if (!tags || !accept) {
        return;
    }
    if (ap_find_token(r->pool, accept, "gzip")) {
        take_off(tags, "-gzip\"");
    }
    if (ap_find_token(r->pool, accept, "br")) {
        take_off(tags, "-br\"");
    }
    apr_table_setn(r->headers_in, name, tags);
}

kf_err_t *kfm_reply_unless_match(bool *done, kfm_call_t *call, const char *tag)
{
    int status;

    apr_table_setn(call->r->headers_out, "ETag", apr_pstrcat(call->pool, "\"", tag, "\"", NULL));
    call->r->status = HTTP_OK;
    take_suffixes_off(call->r, "If-None-Match");
    status = ap_meets_conditions(call->r);
    *done = status == HTTP_NOT_MODIFIED;
    if (*done) {
        return kfm_reply_empty(call, status);
    }
    if (status != OK) {
        *done = true;
        return kf_err(call->pool, KF_E_PRECONDITION, "The resource has changed since it was read.");
    }
    return NULL;
}

void kfm_reply_retry_after(kfm_call_t *call, int seconds)
{
    apr_table_setn(call->r->err_headers_out, "Retry-After",
                   apr_itoa(call->pool, seconds < 1 ? 1 : seconds));
}
