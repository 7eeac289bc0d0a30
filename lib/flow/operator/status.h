#ifndef KF_FLOW_OPERATOR_STATUS_H
#define KF_FLOW_OPERATOR_STATUS_H
/*
 * Finds problems in the status rows (repo/operator/status.h): for the status page, the health check and
 * the command, so that all of them report the same. A finding names no business.
 */
#include "crypto/keyring.h"
#include "repo/operator/status.h"

#define KF_FINDINGS_MAX 64

#define KF_QUEUE_PATIENCE_S 300 /* a queue with a row due for longer is stuck */
#define KF_WORKER_PATIENCE_S 60 /* a worker sends a heartbeat every ten seconds */
#define KF_START_PATIENCE_S 15  /* for the first one after a start */
#define KF_JOB_PATIENCE_S 600
#define KF_SKEW_PATIENCE (5 * KF_SECOND)
#define KF_EXHAUSTED_S 300 /* how long the database's lack of resources is reported */

/* The worker's word for that (kf.worker_seen); its other words are names of providers. */
#define KF_TROUBLE_EXHAUSTED "exhausted"
#define KF_TROUBLE_CLOCK "clock"

typedef enum {
    KF_FOUND_QUEUE,     /* a queue is stuck: label, n, age_s */
    KF_FOUND_DEAD,      /* rows of a queue were given up in seven days: label, n */
    KF_FOUND_MONEY,     /* a payment task is open: label (why), n, age_s */
    KF_FOUND_NO_WORKER, /* nobody does background work: age_s of the last heartbeat, or none */
    KF_FOUND_WORKER,    /* one machine of several has stopped doing it: label, age_s */
    KF_FOUND_JOB,       /* no machine has been able to do this job for a while: label, age_s */
    KF_FOUND_PROVIDER,  /* does not answer this server, or a worker: label, age_s */
    KF_FOUND_CALENDARS, /* label (failing, broken), n */
    KF_FOUND_ENDPOINTS, /* merchants' addresses that are switched off: n */
    KF_FOUND_UNTOLD,    /* merchants whose systems accept no messages now: n */
    KF_FOUND_STOPPED,   /* businesses whose mails are stopped: n */
    KF_FOUND_APPROVAL,  /* businesses that wait to be approved: n */
    KF_FOUND_KEYS,      /* secrets that this server's keys cannot open: n */
    KF_FOUND_SERVER_KEYS,   /* an httpd lacks keys that another one has: label, n */
    KF_FOUND_SERVER_FOLDER, /* pictures cannot be written there: label */
    KF_FOUND_SERVER_DISK,   /* hardly any space for them there: label */
    KF_FOUND_JOBS_OFF,  /* background work is switched off in this database */
    KF_FOUND_CLOCK,     /* the database's clock is off: age_s, in either direction */
    KF_FOUND_JUMP,      /* it jumped ahead, and background work waits */
    KF_FOUND_FOLDER,    /* pictures cannot be written */
    KF_FOUND_EXHAUSTED, /* the database was out of disk, memory or connections: age_s */
    KF_FOUND_DISK,      /* hardly any space for them: n (megabytes) */
    KF_FOUND__COUNT
} kf_found_t;

typedef struct {
    kf_found_t what;
    bool grave;        /* customers or money are affected */
    const char *label; /* "" for none; points into the rows, or is constant */
    int64_t n, age_s;  /* KF_STATUS_NONE for none */
} kf_finding_t;

typedef struct {
    const kf_status_row_t *rows;
    int n;
    kf_instant_t read_at;     /* the middle of the reading, by this machine's clock; 0: clocks are not compared */
    const kf_keyring_t *keys; /* NULL: not looked at */
    const char *folder;       /* of pictures; NULL: none is looked at */
    const char *self;         /* this httpd's name in rows "server"; it reports its own folder; NULL: none */
    kf_instant_t begun_at;    /* start of this httpd: at first there can be no heartbeat; 0: long ago */
} kf_status_t;

/** At most KF_FINDINGS_MAX findings, the grave ones first. Returns how many. */
int kf_flow_findings(kf_finding_t out[KF_FINDINGS_MAX], const kf_status_t *status);

/** "queue", "dead", "money", ... */
const char *kf_found_text(kf_found_t what);

/** A finding as a sentence in English. */
const char *kf_finding_text(const kf_finding_t *finding, apr_pool_t *p);

/** "40 s", "12 min", "3 h", "5 d" */
const char *kf_age_text(int64_t seconds, apr_pool_t *p);

/** The row of that family, label and state (NULL: any), or NULL. */
const kf_status_row_t *kf_status_find(const kf_status_t *status, const char *family, const char *label,
                                      const char *state);

/** The number of merchants' secrets that status->keys do not open. */
int64_t kf_status_secrets_unknown(const kf_status_t *status);

#endif
