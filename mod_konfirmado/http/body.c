#include "http/body.h"

#include <apr_buckets.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <http_protocol.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"

#define FIRST_GUESS 4096 /* most of our forms and JSON bodies are smaller */

static kf_err_t *too_large(kfm_call_t *call)
{
    /* closing the connection discards the rest of the body */
    call->r->connection->keepalive = AP_CONN_CLOSE;
    return kf_err_said(call->pool, KF_E_TOO_LARGE, "The body is larger than the {1} bytes that are accepted here.",
                       apr_psprintf(call->pool, "%" APR_SIZE_T_FMT, call->route->body_cap), NULL);
}

static kf_err_t *read_failed(kfm_call_t *call, apr_status_t rv)
{
    int status = ap_map_http_request_error(rv, HTTP_BAD_REQUEST);

    call->r->connection->keepalive = AP_CONN_CLOSE;
    /* AP_FILTER_ERROR: the filter has already sent an answer */
    call->answered = rv == AP_FILTER_ERROR;
    if (status == HTTP_REQUEST_ENTITY_TOO_LARGE || APR_STATUS_IS_ENOSPC(rv)) {
        return too_large(call);
    }
    if (status == HTTP_REQUEST_TIME_OUT || APR_STATUS_IS_TIMEUP(rv)) {
        return kf_err(call->pool, KF_E_REQUEST_TIMEOUT, "The body did not arrive in time.");
    }
    return kf_err(call->pool, KF_E_MALFORMED, "The body could not be read completely.");
}

/* Appends the data of a brigade; sets *done at EOS. */
static kf_err_t *take_brigade(bool *done, kf_buf_t *buf, kfm_call_t *call, apr_bucket_brigade *bb)
{
    for (apr_bucket *b = APR_BRIGADE_FIRST(bb); b != APR_BRIGADE_SENTINEL(bb);
         b = APR_BUCKET_NEXT(b)) {
        const char *data;
        apr_size_t len;
        apr_status_t rv;

        if (APR_BUCKET_IS_EOS(b)) {
            *done = true;
            return NULL;
        }
        if (APR_BUCKET_IS_METADATA(b)) {
            continue;
        }
        rv = apr_bucket_read(b, &data, &len, APR_BLOCK_READ);
        if (rv != APR_SUCCESS) {
            return read_failed(call, rv);
        }
        kf_buf_bytes(buf, data, len);
        if (buf->overflow) {
            return too_large(call);
        }
    }
    return NULL;
}

/* Content-Length; -1 without one. */
static apr_off_t announced(const kfm_call_t *call)
{
    const char *length = apr_table_get(call->r->headers_in, "Content-Length");
    apr_off_t n;

    return length && ap_parse_strict_length(&n, length) ? n : -1;
}

static kf_err_t *read_all(kfm_call_t *call)
{
    request_rec *r = call->r;
    apr_off_t length = announced(call);
    apr_bucket_brigade *bb = apr_brigade_create(call->pool, r->connection->bucket_alloc);
    kf_err_t *err = NULL;
    bool done = false;
    kf_buf_t buf;

    /* a known length avoids repeated copies while the buffer grows */
    kf_buf_init(&buf, call->pool, length > FIRST_GUESS ? (apr_size_t)length : FIRST_GUESS, call->route->body_cap);
    while (!done && !err) {
        apr_status_t rv = ap_get_brigade(r->input_filters, bb, AP_MODE_READBYTES, APR_BLOCK_READ,
                                         HUGE_STRING_LEN);

        err = rv == APR_SUCCESS ? take_brigade(&done, &buf, call, bb) : read_failed(call, rv);
        apr_brigade_cleanup(bb);
    }
    call->body = kf_buf_text(&buf);
    call->body_len = buf.len;
    return err;
}


kf_err_t *kfm_body_read(const char **out, apr_size_t *len, kfm_call_t *call)
{
    if (!call->body_read) {
        /* refused before any byte is read */
        if (announced(call) > (apr_off_t)call->route->body_cap) {
            return too_large(call);
        }
        KF_TRY(read_all(call));
        call->body_read = true;
    }
    *out = call->body;
    *len = call->body_len;
    return NULL;
}

/* Whether Content-Type is this media type, with any parameters. */
static bool is_type(const kfm_call_t *call, const char *type)
{
    const char *given = apr_table_get(call->r->headers_in, "Content-Type");
    size_t len = strlen(type);

    if (!given || ap_cstr_casecmpn(given, type, len) != 0) {
        return false;
    }
    given += len + strspn(given + len, " \t");
    return *given == '\0' || *given == ';';
}

static kf_err_t *wrong_type(kfm_call_t *call, const char *wanted)
{
    return kf_err_said(call->pool, KF_E_MEDIA_TYPE, "Send the body as {1}.", wanted, NULL);
}

kf_err_t *kfm_body_json(const char **out, apr_size_t *len, kfm_call_t *call)
{
    if (!is_type(call, "application/json")) {
        return wrong_type(call, "application/json");
    }
    return kfm_body_read(out, len, call);
}

kf_err_t *kfm_body_form(const kf_form_t **out, kfm_call_t *call)
{
    const char *bytes = NULL;
    apr_size_t len = 0;

    if (!call->form) {
        if (!is_type(call, "application/x-www-form-urlencoded")) {
            return wrong_type(call, "application/x-www-form-urlencoded");
        }
        KF_TRY(kfm_body_read(&bytes, &len, call));
        KF_TRY(kf_form_parse(&call->form, bytes, len, call->pool));
    }
    *out = call->form;
    return NULL;
}

kf_err_t *kfm_body_multipart(const kf_multipart_t **out, kfm_call_t *call)
{
    const char *bytes = NULL;
    apr_size_t len = 0;

    if (!call->multipart) {
        if (!is_type(call, "multipart/form-data")) {
            return wrong_type(call, "multipart/form-data");
        }
        KF_TRY(kfm_body_read(&bytes, &len, call));
        KF_TRY(kf_multipart_parse(&call->multipart, apr_table_get(call->r->headers_in, "Content-Type"), bytes, len,
                                  call->pool));
    }
    *out = call->multipart;
    return NULL;
}

kf_err_t *kfm_body_one_click(bool *out, kfm_call_t *call)
{
    static const char name[] = "List-Unsubscribe";
    const kf_multipart_t *parts = NULL;
    const kf_form_t *form;
    const char *value = NULL;

    if (is_type(call, "multipart/form-data")) {
        KF_TRY(kfm_body_multipart(&parts, call));
        value = kf_multipart_field(parts, name);
    } else if (is_type(call, "application/x-www-form-urlencoded")) {
        KF_TRY(kfm_body_form(&form, call));
        value = kf_form_get(form, name);
    }
    *out = value && !strcmp(value, "One-Click");
    return NULL;
}
