#ifndef KF_REPO_OPERATOR_STATUS_H
#define KF_REPO_OPERATOR_STATUS_H
/* The state of the whole database, and what needs a person's attention. */
#include <stdbool.h>

#include "repo/operator/admin.h"

#define KF_STATUS_ROWS 256 /* at most */
#define KF_STATUS_NONE INT64_C(-1)

/* A row of kf.metrics_read(). It names no tenant and has no pointer, so it may lie in shared memory. */
typedef struct {
    char family[12], label[64], state[24]; /* kf.metrics_read() lists them; "" for null */
    int64_t n;                             /* how many; KF_STATUS_NONE for null */
    int64_t age_s;                         /* seconds; the same */
} kf_status_row_t;

/**
 * Reads at most KF_STATUS_ROWS rows into `rows`; further ones are dropped. KF_E_TIMEOUT after two seconds.
 * Not in a transaction.
 */
kf_err_t *kf_repo_status(kf_status_row_t *rows, int *n, kf_db_t *db, apr_pool_t *p);

/** Payments with an open task, of all tenants, oldest first. */
kf_err_t *kf_repo_stuck_list(kf_docs_t **out, kf_db_t *db, int limit, apr_pool_t *p);

/** Messages and mails given up in the last seven days, of all tenants, newest first. */
kf_err_t *kf_repo_dead_list(kf_docs_t **out, kf_db_t *db, int limit, apr_pool_t *p);

/* A heartbeat of background work, described at kf.worker_seen. */
typedef struct {
    const char *worker;          /* machine/process */
    const char *jobs, *troubles; /* JSON objects */
    bool mail;                   /* it has a server for mails */
} kf_worker_sign_t;

kf_err_t *kf_repo_worker_seen(kf_db_t *db, const kf_worker_sign_t *sign, apr_pool_t *p);

/** Stores a heartbeat of an httpd: `sign` is a JSON object, described at kf.server_seen. */
kf_err_t *kf_repo_server_seen(kf_db_t *db, const char *node, int process, const char *sign, apr_pool_t *p);

typedef struct {
    const char *node; /* machine */
    int process;      /* the parent's id there */
    int64_t age_s;    /* since its last heartbeat */
} kf_server_row_t;

/** The httpds that do not know a key, as kf_server_row_t; sql/functions/operator/httpd_servers.sql defines which. */
kf_err_t *kf_repo_servers_lacking(apr_array_header_t **out, kf_db_t *db, const char *kid, apr_pool_t *p);

#endif
