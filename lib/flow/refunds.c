/*
 * Money that must go back. Each try begins by reading the transaction, so that
 * a request whose answer was lost is never simply repeated, and only a
 * transaction that reads VOIDED counts as given back. What the provider cannot
 * do becomes a task for the merchant.
 */
#include <apr_strings.h>
#include <string.h>

#include "base/log.h"
#include "flow/pay_job.h"

/* With waits that double up to six hours this is more than a week. */
#define MOST_TRIES 40

typedef struct {
    kf_pay_job_t pay;
    const char *tx;
    kf_money_t amount;
    int attempts;
    bool asked; /* the provider was told in this try */
    kf_refund_result_t result;
} refund_job_t;

static kf_err_t *save(kf_job_t *job, kf_db_t *db)
{
    refund_job_t *refund = (refund_job_t *)job;
    const char *outcome;

    KF_TRY(kf_pay_job_apply(&outcome, &refund->pay, db));
    return kf_repo_refund_result(db, &refund->pay.tenant, &refund->pay.id, &refund->result, job->p);
}

static void end(refund_job_t *refund, const char *result, const char *why)
{
    kf_job_t *job = &refund->pay.job;

    if (!strcmp(result, "retry") && refund->attempts >= MOST_TRIES) {
        result = "manual";
    }
    if (!strcmp(result, "manual")) {
        kf_log(KF_LOG_NOTICE, 430, "a refund of tenant %s is left to the merchant: %s",
               kf_uuid_text(&refund->pay.tenant, job->p), why ? why : "");
    }
    refund->result.result = result;
    refund->result.error = why;
    kf_job_save(job, save);
}

static void reread(refund_job_t *refund);

static void told(kf_job_t *job, const kf_http_res_t *res)
{
    refund_job_t *refund = (refund_job_t *)job;
    kf_pay_refund_t answer;

    refund->pay.provider->refund_parse(&answer, res, job->p);
    refund->result.ref = answer.provider_id;
    switch (answer.state) {
    case KF_PAY_REFUND_UNSUPPORTED:
    case KF_PAY_REFUND_FAILED:
        end(refund, answer.keys_refused ? "retry" : "manual", answer.message);
        return;
    case KF_PAY_REFUND_RETRY:
        end(refund, "retry", answer.message);
        return;
    case KF_PAY_REFUND_UNKNOWN:
        end(refund, "pending", answer.message); /* the next try begins by reading */
        return;
    case KF_PAY_REFUND_DONE:
    case KF_PAY_REFUND_PENDING:
        reread(refund);
        return;
    }
}

static void ask(refund_job_t *refund, const kf_pay_tx_t *tx)
{
    kf_pay_job_t *pay = &refund->pay;
    kf_pay_refund_t how;
    kf_err_t *err = pay->provider->refund_request(&how, &pay->job.req, &pay->account, tx,
                                                  refund->amount, pay->job.p);

    if (err) {
        end(refund, "manual", err->detail);
    } else if (how.state == KF_PAY_REFUND_DONE) {
        end(refund, "done", NULL);
    } else if (how.state == KF_PAY_REFUND_UNSUPPORTED) {
        end(refund, "manual", how.message);
    } else if (refund->asked) {
        end(refund, "pending", NULL);
    } else {
        refund->asked = true;
        kf_pay_job_call(pay, told);
    }
}

static void was_read(kf_job_t *job, const kf_http_res_t *res)
{
    refund_job_t *refund = (refund_job_t *)job;
    kf_pay_answer_t answer;

    refund->pay.provider->tx_parse(&answer, res, job->p);
    if (answer.verdict == KF_PAY_RETRY || answer.verdict == KF_PAY_KEYS) {
        end(refund, refund->asked ? "pending" : "retry", answer.message);
    } else if (answer.verdict != KF_PAY_GOT || answer.count != 1
               || strcmp(answer.tx[0].id, refund->tx)) {
        end(refund, "manual",
            answer.message ? answer.message : "the provider answered with another transaction");
    } else {
        refund->pay.n_txs = 0;
        kf_pay_job_keep(&refund->pay, &answer, NULL);
        ask(refund, &answer.tx[0]);
    }
}

static void reread(refund_job_t *refund)
{
    kf_pay_job_t *pay = &refund->pay;
    kf_err_t *err = pay->provider->tx_request(&pay->job.req, &pay->account, refund->tx, pay->job.p);

    if (err) {
        end(refund, "manual", err->detail);
        return;
    }
    kf_pay_job_call(pay, was_read);
}

static void start(kf_work_t *work, const kf_refund_row_t *row)
{
    refund_job_t *refund = kf_job_make(work, KF_JOB_REFUND, sizeof(*refund));
    kf_err_t *err;

    refund->pay.id = row->refund;
    refund->pay.source = "refund";
    refund->tx = apr_pstrdup(refund->pay.job.p, row->tx);
    refund->amount = row->amount;
    refund->attempts = row->attempts;
    err = kf_pay_job_open(&refund->pay, &row->tenant, &row->account);
    if (err) {
        end(refund, "retry", err->detail);
        return;
    }
    reread(refund);
}

kf_err_t *kf_claim_refunds(int *found, kf_work_t *work, kf_db_t *db, int room, apr_pool_t *p)
{
    kf_refund_row_t *rows;

    KF_TRY(kf_repo_work_refunds(&rows, found, db, room, p));
    for (int i = 0; i < *found; i++) {
        start(work, &rows[i]);
    }
    return NULL;
}
