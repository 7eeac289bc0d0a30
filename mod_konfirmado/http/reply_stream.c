#include "http/reply_stream.h"

#include <apr_buckets.h>
#include <http_protocol.h>

#include "http/headers.h"

struct kfm_stream_t {
    kfm_call_t *call;
    apr_bucket_brigade *bb;
    bool gone;
};

kf_err_t *kfm_reply_stream_open(kfm_stream_t **out, kfm_call_t *call, int status, const char *type)
{
    kfm_stream_t *stream = apr_pcalloc(call->pool, sizeof(*stream));
    request_rec *r = call->r;

    stream->call = call;
    stream->bb = apr_brigade_create(call->pool, r->connection->bucket_alloc);
    call->answered = true;
    r->status = status;
    ap_set_content_type(r, type);
    if (!apr_table_get(r->err_headers_out, "Cache-Control")) {
        apr_table_setn(r->err_headers_out, "Cache-Control", "no-store");
    }
    kfm_headers_security(call);
    *out = stream;
    return NULL;
}

static bool pass(kfm_stream_t *stream)
{
    request_rec *r = stream->call->r;
    apr_status_t rv = ap_pass_brigade(r->output_filters, stream->bb);

    apr_brigade_cleanup(stream->bb);
    stream->gone = stream->gone || rv != APR_SUCCESS || r->connection->aborted;
    return !stream->gone;
}

kf_err_t *kfm_reply_stream_write(kfm_stream_t *stream, const void *bytes, apr_size_t len)
{
    apr_bucket_alloc_t *alloc = stream->bb->bucket_alloc;

    if (!stream->gone) {
        APR_BRIGADE_INSERT_TAIL(stream->bb, apr_bucket_transient_create(bytes, len, alloc));
        /* flushed data is not kept: only one piece is in memory */
        APR_BRIGADE_INSERT_TAIL(stream->bb, apr_bucket_flush_create(alloc));
    }
    return !stream->gone && pass(stream)
               ? NULL
               : kf_err(stream->call->pool, KF_E_UNAVAILABLE, "The client closed the connection.");
}

void kfm_reply_stream_end(kfm_stream_t *stream, bool whole)
{
    request_rec *r = stream->call->r;
    apr_bucket_alloc_t *alloc = stream->bb->bucket_alloc;

    if (!whole) {
        /* this status makes httpd omit the last chunk */
        r->connection->keepalive = AP_CONN_CLOSE;
        APR_BRIGADE_INSERT_TAIL(stream->bb, ap_bucket_error_create(HTTP_BAD_GATEWAY, NULL, r->pool, alloc));
    }
    APR_BRIGADE_INSERT_TAIL(stream->bb, apr_bucket_eos_create(alloc));
    pass(stream);
}
