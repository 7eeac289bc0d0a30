/*
 * Polls open attempts. Events get lost, so the provider is asked about every
 * attempt until it is final or three days old.
 *
 * The checkout that the provider made, or the transaction that the payer's browser
 * named, is read first (kf.work_polls). It counts only if its reference is the attempt's.
 */
#include <apr_strings.h>

#include "flow/payment/job.h"

typedef struct {
    kf_pay_job_t pay;
    kf_poll_row_t row;
    const char *error;
} poll_job_t;

static kf_err_t *save(kf_job_t *job, kf_db_t *db)
{
    poll_job_t *poll = (poll_job_t *)job;
    const char *outcome;
    kf_poll_result_t result = {.found = poll->pay.n_txs,
                               .pending = kf_pay_job_has(&poll->pay, KF_PAY_TX_PENDING),
                               .error = poll->error};

    KF_TRY(kf_pay_job_apply(&outcome, &poll->pay, db));
    return kf_repo_poll_result(db, &poll->pay.tenant, &poll->pay.id, &result, job->p);
}

static void take(poll_job_t *poll, const kf_http_res_t *res)
{
    apr_pool_t *p = poll->pay.job.p;
    kf_pay_answer_t answer;

    poll->pay.provider->tx_parse(&answer, res, p);
    kf_pay_job_keep(&poll->pay, &answer, poll->row.reference);
    if (answer.verdict != KF_PAY_GOT && answer.verdict != KF_PAY_NONE) {
        poll->error = apr_pstrcat(p, kf_pay_verdict_text(answer.verdict), ": ",
                                  answer.message ? answer.message : "", NULL);
    }
}

static void found_by_reference(kf_job_t *job, const kf_http_res_t *res)
{
    take((poll_job_t *)job, res);
    kf_job_save(job, save);
}

static void find(poll_job_t *poll)
{
    kf_pay_job_t *pay = &poll->pay;
    kf_err_t *err = pay->provider->find_request(&pay->job.req, &pay->account, poll->row.reference,
                                                pay->job.p);

    if (err) {
        poll->error = err->detail;
        kf_job_save(&pay->job, save);
        return;
    }
    kf_pay_job_call(pay, found_by_reference);
}

static void read_by_hint(kf_job_t *job, const kf_http_res_t *res)
{
    poll_job_t *poll = (poll_job_t *)job;

    take(poll, res);
    if (kf_pay_job_has(&poll->pay, KF_PAY_TX_APPROVED)) {
        kf_job_save(job, save);
        return;
    }
    poll->error = NULL;
    find(poll); /* the payer may have tried again under the same reference */
}

static kf_err_t *start(kf_job_t *job, kf_db_t *db)
{
    poll_job_t *poll = (poll_job_t *)job;
    kf_pay_job_t *pay = &poll->pay;
    const kf_poll_row_t *row = &poll->row;
    kf_err_t *err;

    (void)db;
    pay->id = row->attempt;
    pay->source = "poll";
    err = kf_pay_job_open(pay, &row->tenant, &row->account);
    if (err) {
        poll->error = err->detail;
        kf_job_save(job, save);
    } else if (row->tx_hint && !pay->provider->tx_request(&job->req, &pay->account, row->tx_hint, job->p)) {
        kf_pay_job_call(pay, read_by_hint);
    } else {
        find(poll);
    }
    return NULL;
}

const kf_queue_t kf_queue_polls = KF_QUEUE(kf_lease_polls, poll_job_t, row, start, NULL);
