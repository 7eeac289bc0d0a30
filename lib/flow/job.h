#ifndef KF_FLOW_JOB_H
#define KF_FLOW_JOB_H
/*
 * Queues and jobs. A job is one leased row: calls to the outside, then a save.
 * For the files of lib/flow that are kinds of work; all others use work.h.
 *
 * A job lives in a pool of its own. It makes calls one after the other
 * (kf_job_call) and ends with kf_job_save(), whose function runs on a database
 * connection; if the database is away it runs again, until the lease is nearly over.
 * A job that waits for a lock does not block the others.
 * No connection is held during a call.
 */
#include "base/clock.h"
#include "flow/work.h"
#include "net/http.h"
#include "repo/work.h"

#define KF_JOB_SPARE_S 5 /* a job gives up that long before its lease ends */

typedef struct kf_job_t kf_job_t;

/** Called with the result of a call; res->outcome tells whether there was an answer. Calls again or saves. */
typedef void kf_job_answered_fn(kf_job_t *job, const kf_http_res_t *res);
/**
 * Writes the result. After KF_E_UNAVAILABLE it is called again when the database is back, after KF_E_TIMEOUT
 * (a row it needs is locked) some seconds later, both until the lease is nearly over. Any other error is logged
 * and ends the job; the next lease of the row repeats what could not be written.
 */
typedef kf_err_t *kf_job_save_fn(kf_job_t *job, kf_db_t *db);

/* The first member of each kind's own struct. */
struct kf_job_t {
    kf_work_t *work;
    apr_pool_t *p;
    apr_pool_t *answers; /* where answers live, cleared by the job as it likes; NULL: p */
    int duty; /* whose room it uses: kf_duty_t */
    int64_t give_up_ms; /* kf_clock_ms(): the lease is nearly over */
    const char *peer;    /* whom it calls (flow/peer.h); NULL: a merchant's own system */
    int64_t not_before_ms; /* do not write the result before: a row was locked */
    kf_http_req_t req;
    kf_job_answered_fn *answered;
    kf_job_save_fn *save;
    kf_job_t *next;
};

/** A zeroed struct of `size` bytes that begins with a kf_job_t; its lease is KF_WORK_LEASE_S. */
void *kf_job_make(kf_work_t *work, int duty, size_t size);
/** Drops a job that neither called nor saved. */
void kf_job_drop(kf_job_t *job);

/** Runs job->req. A request that cannot even start counts as answered with KF_HTTP_OTHER. */
void kf_job_call(kf_job_t *job, kf_job_answered_fn *answered);
void kf_job_save(kf_job_t *job, kf_job_save_fn *save);

/** The acts' context. */
const kf_flow_t *kf_work_flow(const kf_work_t *work);

/* -- queues: how their rows become jobs; work.c has the table of them -- */

typedef struct {
    int lease_s;
    kf_arg_t more[2]; /* arguments of the statement after the limit and the lease */
} kf_queue_ask_t;

typedef struct {
    const kf_lease_t *lease;
    size_t size;   /* of the job's struct, */
    size_t row_at; /* where in it the row is read to; all of it lives with the job */
    /** Calls or saves. An error only if it did neither, because the database is away: that counts as no attempt. */
    kf_err_t *(*start)(kf_job_t *job, kf_db_t *db);
    /** Changes what the statement asks for. False: nothing can be done here. NULL: the default. */
    bool (*ask)(kf_queue_ask_t *ask, const kf_flow_t *flow, int room, apr_pool_t *p);
} kf_queue_t;

#define KF_QUEUE(lease, job_t, row, start, ask) {&(lease), sizeof(job_t), offsetof(job_t, row), (start), (ask)}

extern const kf_queue_t kf_queue_events, kf_queue_polls, kf_queue_refunds, kf_queue_messages, kf_queue_mails,
    kf_queue_calendar_reads, kf_queue_calendar_events, kf_queue_calendar_syncs, kf_queue_calendar_channels,
    kf_queue_calendar_stops, kf_queue_calendar_revokes, kf_queue_domains;

typedef struct {
    kf_work_t *work;
    const kf_queue_t *queue;
    int duty;
} kf_claim_t;

/** Leases at most `room` rows on `db` and starts a job for each; *found: how many. `p` ends with the tick. */
kf_err_t *kf_queue_claim(int *found, const kf_claim_t *claim, kf_db_t *db, int room, apr_pool_t *p);

/**
 * Work without calls: the database does at most `room` due rows at once.
 * *found: how many there were. `p` ends with the tick.
 */
typedef kf_err_t *kf_chore_fn(int *found, kf_work_t *work, kf_db_t *db, int room, apr_pool_t *p);
kf_chore_fn kf_chore_sweep, kf_chore_figures, kf_chore_reminders, kf_chore_waiting;

#endif
