/* Stored events: each is a reason to read its transaction again. */
#include <apr_strings.h>
#include <string.h>

#include "base/log.h"
#include "flow/payment/job.h"

/* A provider may report a transaction before all of its servers know it. */
#define UNKNOWN_TRIES 4
/* The last wait is repeated: 76 attempts take three days. */
#define MOST_TRIES 76

typedef struct {
    kf_pay_job_t pay;
    kf_event_row_t row;
    const char *outcome; /* NULL: applying sets it */
    int retry_s;
} event_job_t;

static int backoff(int attempts)
{
    static const int waits[] = {5, 30, 120, 600, 3600};
    int last = (int)(sizeof(waits) / sizeof(waits[0])) - 1, at = attempts > 0 ? attempts - 1 : 0;

    return waits[at < last ? at : last];
}

static kf_err_t *save(kf_job_t *job, kf_db_t *db)
{
    event_job_t *event = (event_job_t *)job;
    const char *outcome;

    KF_TRY(kf_pay_job_apply(&outcome, &event->pay, db));
    return kf_repo_event_result(db, &event->pay.tenant, &event->pay.id,
                                event->outcome ? event->outcome : outcome, event->retry_s, job->p);
}

/* Retries after a while, or gives up. */
static void later(event_job_t *event, const char *why, int at_least_s, int tries)
{
    int wait = backoff(event->row.attempts);

    event->outcome = why;
    event->retry_s = event->row.attempts >= tries ? 0 : wait > at_least_s ? wait : at_least_s;
    if (event->row.attempts == tries) {
        kf_log(KF_LOG_NOTICE, 420, "an event of tenant %s was given up: %s",
               kf_uuid_text(&event->pay.tenant, event->pay.job.p), why);
    }
    kf_job_save(&event->pay.job, save);
}

static void answered(kf_job_t *job, const kf_http_res_t *res)
{
    event_job_t *event = (event_job_t *)job;
    kf_pay_answer_t answer;

    event->pay.provider->tx_parse(&answer, res, job->p);
    switch (answer.verdict) {
    case KF_PAY_GOT:
        if (answer.count != 1 || strcmp(answer.tx[0].id, event->row.tx)) {
            later(event, "the provider answered with another transaction", 0, MOST_TRIES);
            return;
        }
        kf_pay_job_keep(&event->pay, &answer, NULL);
        kf_job_save(job, save);
        return;
    case KF_PAY_NONE:
        later(event, "unknown transaction", 0, UNKNOWN_TRIES);
        return;
    case KF_PAY_REFUSED:
        later(event, apr_pstrcat(job->p, "refused: ", answer.message, NULL), 0, UNKNOWN_TRIES);
        return;
    case KF_PAY_KEYS:
    case KF_PAY_RETRY:
        later(event,
              apr_pstrcat(job->p, kf_pay_verdict_text(answer.verdict), ": ",
                          answer.message ? answer.message : "", NULL),
              answer.retry_after_s, MOST_TRIES);
        return;
    }
}

static kf_err_t *start(kf_job_t *job, kf_db_t *db)
{
    event_job_t *event = (event_job_t *)job;
    kf_pay_job_t *pay = &event->pay;
    kf_err_t *err;

    (void)db;
    pay->id = event->row.event;
    pay->source = "event";
    err = kf_pay_job_open(pay, &event->row.tenant, &event->row.account);
    if (!err) {
        err = pay->provider->tx_request(&job->req, &pay->account, event->row.tx, job->p);
    }
    if (err) {
        later(event, err->detail, 0, MOST_TRIES);
    } else {
        kf_pay_job_call(pay, answered);
    }
    return NULL;
}

const kf_queue_t kf_queue_events = KF_QUEUE(kf_lease_events, event_job_t, row, start, NULL);
