/* The life of a job. */
#include <apr_strings.h>
#include <string.h>

#include "base/log.h"
#include "flow/peer.h"
#include "flow/work_int.h"
#include "repo/work.h"

/* A result that could not be written is kept until another worker may take the row over. */
#define KEEP_MS ((KF_WORK_LEASE_S - KF_JOB_SPARE_S) * 1000)

void *kf_job_make(kf_work_t *work, kf_job_kind_t kind, size_t size)
{
    apr_pool_t *p;
    kf_job_t *job;

    apr_pool_create(&p, work->p);
    apr_pool_tag(p, "kf_job");
    job = apr_pcalloc(p, size);
    job->work = work;
    job->p = p;
    job->kind = kind;
    job->give_up_ms = kf_work_clock() + KEEP_MS;
    work->running[kind]++;
    return job;
}

void kf_job_drop(kf_job_t *job)
{
    job->work->running[job->kind]--;
    apr_pool_destroy(job->p);
}

static void done(const kf_http_req_t *req, kf_http_res_t *res, void *baton)
{
    kf_job_t *job = baton;

    kf_peer_told(job->peer, req, res);
    job->answered(job, res);
}

void kf_job_call(kf_job_t *job, kf_job_answered_fn *answered)
{
    kf_err_t *err;

    job->answered = answered;
    err = kf_http_multi_add(job->work->multi, &job->req, done, job, job->answers ? job->answers : job->p);
    if (err) {
        kf_http_res_t *res = apr_pcalloc(job->p, sizeof(*res));

        res->outcome = KF_HTTP_OTHER;
        res->body = res->remote_ip = "";
        res->error = err->detail;
        answered(job, res);
    }
}

void kf_job_save(kf_job_t *job, kf_job_save_fn *save)
{
    kf_work_t *work = job->work;

    job->save = save;
    job->next = NULL;
    *work->unsaved_end = job;
    work->unsaved_end = &job->next;
}

static kf_job_t *take_first(kf_work_t *work)
{
    kf_job_t *job = work->unsaved;

    work->unsaved = job->next;
    if (!work->unsaved) {
        work->unsaved_end = &work->unsaved;
    }
    return job;
}

/* True if the job is over; else the database was away and it keeps its place. */
static bool save_first(kf_work_t *work, kf_db_t *db)
{
    kf_job_t *job = work->unsaved;
    kf_err_t *err = job->save(job, db);

    if (err && kf_work_trouble(work, err) && kf_work_clock() < job->give_up_ms) {
        return false;
    }
    if (err) {
        kf_log(KF_LOG_ERROR, 400, "the result of background work could not be written: %s (%s)",
               err->detail, err->cause ? err->cause : "");
    }
    kf_job_drop(take_first(work));
    return true;
}

int kf_work_save_all(kf_work_t *work)
{
    const kf_db_source_t *source = work->flow->db;
    int ended = 0;
    apr_pool_t *p;
    kf_db_t *db;
    kf_err_t *err;

    if (!work->unsaved || kf_work_clock() < work->pause_until_ms) {
        return 0;
    }
    apr_pool_create(&p, work->p);
    err = source->take(&db, source->baton, p);
    if (err) {
        kf_work_trouble(work, err);
    } else {
        while (work->unsaved && save_first(work, db)) {
            ended++;
        }
        source->give(db, source->baton);
    }
    apr_pool_destroy(p);
    return ended;
}
