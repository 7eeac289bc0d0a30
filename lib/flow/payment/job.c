#include "flow/payment/job.h"

#include <apr_strings.h>
#include <string.h>

#include "base/log.h"
#include "base/metric.h"
#include "flow/payment/account.h"

kf_err_t *kf_pay_job_open(kf_pay_job_t *job, const kf_uuid_t *tenant, const kf_account_row_t *row)
{
    apr_pool_t *p = job->job.p;
    kf_sealed_account_t sealed = {row->provider, row->mode, row->public_key, row->private_key_sealed,
                                  NULL, NULL}; /* the other two are not needed to ask */

    job->tenant = *tenant;
    if (!sealed.mode || !sealed.private_key_sealed) {
        return kf_err(p, KF_E_CONFIG, "The business has no account at this payment provider.");
    }
    KF_TRY(kf_flow_account_open(&job->provider, &job->account, kf_work_flow(job->job.work), tenant,
                                &sealed, p));
    job->job.peer = job->provider->name;
    return NULL;
}

void kf_pay_job_call(kf_pay_job_t *job, kf_job_answered_fn *answered)
{
    job->job.req.ca_file = kf_work_flow(job->job.work)->provider_ca_file;
    kf_job_call(&job->job, answered);
}

int kf_pay_job_keep(kf_pay_job_t *job, const kf_pay_answer_t *answer, const char *reference)
{
    int kept = 0;

    for (int i = 0; i < answer->count && job->n_txs < KF_PAY_JOB_TXS; i++) {
        const kf_pay_tx_t *tx = &answer->tx[i];

        if (!reference || !strcmp(tx->reference, reference)) {
            job->txs[job->n_txs++] = tx;
            kept++;
        }
    }
    return kept;
}

bool kf_pay_job_has(const kf_pay_job_t *job, kf_pay_tx_status_t status)
{
    for (int i = 0; i < job->n_txs; i++) {
        if (job->txs[i]->status == status) {
            return true;
        }
    }
    return false;
}

/* The database's words. */
static const char *word(kf_pay_tx_status_t status)
{
    static const char *const words[] = {[KF_PAY_TX_PENDING] = "PENDING",
                                        [KF_PAY_TX_APPROVED] = "APPROVED",
                                        [KF_PAY_TX_DECLINED] = "DECLINED",
                                        [KF_PAY_TX_VOIDED] = "VOIDED",
                                        [KF_PAY_TX_ERROR] = "ERROR"};

    return words[status];
}

/* Outcomes that need a person are logged too; amounts and names are only in the database. */
static void note(const kf_pay_job_t *job, const char *outcome, apr_pool_t *p)
{
    if (outcome
        && (!strcmp(outcome, "quarantined") || !strcmp(outcome, "reference_changed")
            || !strcmp(outcome, "refund_due"))) {
        kf_log(KF_LOG_NOTICE, 410, "a payment of tenant %s was not simply applied: %s",
               kf_uuid_text(&job->tenant, p), outcome);
    }
}

kf_err_t *kf_pay_job_apply(const char **outcome, kf_pay_job_t *job, kf_db_t *db)
{
    apr_pool_t *p = job->job.p;

    *outcome = NULL;
    for (int i = 0; i < job->n_txs; i++) {
        const kf_pay_tx_t *tx = job->txs[i];
        kf_payment_fact_t fact = {.provider = job->provider->name,
                                  .tx = tx->id,
                                  .reference = tx->reference,
                                  .status = word(tx->status),
                                  .amount = tx->amount,
                                  .method = tx->method,
                                  .can_void = tx->can_void,
                                  .source = job->source,
                                  .mode = job->account.mode == KF_PAY_PROD ? "production" : "test"};

        KF_TRY(kf_uuid_timed(&fact.payment, kf_instant_now() / 1000, p));
        KF_TRY(kf_repo_payment_apply(outcome, db, &job->tenant, &fact, p));
        kf_metric_count_word(KF_M_PAYMENTS, fact.provider, *outcome);
        note(job, *outcome, p);
    }
    return NULL;
}
