/* GET /api/export/bookings.csv: every booking that matches the filters, as a file. */
#include <httpd.h>

#include <apr_atomic.h>
#include <apr_strings.h>
#include <apr_time.h>
#include <http_log.h>

#include "db_pool.h"
#include "flow/booking/exports.h"
#include "flow_ctx.h"
#include "handle/acts.h"
#include "handle/kit.h"
#include "http/reply.h"
#include "http/reply_stream.h"
#include "log_bridge.h"
#include "time/instant.h"

APLOG_USE_MODULE(konfirmado);

/* An export holds a database connection until its client has read all. Exports may use 1/SHARE of the connections. */
#define SHARE 4

static apr_uint32_t running; /* in this process */

typedef struct {
    kfm_call_t *call;
    kfm_stream_t *stream; /* NULL: nothing was sent yet */
} download_t;

static kf_err_t *begin(download_t *file)
{
    kfm_call_t *call = file->call;
    const char *day = kf_date_text(kf_instant_date(apr_time_now(), 0), call->pool);

    kfm_reply_header(call, "Content-Disposition",
                     apr_pstrcat(call->pool, "attachment; filename=\"bookings-", day, ".csv\"", NULL));
    return kfm_reply_stream_open(&file->stream, call, 200, "text/csv; charset=utf-8; header=present");
}

static kf_err_t *send_piece(const char *bytes, size_t len, void *baton)
{
    download_t *file = baton;

    if (!file->stream) {
        KF_TRY(begin(file));
    }
    return kfm_reply_stream_write(file->stream, bytes, len);
}

/*
 * Takes "sep" out of the query. The default is the separator that a spreadsheet expects in the user's language; for
 * an API key it is the comma.
 */
static char take_sep(const kfm_call_t *call, json_t *query)
{
    const char *word = json_string_value(json_object_get(query, "sep"));
    char sep = ',';

    if (word) {
        sep = *word == 't' ? '\t' : *word == 's' ? ';' : ',';
    } else if (!call->who->key && strcmp(call->lang, "es") == 0) {
        sep = ';';
    }
    json_object_del(query, "sep");
    return sep;
}

static kf_err_t *export(kfm_call_t *call, json_t *query)
{
    download_t file = {call, NULL};
    char sep = take_sep(call, query);
    kf_export_t wish = {&call->who->tenant, kfm_actor(call), kfm_admin_text(call, query), sep, send_piece, &file};
    kf_err_t *err = kf_flow_export(kfm_flow(call), &wish, call->pool);

    if (!file.stream) {
        return err;
    }
    if (err) {
        ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, call->r, KFLOGNO(00260) "an export was cut off: %s (%s)",
                      err->detail, err->cause ? err->cause : "");
    }
    kfm_reply_stream_end(file.stream, !err);
    return NULL;
}

kf_err_t *kfm_handle_export(kfm_call_t *call)
{
    unsigned most = call->cfg->set.db_connections / SHARE > 1 ? (unsigned)call->cfg->set.db_connections / SHARE : 1;
    json_t *query;
    kf_err_t *err;

    KF_TRY(kfm_admin_query(&query, NULL, call));
    if (call->r->header_only) {
        return kfm_reply_bytes(call, 200, "text/csv; charset=utf-8; header=present", "", 0);
    }
    if (apr_atomic_inc32(&running) >= most) {
        apr_atomic_dec32(&running);
        kfm_reply_retry_after(call, 10);
        return kf_err(call->pool, KF_E_UNAVAILABLE, "Other exports are running: try again in a moment.");
    }
    kfm_db_for_nobody(); /* the connection is held while the client reads: the business is not charged for it */
    err = export(call, query);
    apr_atomic_dec32(&running);
    return err;
}
