#ifndef KF_FLOW_CALENDAR_CALENDAR_INT_H
#define KF_FLOW_CALENDAR_CALENDAR_INT_H
/* Shared by the files of flow/calendar; private to that folder. */
#include "calendar/provider.h"
#include "flow/calendar/calendar.h"
#include "flow/job.h"
#include "flow/provider.h"
#include "repo/calendar/calendar.h"
#include "repo/work.h"

/* -- one call of a provider, with the tokens it needs: token.c -- */

typedef struct kf_calendar_call_t kf_calendar_call_t;

/* How a request is made and its answer read; `call->owner` has the rest. */
typedef struct {
    kf_err_t *(*request)(kf_http_req_t *out, kf_calendar_call_t *call, apr_pool_t *p);
    const kf_calendar_answer_t *(*parse)(kf_calendar_call_t *call, const kf_http_res_t *res,
                                         apr_pool_t *p);
} kf_calendar_step_t;

/*
 * The access token is refreshed before a step if it expires within a minute, and once
 * if the provider rejects it; if the provider rejects the new one too, the grant is
 * void. The caller runs the requests: a job of the background work, or a thread that
 * waits.
 */
struct kf_calendar_call_t {
    const kf_flow_t *flow;
    const kf_calendar_provider_t *provider;
    const kf_calendar_app_t *app;
    const kf_calendar_key_row_t *key; /* as leased; must live as long as the call */
    void *owner;
    apr_pool_t *p;
    const char *access, *refresh;     /* open; wiped with the pool */
    kf_instant_t access_expires;
    const kf_calendar_step_t *step;
    bool refreshing, refreshed;
    kf_calendar_tokens_t tokens;      /* new, not stored yet; access_sealed NULL: none */
    kf_calendar_answer_t answer;      /* of the step, when it is over */
};

/** Opens the tokens. KF_E_CONFIG: the provider is not set up, or a key is missing. */
kf_err_t *kf_calendar_call_open(kf_calendar_call_t *call, const kf_flow_t *flow,
                                const kf_calendar_key_row_t *key, void *owner, apr_pool_t *p);
/** True: send `req`. False: the step is already over; call->answer has its result. */
bool kf_calendar_call_begin(kf_calendar_call_t *call, kf_http_req_t *req,
                            const kf_calendar_step_t *step);
/** The same with the response to the request sent. */
bool kf_calendar_call_answered(kf_calendar_call_t *call, kf_http_req_t *req,
                               const kf_http_res_t *res);
/** Stores new tokens. May be repeated. */
kf_err_t *kf_calendar_call_save(kf_calendar_call_t *call, kf_db_t *db, apr_pool_t *p);

/** What to record of an answer that is a failure. */
kf_calendar_failure_t kf_calendar_failure(const kf_calendar_answer_t *answer, apr_pool_t *p);

/* -- a job that makes such calls: job.c -- */

typedef struct kf_calendar_job_t kf_calendar_job_t;
typedef void kf_calendar_then_fn(kf_calendar_job_t *job);

/* The first member of each kind's own struct; `call.answer` says how the last step ended. */
struct kf_calendar_job_t {
    kf_job_t job;
    const kf_calendar_key_row_t *key; /* of its row */
    kf_calendar_call_t call;
    kf_calendar_then_fn *then;
    bool closed; /* the tokens could not be opened: every step fails at once */
};

/** Whether calendars are read here: kf_queue_t.ask of their queues. */
bool kf_calendar_ask(kf_queue_ask_t *ask, const kf_flow_t *flow, int room, apr_pool_t *p);
/** The start of every job: opens the tokens of its row's connection. */
void kf_calendar_job_open(kf_calendar_job_t *job, const kf_calendar_key_row_t *key);
/** Runs a step and then `then`. */
void kf_calendar_job_step(kf_calendar_job_t *job, const kf_calendar_step_t *step,
                          kf_calendar_then_fn *then);
/** The start of every save: stores new tokens, and records a void grant. */
kf_err_t *kf_calendar_job_save(kf_calendar_job_t *job, kf_db_t *db);

/* -- reading: read.c -- */

/* One reading of busy time; the same for the background work and a thread that waits. */
typedef struct {
    kf_calendar_read_row_t row;
    kf_calendar_ids_t calendars;
    kf_calendar_busy_t busy;
} kf_calendar_reading_t;

/** The step of a call whose owner is a kf_calendar_reading_t. */
extern const kf_calendar_step_t kf_calendar_step_busy;
/** Call it before the first step, with `reading->row` set. */
void kf_calendar_reading_begin(kf_calendar_reading_t *reading);
/** Stores the result. `answer` is that of the step. */
kf_err_t *kf_calendar_reading_save(kf_calendar_reading_t *reading, const kf_flow_t *flow,
                                   const kf_calendar_answer_t *answer, kf_db_t *db, apr_pool_t *p);
/** "{[2026-12-01T14:00:00Z,2026-12-01T15:00:00Z)}"; an end with a fraction is rounded up. */
const char *kf_calendar_busy_text(const kf_interval_t *busy, size_t n, apr_pool_t *p);

/* -- the words of an event: words.c -- */

typedef struct {
    const char *summary, *description;
} kf_calendar_words_t;

/** The words for a booking in a calendar. A template that cannot be used is replaced by the default. */
kf_err_t *kf_calendar_words(kf_calendar_words_t *out, const kf_calendar_event_row_t *row,
                            const struct kf_catalog_t *messages, apr_pool_t *p);

#endif
