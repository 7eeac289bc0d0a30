#ifndef KF_FLOW_PAYMENT_JOB_H
#define KF_FLOW_PAYMENT_JOB_H
/*
 * Shared by the jobs that call a payment provider: the opened account, the
 * transactions that were read, and passing them to the one place where money
 * moves.
 */
#include "flow/job.h"
#include "pay/provider.h"
#include "repo/work.h"

#define KF_PAY_JOB_TXS 50 /* transactions of one reference that are looked at */

/* A kf_job_t first, and the first member of each kind's own struct. */
typedef struct {
    kf_job_t job;
    kf_uuid_t tenant, id; /* of the leased row */
    const kf_pay_provider_t *provider;
    kf_pay_account_t account;
    const char *source; /* "event", "poll", "refund" */
    int n_txs;
    const kf_pay_tx_t *txs[KF_PAY_JOB_TXS];
} kf_pay_job_t;

/**
 * Opens the account of the job's row. KF_E_CONFIG
 * (no such account, or a key that is not in the key file), KF_E_INTERNAL.
 */
kf_err_t *kf_pay_job_open(kf_pay_job_t *job, const kf_uuid_t *tenant, const kf_account_row_t *row);

/** Runs job->job.req at the provider. */
void kf_pay_job_call(kf_pay_job_t *job, kf_job_answered_fn *answered);

/** Keeps the transactions of an answer with this reference (NULL = any). Returns how many. */
int kf_pay_job_keep(kf_pay_job_t *job, const kf_pay_answer_t *answer, const char *reference);

/** Whether one of the kept transactions has this status. */
bool kf_pay_job_has(const kf_pay_job_t *job, kf_pay_tx_status_t status);

/** Applies the kept transactions. *outcome is the last one's ("applied", ...), or NULL. */
kf_err_t *kf_pay_job_apply(const char **outcome, kf_pay_job_t *job, kf_db_t *db);

#endif
