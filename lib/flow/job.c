/* The life of a job. */
#include <apr_strings.h>
#include <string.h>

#include "base/log.h"
#include "flow/peer.h"
#include "flow/work_int.h"

/* A result that could not be written is kept until another worker may take the row over. */
#define KEEP_MS ((KF_WORK_LEASE_S - KF_JOB_SPARE_S) * 1000)
#define LOCKED_MS 5000 /* before retrying a result whose rows were locked */

void *kf_job_make(kf_work_t *work, int duty, size_t size)
{
    apr_pool_t *p;
    kf_job_t *job;

    apr_pool_create(&p, work->p);
    apr_pool_tag(p, "kf_job");
    job = apr_pcalloc(p, size);
    job->work = work;
    job->p = p;
    job->duty = duty;
    job->give_up_ms = kf_clock_ms() + KEEP_MS;
    work->running[duty]++;
    return job;
}

void kf_job_drop(kf_job_t *job)
{
    job->work->running[job->duty]--;
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

static void append(kf_work_t *work, kf_job_t *job)
{
    job->next = NULL;
    *work->unsaved_end = job;
    work->unsaved_end = &job->next;
}

void kf_job_save(kf_job_t *job, kf_job_save_fn *save)
{
    job->save = save;
    append(job->work, job);
}

static void put_first(kf_work_t *work, kf_job_t *job)
{
    job->next = work->unsaved;
    work->unsaved = job;
    if (!job->next) {
        work->unsaved_end = &job->next;
    }
}

/* Removes the first due job from the list; NULL: there is none. */
static kf_job_t *take_due(kf_work_t *work)
{
    int64_t now = kf_clock_ms();
    kf_job_t **at = &work->unsaved, *job;

    while (*at && (*at)->not_before_ms > now) {
        at = &(*at)->next;
    }
    job = *at;
    if (job) {
        *at = job->next;
        if (!job->next) {
            work->unsaved_end = at;
        }
    }
    return job;
}

bool kf_work_unsaved(const kf_work_t *work)
{
    int64_t now = kf_clock_ms();
    const kf_job_t *job = work->unsaved;

    while (job && job->not_before_ms > now) {
        job = job->next;
    }
    return job != NULL;
}

typedef enum { ENDED, LOCKED, AWAY } saved_t;

static saved_t save(kf_work_t *work, kf_job_t *job, kf_db_t *db)
{
    kf_err_t *err = job->save(job, db);
    int64_t now = kf_clock_ms();

    if (err && kf_work_trouble(work, err) && now < job->give_up_ms) {
        put_first(work, job);
        return AWAY;
    }
    if (err && err->code == KF_E_TIMEOUT && now + LOCKED_MS < job->give_up_ms) {
        job->not_before_ms = now + LOCKED_MS;
        append(work, job);
        return LOCKED;
    }
    if (err) {
        kf_log(KF_LOG_ERROR, 400, "the result of background work could not be written: %s (%s)",
               err->detail, err->cause ? err->cause : "");
    }
    kf_job_drop(job);
    return ENDED;
}

/* Stops after one has waited for a lock in vain: that takes long, and other work is due. */
static int save_due(kf_work_t *work, kf_db_t *db)
{
    saved_t saved = ENDED;
    kf_job_t *job;
    int ended = 0;

    while (saved == ENDED && (job = take_due(work)) != NULL) {
        saved = save(work, job, db);
        ended += saved == ENDED;
    }
    return ended;
}

int kf_work_save_all(kf_work_t *work)
{
    const kf_db_source_t *source = work->flow->db;
    int ended = 0;
    apr_pool_t *p;
    kf_db_t *db;
    kf_err_t *err;

    if (!kf_work_unsaved(work) || kf_clock_ms() < work->pause_until_ms) {
        return 0;
    }
    apr_pool_create(&p, work->p);
    err = source->take(&db, source->baton, p);
    if (err) {
        kf_work_trouble(work, err);
    } else {
        ended = save_due(work, db);
        source->give(db, source->baton);
    }
    apr_pool_destroy(p);
    return ended;
}

/* -- queues -- */

/* Starts a job for each row. If the database goes away, the remaining rows return when their lease ends. */
static kf_err_t *start_all(const kf_job_t *like, const kf_queue_t *queue, kf_db_t *db, const kf_db_res_t *res,
                           apr_pool_t *p)
{
    for (int i = 0; i < kf_db_rows(res); i++) {
        kf_job_t *job = kf_job_make(like->work, like->duty, queue->size);
        kf_err_t *err;

        job->give_up_ms = like->give_up_ms;
        kf_db_row_read((char *)job + queue->row_at, res, i, &queue->lease->row, job->p);
        err = queue->start(job, db);
        if (err) {
            err = kf_err_because(p, kf_err(p, err->code, "%s", err->detail), "%s", err->cause ? err->cause : "");
            kf_job_drop(job);
            return err;
        }
    }
    return NULL;
}

kf_err_t *kf_queue_claim(int *found, const kf_claim_t *claim, kf_db_t *db, int room, apr_pool_t *p)
{
    kf_queue_ask_t ask = {.lease_s = KF_WORK_LEASE_S};
    const kf_queue_t *queue = claim->queue;
    kf_job_t like = {.work = claim->work, .duty = claim->duty};
    kf_db_res_t *res;

    *found = 0;
    if (queue->ask && !queue->ask(&ask, claim->work->flow, room, p)) {
        return NULL;
    }
    KF_TRY(KF_DB_EXEC(&res, db, &queue->lease->stmt, p, KF_INT4(room), KF_INT4(ask.lease_s), ask.more[0], ask.more[1]));
    *found = kf_db_rows(res);
    like.give_up_ms = kf_clock_ms() + (ask.lease_s - KF_JOB_SPARE_S) * 1000;
    return start_all(&like, queue, db, res, p);
}
