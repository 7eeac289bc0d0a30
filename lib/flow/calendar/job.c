/* The life of a job that calls a calendar's provider. */
#include <apr_strings.h>

#include "flow/calendar/calendar_int.h"

#define LEAST_MS 500 /* less is not worth a call */

static void keep_key(kf_calendar_key_row_t *out, const kf_calendar_key_row_t *key, apr_pool_t *p)
{
    *out = *key;
    out->provider = apr_pstrdup(p, key->provider);
    out->refresh_sealed = apr_pstrdup(p, key->refresh_sealed);
    out->access_sealed = apr_pstrdup(p, key->access_sealed);
}

void *kf_calendar_job_make(kf_work_t *work, kf_job_kind_t kind, size_t size,
                           const kf_calendar_key_row_t *key, int lease_s)
{
    kf_calendar_job_t *job = kf_job_make(work, kind, size);
    apr_pool_t *p = job->job.p;
    kf_err_t *err;

    job->job.give_up_ms = kf_clock_ms() + (lease_s - KF_JOB_SPARE_S) * 1000;
    keep_key(&job->key, key, p);
    job->job.peer = job->key.provider;
    err = kf_calendar_call_open(&job->call, kf_work_flow(work), &job->key, job, p);
    if (err) {
        job->closed = true;
        job->call.answer = (kf_calendar_answer_t){KF_CALENDAR_RETRY, 0, err->detail};
    }
    return job;
}

/* All calls of a job together end before its lease does. */
static bool in_time(kf_calendar_job_t *job)
{
    int64_t left = job->job.give_up_ms - kf_clock_ms();

    if (left < LEAST_MS) {
        job->call.answer = (kf_calendar_answer_t){KF_CALENDAR_RETRY, 0, "it took too long"};
        return false;
    }
    if (!job->job.req.timeout_ms || job->job.req.timeout_ms > left) {
        job->job.req.timeout_ms = (int)left;
    }
    return true;
}

static void answered(kf_job_t *base, const kf_http_res_t *res);

static void go_on(kf_calendar_job_t *job, bool more)
{
    if (more && in_time(job)) {
        kf_job_call(&job->job, answered);
    } else {
        job->then(job);
    }
}

static void answered(kf_job_t *base, const kf_http_res_t *res)
{
    kf_calendar_job_t *job = (kf_calendar_job_t *)base;

    go_on(job, kf_calendar_call_answered(&job->call, &base->req, res));
}

void kf_calendar_job_step(kf_calendar_job_t *job, const kf_calendar_step_t *step,
                          kf_calendar_then_fn *then)
{
    job->then = then;
    go_on(job, !job->closed && kf_calendar_call_begin(&job->call, &job->job.req, step));
}

kf_err_t *kf_calendar_job_save(kf_calendar_job_t *job, kf_db_t *db)
{
    const kf_calendar_key_row_t *key = &job->key;

    KF_TRY(kf_calendar_call_save(&job->call, db, job->job.p));
    return job->call.answer.verdict == KF_CALENDAR_REVOKED
               ? kf_repo_calendar_error(db, &key->tenant, &key->connection, "revoked", job->job.p)
               : NULL;
}
