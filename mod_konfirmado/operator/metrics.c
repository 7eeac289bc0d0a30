/* Metrics in Prometheus' text format 0.0.4: the counters of this httpd, then the state of its database. */
#include <apr_strings.h>
#include <http_protocol.h>
#include <string.h>

#include "base/buf.h"
#include "base/metric.h"
#include "base/version.h"
#include "flow/operator/server.h"
#include "operator/operator.h"

#define FIRST_BYTES 16384
#define MOST_BYTES (1024 * 1024)

static void begin(kf_buf_t *buf, const char *name, const char *type, const char *help)
{
    kf_buf_printf(buf, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* Escapes a label's value. Most are plain words, but the names of keys and machines are arbitrary. */
static const char *escaped(const char *text, apr_pool_t *p)
{
    char *out = apr_palloc(p, 2 * strlen(text) + 1), *to = out;

    for (; *text; text++) {
        if (*text == '\\' || *text == '"' || *text == '\n') {
            *to++ = '\\';
        }
        *to++ = *text == '\n' ? 'n' : *text;
    }
    *to = '\0';
    return out;
}

static void gauge(kf_buf_t *buf, const char *name, const char *help, double value)
{
    begin(buf, name, "gauge", help);
    kf_buf_printf(buf, "%s %.17g\n", name, value);
}

/* -- counters -- */

static const char *label_text(const kf_metric_family_t *family, int a, int b, apr_pool_t *p)
{
    const char *first = family->labels[0]
                            ? apr_pstrcat(p, family->labels[0], "=\"", family->words[0][a], "\"", NULL)
                            : "";

    return family->labels[1]
               ? apr_pstrcat(p, first, ",", family->labels[1], "=\"", family->words[1][b], "\"", NULL)
               : first;
}

static void put_histogram(kf_buf_t *buf, const kf_metric_family_t *family, const char *labels,
                          const kf_metric_histogram_t *h)
{
    const char *comma = *labels ? "," : "", *open = *labels ? "{" : "", *close = *labels ? "}" : "";
    uint64_t sum = 0;

    for (int i = 0; i < KF_METRIC_BOUNDS; i++) {
        sum += h->buckets[i];
        kf_buf_printf(buf, "%s_bucket{%s%sle=\"%g\"} %" APR_UINT64_T_FMT "\n", family->name, labels, comma,
                      kf_metric_bounds[i], sum);
    }
    kf_buf_printf(buf, "%s_bucket{%s%sle=\"+Inf\"} %" APR_UINT64_T_FMT "\n", family->name, labels, comma, h->count);
    kf_buf_printf(buf, "%s_sum%s%s%s %.6f\n", family->name, open, labels, close, (double)h->sum_us / 1e6);
    kf_buf_printf(buf, "%s_count%s%s%s %" APR_UINT64_T_FMT "\n", family->name, open, labels, close, h->count);
}

/* Leaves out empty histograms: most routes never return most classes of status. */
static void put_cell(kf_buf_t *buf, kf_metric_t which, int a, int b, apr_pool_t *p)
{
    const kf_metric_family_t *family = kf_metric_family(which);
    const char *labels = label_text(family, a, b, p);
    kf_metric_histogram_t h;

    if (!family->histogram) {
        kf_buf_printf(buf, "%s{%s} %" APR_UINT64_T_FMT "\n", family->name, labels, kf_metric_read(which, a, b));
        return;
    }
    kf_metric_read_histogram(&h, which, a, b);
    if (h.count || !*labels) {
        put_histogram(buf, family, labels, &h);
    }
}

static int words(const kf_metric_family_t *family, int label)
{
    int n = 0;

    while (family->labels[label] && family->words[label] && family->words[label][n]) {
        n++;
    }
    return family->labels[label] ? n : 1;
}

static void put_counters(kf_buf_t *buf, apr_pool_t *p)
{
    for (int i = 0; i < KF_M__COUNT; i++) {
        const kf_metric_family_t *family = kf_metric_family((kf_metric_t)i);

        begin(buf, family->name, family->histogram ? "histogram" : "counter", family->help);
        for (int a = 0; a < words(family, 0); a++) {
            for (int b = 0; b < words(family, 1); b++) {
                put_cell(buf, (kf_metric_t)i, a, b, p);
            }
        }
    }
}

/* -- gauges of this httpd -- */

static void put_runs(kf_buf_t *buf, bool succeeded)
{
    const kf_metric_family_t *jobs = kf_metric_family(KF_M_JOBS);
    const char *name = succeeded ? "konfirmado_job_last_success_timestamp_seconds"
                                 : "konfirmado_job_last_run_timestamp_seconds";

    begin(buf, name, "gauge", succeeded ? "When this server's background work last succeeded."
                                        : "When this server's background work last polled for work.");
    for (int i = 0; i < words(jobs, 0); i++) {
        int64_t ran, ok;

        kf_metric_last_run(&ran, &ok, i);
        if (succeeded ? ok : ran) {
            kf_buf_printf(buf, "%s{job=\"%s\"} %.3f\n", name, jobs->words[0][i],
                          (double)(succeeded ? ok : ran) / 1e6);
        }
    }
}

static void put_peers(kf_buf_t *buf)
{
    const kf_metric_family_t *calls = kf_metric_family(KF_M_CALLS);

    begin(buf, "konfirmado_provider_up", "gauge", "0: a provider does not answer our calls.");
    for (int i = 0; i < words(calls, 0); i++) {
        kf_buf_printf(buf, "konfirmado_provider_up{provider=\"%s\"} %d\n", calls->words[0][i],
                      kf_metric_peer_down(i) ? 0 : 1);
    }
}

static void put_folder(kf_buf_t *buf, const char *folder)
{
    kf_folder_t look;

    if (!folder) {
        return;
    }
    kf_folder_look(&look, folder);
    gauge(buf, "konfirmado_upload_dir_writable", "1: pictures can be written to KonfirmadoUploadDir.",
          look.writable);
    if (look.room != KF_STATUS_NONE) {
        gauge(buf, "konfirmado_upload_dir_free_bytes", "Free space in KonfirmadoUploadDir.", (double)look.room);
    }
}

static void put_own(kf_buf_t *buf, const kfm_cfg_t *cfg)
{
    kfm_metrics_connections_t pool;

    kfm_metrics_connections(&pool);
    begin(buf, "konfirmado_build_info", "gauge", "The version of the module.");
    kf_buf_str(buf, "konfirmado_build_info{version=\"" KF_VERSION "\"} 1\n");
    gauge(buf, "konfirmado_processes", "Processes of this httpd.", pool.processes);
    gauge(buf, "konfirmado_database_connections_max", "Database connections that they may use at once.", pool.places);
    gauge(buf, "konfirmado_database_connections_in_use", "Database connections in use.", pool.inside);
    gauge(buf, "konfirmado_database_connections_waiting", "Threads that wait for a database connection.", pool.waiting);
    put_runs(buf, false);
    put_runs(buf, true);
    put_peers(buf);
    put_folder(buf, cfg->set.upload_dir);
}

/* -- gauges read from the database -- */

typedef enum { NUMBER, AGE } value_t;

static const struct {
    const char *family, *state; /* of the row; state NULL: any */
    const char *name, *help;
    const char *label, *state_label; /* NULL: the metric has none */
    value_t value;
} gauges[] = {
    {"queue", "due", "konfirmado_queue_due", "Rows that are due.", "queue", NULL, NUMBER},
    {"queue", "due", "konfirmado_queue_oldest_age_seconds", "How long the oldest of them has been due.", "queue",
     NULL, AGE},
    {"queue", "open", "konfirmado_queue_open", "Rows that are due or will be.", "queue", NULL, NUMBER},
    {"queue", "dead", "konfirmado_queue_dead", "Rows given up in the last seven days.", "queue", NULL, NUMBER},
    {"money", NULL, "konfirmado_money_stuck", "Payments and refunds that need a decision.", "reason", NULL, NUMBER},
    {"money", NULL, "konfirmado_money_stuck_oldest_age_seconds", "How long the oldest of them has waited.",
     "reason", NULL, AGE},
    {"attempt", NULL, "konfirmado_payment_attempts_open", "Payment attempts whose outcome is not known.", "provider",
     NULL, NUMBER},
    {"calendar", NULL, "konfirmado_calendar_connections",
     "Calendars that are connected, cannot be read now (failing), must be connected again (broken).", "state", NULL,
     NUMBER},
    {"endpoint", NULL, "konfirmado_callback_endpoints",
     "Merchants whose systems do not accept messages now (failing), or answered that they are gone (disabled).", "state",
     NULL, NUMBER},
    {"tenant", NULL, "konfirmado_tenants", "Businesses.", "status", NULL, NUMBER},
    {"standing", NULL, "konfirmado_standing",
     "Businesses whose mails are stopped, or that wait for approval; mails of the last seven days that bounced or were "
     "reported.",
     "what", NULL, NUMBER},
    {"worker", NULL, "konfirmado_worker_age_seconds", "Time since the last heartbeat of a machine's background work.",
     "node", NULL, AGE},
    {"job", NULL, "konfirmado_worker_job_age_seconds", "Time since a job on a machine last succeeded.", "node",
     "job", AGE},
};

static void put_rows(kf_buf_t *buf, const kfm_status_t *status, size_t i, apr_pool_t *p)
{
    begin(buf, gauges[i].name, "gauge", gauges[i].help);
    for (int k = 0; k < status->n; k++) {
        const kf_status_row_t *row = &status->rows[k];
        int64_t value = gauges[i].value == AGE ? row->age_s : row->n;

        if (strcmp(row->family, gauges[i].family) || (gauges[i].state && strcmp(row->state, gauges[i].state))) {
            continue;
        }
        if (value == KF_STATUS_NONE && !strcmp(row->family, "job")) {
            continue; /* no success yet, so there is no age: the counters show it */
        }
        kf_buf_printf(buf, "%s{%s=\"%s\"", gauges[i].name, gauges[i].label, escaped(row->label, p));
        if (gauges[i].state_label) {
            kf_buf_printf(buf, ",%s=\"%s\"", gauges[i].state_label, escaped(row->state, p));
        }
        kf_buf_printf(buf, "} %" APR_INT64_T_FMT "\n", value == KF_STATUS_NONE ? 0 : value);
    }
}

static void put_status(kf_buf_t *buf, const kfm_status_t *status, const kfm_cfg_t *cfg, apr_pool_t *p)
{
    const kf_status_t rows = {.rows = status->rows, .n = status->n, .keys = cfg->keys};
    const kf_status_row_t *size = kf_status_find(&rows, "database", "size", NULL);
    const kf_status_row_t *clock = kf_status_find(&rows, "database", "clock", NULL);

    gauge(buf, "konfirmado_status_read_success", "1: the following was read from the database.", status->ok);
    gauge(buf, "konfirmado_status_read_timestamp_seconds", "When this was last tried.", (double)status->read_at / 1e6);
    if (!status->ok) {
        return;
    }
    for (size_t i = 0; i < sizeof(gauges) / sizeof(gauges[0]); i++) {
        put_rows(buf, status, i, p);
    }
    gauge(buf, "konfirmado_secrets_unreadable", "Secrets of merchants that no key of KonfirmadoKeyFile opens.",
          (double)kf_status_secrets_unknown(&rows));
    if (clock) {
        gauge(buf, "konfirmado_clock_skew_seconds", "The database's clock minus this machine's.",
              (double)(clock->n - status->read_at) / 1e6);
    }
    if (size) {
        gauge(buf, "konfirmado_database_size_bytes", "Size of the database.", (double)size->n);
    }
}

int kfm_operator_metrics(request_rec *r, server_rec *s)
{
    const kfm_cfg_t *cfg = kfm_cfg_get(s);
    kf_buf_t buf;

    kf_buf_init(&buf, r->pool, FIRST_BYTES, MOST_BYTES);
    put_counters(&buf, r->pool);
    put_own(&buf, cfg);
    put_status(&buf, kfm_operator_read(s, r->pool), cfg, r->pool);
    if (kf_buf_check(&buf, "metrics", r->pool)) {
        return HTTP_INTERNAL_SERVER_ERROR;
    }
    ap_set_content_type(r, "text/plain; version=0.0.4; charset=utf-8");
    apr_table_setn(r->headers_out, "Cache-Control", "no-store");
    ap_set_content_length(r, (apr_off_t)buf.len);
    if (!r->header_only) {
        ap_rwrite(buf.data, (int)buf.len, r);
    }
    return OK;
}
