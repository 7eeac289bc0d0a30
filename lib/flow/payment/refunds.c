/*
 * Refunds. Each attempt begins by reading the transaction, so that a void
 * whose answer was lost is never simply repeated. A transaction counts as voided only
 * if it reads VOIDED. A refund (of a part, or where no void is possible) is requested
 * only once, by the first lease of its row; if no answer came, a person must check,
 * unless the provider's transactions are read with their refunds.
 * What the provider cannot do becomes a task for the merchant.
 */
#include <apr_strings.h>
#include <string.h>

#include "base/log.h"
#include "flow/payment/job.h"

/* With waits that double up to six hours this is more than a week. */
#define MOST_TRIES 40

typedef struct {
    kf_pay_job_t pay;
    kf_refund_row_t row;
    bool asked; /* requested in this attempt; row.asked: perhaps in an earlier one */
    kf_pay_way_t way;
    kf_refund_result_t result;
} refund_job_t;

static kf_err_t *save(kf_job_t *job, kf_db_t *db)
{
    refund_job_t *refund = (refund_job_t *)job;
    const char *outcome;

    KF_TRY(kf_pay_job_apply(&outcome, &refund->pay, db));
    return kf_repo_refund_result(db, &refund->pay.tenant, &refund->pay.id, &refund->result, job->p);
}

/* What became of a request is read with the transaction. False if the account could not be opened. */
static bool reads_refunds(const refund_job_t *refund)
{
    return refund->pay.provider && refund->pay.provider->caps & KF_PAY_CAN_READ_REFUND;
}

static void end(refund_job_t *refund, const char *result, const char *why)
{
    kf_job_t *job = &refund->pay.job;

    if (!strcmp(result, "retry") && refund->row.attempts >= MOST_TRIES) {
        result = "manual";
    }
    if (refund->row.asked && !reads_refunds(refund) && !strcmp(result, "retry")) {
        result = "pending";
    } else if (refund->row.asked && !reads_refunds(refund) && !strcmp(result, "manual")) {
        result = "unsure";
    }
    if (!strcmp(result, "manual") || !strcmp(result, "unsure")) {
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

    refund->pay.provider->refund_parse(&answer, refund->way, res, job->p);
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
        /* the next attempt begins by reading, which shows voids, and refunds at some providers only */
        end(refund, refund->way == KF_PAY_BY_VOID || reads_refunds(refund) ? "pending" : "unsure", answer.message);
        return;
    case KF_PAY_REFUND_DONE:
    case KF_PAY_REFUND_PENDING:
        if (refund->way == KF_PAY_BY_VOID) {
            reread(refund);
        } else {
            end(refund, answer.state == KF_PAY_REFUND_DONE ? "done" : "pending", NULL);
        }
        return;
    }
}

static void ask(refund_job_t *refund, const kf_pay_tx_t *tx)
{
    kf_pay_job_t *pay = &refund->pay;
    kf_pay_give_t give = {.tx = tx, .amount = refund->row.amount, .asked = refund->row.asked};
    kf_pay_refund_t how;
    kf_err_t *err;

    give.reference = apr_pstrcat(pay->job.p, "kfr-", kf_uuid_text(&pay->id, pay->job.p), NULL);
    err = pay->provider->refund_request(&how, &pay->job.req, &pay->account, &give, pay->job.p);
    if (err) {
        end(refund, "manual", err->detail);
    } else if (how.state == KF_PAY_REFUND_DONE) {
        end(refund, "done", NULL);
    } else if (how.state == KF_PAY_REFUND_UNSUPPORTED || how.state == KF_PAY_REFUND_FAILED) {
        end(refund, "manual", how.message);
    } else if (how.state == KF_PAY_REFUND_PENDING) {
        refund->result.ref = how.provider_id;
        end(refund, "pending", NULL);
    } else if (how.state == KF_PAY_REFUND_UNKNOWN) {
        end(refund, refund->row.ref ? "pending" : "unsure", how.message);
    } else if (refund->asked) {
        end(refund, "pending", NULL);
    } else if (how.way == KF_PAY_BY_REFUND && !refund->row.once) {
        end(refund, "manual", "the payment can no longer be voided");
    } else {
        refund->asked = true;
        refund->way = how.way;
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
               || strcmp(answer.tx[0].id, refund->row.tx)) {
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
    kf_err_t *err = pay->provider->tx_request(&pay->job.req, &pay->account, refund->row.tx, pay->job.p);

    if (err) {
        end(refund, "manual", err->detail);
        return;
    }
    kf_pay_job_call(pay, was_read);
}

static kf_err_t *start(kf_job_t *job, kf_db_t *db)
{
    refund_job_t *refund = (refund_job_t *)job;
    kf_err_t *err;

    (void)db;
    refund->pay.id = refund->row.refund;
    refund->pay.source = "refund";
    err = kf_pay_job_open(&refund->pay, &refund->row.tenant, &refund->row.account);
    if (err) {
        end(refund, "retry", err->detail);
    } else {
        reread(refund);
    }
    return NULL;
}

const kf_queue_t kf_queue_refunds = KF_QUEUE(kf_lease_refunds, refund_job_t, row, start, NULL);
