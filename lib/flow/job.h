#ifndef KF_FLOW_JOB_H
#define KF_FLOW_JOB_H
/*
 * One leased row on its way: calls to the outside, then what is written down.
 * For the files of this room that are kinds of work; the rest uses work.h.
 *
 * A job lives in a pool of its own. It makes calls one after the other
 * (kf_job_call) and ends with kf_job_save(), whose function runs on a database
 * connection, again if the database was away, until the lease is nearly over. Where
 * what it needs is locked it waits alone, and the other jobs go on.
 * No connection is held during a call.
 */
#include "base/clock.h"
#include "flow/work.h"
#include "net/http.h"

typedef enum {
    KF_JOB_EVENT,
    KF_JOB_POLL,
    KF_JOB_REFUND,
    KF_JOB_MESSAGE,
    KF_JOB_MAIL,
    KF_JOB_CALENDAR_READ,
    KF_JOB_CALENDAR_WRITE,
    KF_JOB_CALENDAR_SYNC,
    KF_JOB_CALENDAR_CHANNEL,
    KF_JOB_CALENDAR_STOP,
    KF_JOB_CALENDAR_REVOKE,
    KF_JOB_DOMAIN,
    KF_JOB__COUNT
} kf_job_kind_t;

#define KF_JOB_SPARE_S 5 /* before its lease ends a job gives up */

typedef struct kf_job_t kf_job_t;

/** An answer came, or there was none: res->outcome says. Calls again or saves. */
typedef void kf_job_answered_fn(kf_job_t *job, const kf_http_res_t *res);
/**
 * Writes the result. After KF_E_UNAVAILABLE it is called again when the database is back, after KF_E_TIMEOUT
 * (a row it needs is locked) some seconds later, both until the lease is nearly over. Any other error is logged
 * and ends the job: what could not be written is found by whoever claims the row next.
 */
typedef kf_err_t *kf_job_save_fn(kf_job_t *job, kf_db_t *db);

/* The first member of each kind's own struct. */
struct kf_job_t {
    kf_work_t *work;
    apr_pool_t *p;
    apr_pool_t *answers; /* where answers live, cleared by the job as it likes; NULL: p */
    kf_job_kind_t kind;
    int64_t give_up_ms; /* kf_clock_ms(): the lease is nearly over */
    const char *peer;    /* whom it calls (flow/peer.h); NULL: a merchant's own system */
    int64_t not_before_ms; /* its result is not written before: what it needed was locked */
    kf_http_req_t req;
    kf_job_answered_fn *answered;
    kf_job_save_fn *save;
    kf_job_t *next;
};

/** A zeroed struct of `size` bytes that begins with a kf_job_t, leased for KF_WORK_LEASE_S. */
void *kf_job_make(kf_work_t *work, kf_job_kind_t kind, size_t size);
/** Takes back a job that neither called nor saved. */
void kf_job_drop(kf_job_t *job);

/** Runs job->req. A request that cannot even start counts as answered with KF_HTTP_OTHER. */
void kf_job_call(kf_job_t *job, kf_job_answered_fn *answered);
void kf_job_save(kf_job_t *job, kf_job_save_fn *save);

/** The acts' context. */
const kf_flow_t *kf_work_flow(const kf_work_t *work);

/**
 * One kind of work: claims at most `room` rows on `db` and starts a job for each.
 * *found is how many. Results of the claim live in `p`, which ends with the tick.
 */
typedef kf_err_t *kf_claim_fn(int *found, kf_work_t *work, kf_db_t *db, int room, apr_pool_t *p);
kf_claim_fn kf_claim_events, kf_claim_polls, kf_claim_refunds, kf_claim_messages, kf_claim_mails,
    kf_claim_sweep, kf_claim_figures, kf_claim_reminders, kf_claim_waiting,
    kf_claim_calendar_reads, kf_claim_calendar_events,
    kf_claim_calendar_syncs, kf_claim_calendar_channels, kf_claim_calendar_stops,
    kf_claim_calendar_revokes, kf_claim_domains;

#endif
