#ifndef KF_REPO_STATUS_H
#define KF_REPO_STATUS_H
/* How things stand in the whole database, and what waits there for somebody. */
#include <stdbool.h>

#include "repo/admin.h"

#define KF_STATUS_ROWS 256 /* at most */
#define KF_STATUS_NONE INT64_C(-1)

/* A row of kf.metrics_read(). It names no tenant, and has no pointer: it may lie in shared memory. */
typedef struct {
    char family[12], label[64], state[24]; /* kf.metrics_read() lists them; "" for null */
    int64_t n;                             /* how many; KF_STATUS_NONE for null */
    int64_t age_s;                         /* seconds; the same */
} kf_status_row_t;

/**
 * At most KF_STATUS_ROWS rows into `rows`; the others are left out. KF_E_TIMEOUT after two seconds.
 * Not in a transaction.
 */
kf_err_t *kf_repo_status(kf_status_row_t *rows, int *n, kf_db_t *db, apr_pool_t *p);

/** Money that waits for somebody, of all tenants, the longest waiting first. */
kf_err_t *kf_repo_stuck_list(kf_docs_t **out, kf_db_t *db, int limit, apr_pool_t *p);

/** Messages and mails that were given up in seven days, of all tenants, the newest first. */
kf_err_t *kf_repo_dead_list(kf_docs_t **out, kf_db_t *db, int limit, apr_pool_t *p);

/* A sign of life of background work, which kf.worker_seen describes. */
typedef struct {
    const char *worker;          /* machine/process */
    const char *jobs, *troubles; /* JSON objects */
    bool mail;                   /* it has a server for mails */
} kf_worker_sign_t;

kf_err_t *kf_repo_worker_seen(kf_db_t *db, const kf_worker_sign_t *sign, apr_pool_t *p);

/** A sign of life of an httpd: `sign` is a JSON object, which kf.server_seen describes. */
kf_err_t *kf_repo_server_seen(kf_db_t *db, const char *node, int process, const char *sign, apr_pool_t *p);

typedef struct {
    const char *node; /* machine */
    int process;      /* the parent's id there */
    int64_t age_s;    /* since its last sign */
} kf_server_row_t;

/** The httpds that do not know a key, as kf_server_row_t's: sql/functions/operator/httpd_servers.sql says which count. */
kf_err_t *kf_repo_servers_lacking(apr_array_header_t **out, kf_db_t *db, const char *kid, apr_pool_t *p);

#endif
