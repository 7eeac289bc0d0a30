#ifndef KF_FLOW_WORK_INT_H
#define KF_FLOW_WORK_INT_H
/* Shared by work.c, work_look.c, beat.c, domains.c and job.c. */
#include "flow/job.h"

/* The duties that claim rows, in the order of their turn. */
typedef enum {
    DUTY_MESSAGES,
    DUTY_EVENTS,
    DUTY_POLLS,
    DUTY_REFUNDS,
    DUTY_REMINDERS,
    DUTY_WAITING,
    DUTY_MAILS,
    DUTY_CALENDAR_READS,
    DUTY_CALENDAR_EVENTS,
    DUTY_CALENDAR_SYNCS,
    DUTY_CALENDAR_CHANNELS,
    DUTY_CALENDAR_STOPS,
    DUTY_CALENDAR_REVOKES,
    DUTY_DOMAINS,
    DUTY_SWEEP,
    DUTY_FIGURES,
    DUTY__COUNT
} kf_duty_t;

/* When each duty last looked for work; see flow/operator/beat.h. */
typedef struct {
    bool ran[DUTY__COUNT];
    int64_t ok_ms[DUTY__COUNT]; /* kf_clock_ms(); 0: not yet */
    int64_t due_ms;             /* when the heartbeat is written next */
    bool failing;               /* writing it failed, and that was logged */
} kf_beat_t;

struct kf_work_t {
    const kf_flow_t *flow;
    bool (*stopping)(void);
    apr_pool_t *p;
    kf_http_multi_t *multi;
    int running[DUTY__COUNT];
    kf_job_t *unsaved, **unsaved_end; /* in the order they ended */
    int64_t due_ms[DUTY__COUNT];
    int batch[DUTY__COUNT];    /* rows per claim: fewer after a claim that took too long */
    bool failing[DUTY__COUNT]; /* logged already */
    struct kf_lookup_t *lookups; /* pending DNS lookups, see domains.c */
    bool outage;               /* the same for the database */
    int64_t pause_until_ms;
    bool on;                   /* work was not switched off in this database, */
    bool unserved;             /* or the database is not for this release: */
    int64_t look_ms;           /* when to look again */
    kf_instant_t clock_at;     /* the database's clock at the last look, 0: none; */
    int64_t clock_ms;          /* ours then; */
    int64_t clock_wait_ms;     /* it jumped ahead: no work before this time, 0: it did not */
    kf_beat_t beat;
};

/** Collects the answers of name servers that have arrived. */
void kf_work_lookups(kf_work_t *work);

/** Writes the pending results. Returns how many jobs ended. */
int kf_work_save_all(kf_work_t *work);
/** Whether one of them could be written now. */
bool kf_work_unsaved(const kf_work_t *work);

/**
 * False if the database does not work with this release or could not be asked. True: the heartbeat may be
 * written; kf_work_may() says whether work may be done too. Looks every second, and at once after any
 * failure: another database may have replaced the old one.
 */
bool kf_work_look(kf_work_t *work, kf_db_t *db, apr_pool_t *p);

/**
 * Whether work may be done, by the last look: not if the operator switched it off, nor for a while after the
 * database's clock jumped ahead. What a wrong clock deletes, completes or frees cannot be restored.
 */
bool kf_work_may(const kf_work_t *work);

/**
 * Records an error of the database as a whole; true if it is one. A lock or statement
 * timeout is not: it concerns only that row, or that many rows.
 */
bool kf_work_trouble(kf_work_t *work, const kf_err_t *err);

#endif
