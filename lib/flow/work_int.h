#ifndef KF_FLOW_WORK_INT_H
#define KF_FLOW_WORK_INT_H
/* Shared by work.c, work_look.c, beat.c, domains.c and job.c alone. */
#include "flow/job.h"

/* What claims rows, in the order of their turn. */
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
    int64_t due_ms;             /* when the signs are written down next */
    bool failing;               /* they could not be; said so already */
} kf_beat_t;

struct kf_work_t {
    const kf_flow_t *flow;
    bool (*stopping)(void);
    apr_pool_t *p;
    kf_http_multi_t *multi;
    int running[DUTY__COUNT];
    kf_job_t *unsaved, **unsaved_end; /* in the order of their end */
    int64_t due_ms[DUTY__COUNT];
    int batch[DUTY__COUNT];    /* rows at once: fewer after a claim that took too long */
    bool failing[DUTY__COUNT]; /* said so already */
    struct kf_lookup_t *lookups; /* names that were asked for, see domains.c */
    bool outage;               /* the same for the database */
    int64_t pause_until_ms;
    bool on;                   /* work was not switched off in this database, */
    bool unserved;             /* or the database is not for this release: */
    int64_t look_ms;           /* when it is looked at again */
    kf_instant_t clock_at;     /* the database's clock at the last look, 0: none; */
    int64_t clock_ms;          /* ours then; */
    int64_t clock_wait_ms;     /* it jumped ahead: nothing is done before this, 0: it did not */
    kf_beat_t beat;
};

/** Takes the answers of name servers that have come. */
void kf_work_lookups(kf_work_t *work);

/** Writes the results that wait. Returns how many jobs ended. */
int kf_work_save_all(kf_work_t *work);
/** Whether one of them could be written now. */
bool kf_work_unsaved(const kf_work_t *work);

/**
 * False where the database does not work with this release or could not be asked. True: signs of life may be
 * written; kf_work_may() says whether work may be done too. Looks every second, and at once after anything
 * failed: another database may have taken the place of the old one.
 */
bool kf_work_look(kf_work_t *work, kf_db_t *db, apr_pool_t *p);

/**
 * Whether work may be done, by the last look: not where the operator switched it off, nor for a while after the
 * database's clock jumped ahead. What is forgotten, completed or freed by a wrong clock does not come back with it.
 */
bool kf_work_may(const kf_work_t *work);

/**
 * Takes note of an error of the database as a whole; true if it is one of those. A lock or
 * statement timeout is none: only that row, or that many rows, could not be had.
 */
bool kf_work_trouble(kf_work_t *work, const kf_err_t *err);

#endif
