/*
 * Messages to merchants. The body is made and stored before the first sending;
 * each sending is signed again, with every live secret. Each result is
 * one row of the log, and the database decides what follows from it.
 */
#include <apr_strings.h>
#include <apr_tables.h>
#include <string.h>

#include "base/limits.h"
#include "base/log.h"
#include "base/metric.h"
#include "flow/callback/body.h"
#include "flow/job.h"
#include "flow/payment/account.h"
#include "repo/work.h"

#define JITTER_PPM 200000
#define MAX_REASON 300

typedef struct {
    kf_job_t job;
    kf_message_row_t row;
    kf_sent_t sent;
} message_job_t;

/* Uniform over [-JITTER_PPM, JITTER_PPM], so that messages that failed together are not retried together. */
static int jitter(apr_pool_t *p)
{
    uint32_t random = 0;

    if (kf_random(&random, sizeof(random), p)) {
        return 0;
    }
    return (int)(random % (2 * JITTER_PPM + 1)) - JITTER_PPM;
}

static kf_err_t *save(kf_job_t *job, kf_db_t *db)
{
    message_job_t *message = (message_job_t *)job;
    const char *state;

    KF_TRY(
        kf_repo_message_result(&state, db, &message->row.tenant, message->row.id, &message->sent, job->p));
    kf_metric_count_word(KF_M_CALLBACKS, !state || !strcmp(state, "due") ? "failed"
                                         : !strcmp(state, "done") ? "delivered" : state, NULL);
    if (state && !strcmp(state, "dead")) {
        kf_log(KF_LOG_NOTICE, 440, "message %s of tenant %s is dead: %s", message->row.id,
               kf_uuid_text(&message->row.tenant, job->p),
               message->sent.status == 410 ? "the endpoint is gone" : "its last attempt failed");
    }
    return NULL;
}

static void finish(message_job_t *message)
{
    message->sent.jitter_ppm = jitter(message->job.p);
    kf_job_save(&message->job, save);
}

/* An attempt that failed before anything was sent. */
static void fail(message_job_t *message, const char *why)
{
    message->sent.error = why;
    finish(message);
}

static void answered(kf_job_t *job, const kf_http_res_t *res)
{
    message_job_t *message = (message_job_t *)job;
    kf_sent_t *sent = &message->sent;

    sent->latency_ms = res->latency_ms;
    sent->remote_ip = *res->remote_ip ? res->remote_ip : NULL;
    sent->retry_after_s = res->retry_after_s;
    if (res->outcome == KF_HTTP_OK) {
        sent->status = res->status;
        sent->answer = res->body;
        sent->answer_len = res->body_len < KF_MAX_CALLBACK_LOGGED ? res->body_len
                                                                  : KF_MAX_CALLBACK_LOGGED;
    } else {
        sent->error = apr_pstrndup(job->p,
                                   apr_pstrcat(job->p, kf_http_outcome_text(res->outcome), ": ",
                                               res->error ? res->error : "", NULL),
                                   MAX_REASON);
    }
    finish(message);
}

/* The secrets that can be opened, newest first. Returns how many. */
static size_t open_keys(kf_webhook_key_t keys[KF_WEBHOOK_KEYS_MAX], const kf_flow_t *flow,
                        const kf_message_row_t *row, apr_pool_t *p)
{
    size_t n = 0;

    for (const char **sealed = row->secrets; *sealed && n < KF_WEBHOOK_KEYS_MAX; sealed++) {
        kf_err_t *err = kf_flow_callback_key(&keys[n], flow->keys, &row->tenant, *sealed, p);

        if (err) {
            kf_log(KF_LOG_ERROR, 441, "a callback secret of tenant %s cannot be opened: %s (%s)",
                   kf_uuid_text(&row->tenant, p), err->detail, err->cause ? err->cause : "");
        } else {
            n++;
        }
    }
    return n;
}

/* The bytes to send: those of the first sending, or new ones, stored before they are sent. */
static kf_err_t *make_body(message_job_t *message, kf_db_t *db, const kf_webhook_key_t *newest)
{
    const kf_message_row_t *row = &message->row;
    apr_pool_t *p = message->job.p;
    kf_http_req_t *req = &message->job.req;

    if (row->body) {
        req->body = row->body;
        req->body_len = row->body_len;
        return NULL;
    }
    KF_TRY(kf_callback_body(&req->body, &req->body_len, row->facts, newest, p));
    return kf_repo_message_body(db, &row->tenant, row->id, req->body, req->body_len, p);
}

static kf_err_t *make_headers(message_job_t *message, kf_instant_t now,
                              const kf_webhook_key_t *keys, size_t n_keys)
{
    apr_pool_t *p = message->job.p;
    apr_table_t *headers = apr_table_make(p, 5);
    kf_webhook_msg_t msg = {message->row.id, now / KF_SECOND, message->job.req.body,
                            message->job.req.body_len};
    const char *signature;

    KF_TRY(kf_webhook_sign(&signature, keys, n_keys, &msg, p));
    apr_table_setn(headers, "content-type", "application/json");
    apr_table_setn(headers, "user-agent", "Konfirmado-Webhooks/1");
    apr_table_setn(headers, "webhook-id", message->row.id);
    apr_table_setn(headers, "webhook-timestamp",
                   apr_psprintf(p, "%" APR_INT64_T_FMT, msg.timestamp));
    apr_table_setn(headers, "webhook-signature", signature);
    message->job.req.headers = headers;
    return NULL;
}

static kf_err_t *make_request(message_job_t *message, kf_db_t *db)
{
    const kf_flow_t *flow = kf_work_flow(message->job.work);
    apr_pool_t *p = message->job.p;
    kf_http_req_t *req = &message->job.req;
    kf_webhook_key_t keys[KF_WEBHOOK_KEYS_MAX];
    size_t n = open_keys(keys, flow, &message->row, p);
    kf_err_t *err;

    if (!n) {
        return kf_err(p, KF_E_CONFIG, "there is no callback secret to sign with");
    }
    req->method = "POST";
    req->url = message->row.url;
    req->timeout_ms = flow->callback_timeout_ms;
    req->guard = flow->guard;
    req->answer_cap = KF_MAX_CALLBACK_ANSWER;
    req->answer_keep = KF_MAX_CALLBACK_LOGGED;
    req->answer_cut = 1;
    err = make_body(message, db, &keys[0]);
    if (!err) {
        err = make_headers(message, message->row.now, keys, n);
    }
    kf_wipe(keys, sizeof(keys));
    return err;
}

static kf_err_t *start(kf_job_t *job, kf_db_t *db)
{
    message_job_t *message = (message_job_t *)job;
    kf_err_t *err = make_request(message, db);

    if (!err) {
        kf_job_call(job, answered);
        return NULL;
    }
    if (err->code == KF_E_UNAVAILABLE || err->code == KF_E_TIMEOUT) {
        return err;
    }
    kf_log(KF_LOG_ERROR, 442, "message %s cannot be made: %s (%s)", message->row.id, err->detail,
           err->cause ? err->cause : "");
    fail(message, err->detail);
    return NULL;
}

/* The lease is longer than a sending may take, plus time to store its result. Hanging endpoints must
 * not fill the room: the less room is left, the less each business gets. */
static bool ask(kf_queue_ask_t *ask, const kf_flow_t *flow, int room, apr_pool_t *p)
{
    int per_tenant = 1 + room / 8;

    (void)p;
    ask->lease_s = flow->callback_timeout_ms / 1000 + 50;
    ask->more[0] = KF_INT4(per_tenant < flow->callback_concurrency ? per_tenant : flow->callback_concurrency);
    return true;
}

const kf_queue_t kf_queue_messages = KF_QUEUE(kf_lease_messages, message_job_t, row, start, ask);
