/* The life of a job that calls a calendar's provider. */
#include <apr_strings.h>

#include "flow/calendar/calendar_int.h"

#define LEAST_MS 500 /* less is not worth a call */

bool kf_calendar_ask(kf_queue_ask_t *ask, const kf_flow_t *flow, int room, apr_pool_t *p)
{
    (void)ask;
    (void)room;
    (void)p;
    return kf_flow_calendar_ready(flow);
}

void kf_calendar_job_open(kf_calendar_job_t *job, const kf_calendar_key_row_t *key)
{
    apr_pool_t *p = job->job.p;
    kf_err_t *err;

    job->key = key;
    job->job.peer = key->provider;
    err = kf_calendar_call_open(&job->call, kf_work_flow(job->job.work), key, job, p);
    if (err) {
        job->closed = true;
        job->call.answer = (kf_calendar_answer_t){KF_CALENDAR_RETRY, 0, err->detail};
    }
}

/* All calls of a job end before its lease does. */
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
    const kf_calendar_key_row_t *key = job->key;

    KF_TRY(kf_calendar_call_save(&job->call, db, job->job.p));
    return job->call.answer.verdict == KF_CALENDAR_REVOKED
               ? kf_repo_calendar_error(db, &key->tenant, &key->connection, "revoked", job->job.p)
               : NULL;
}
