#ifndef KFM_DB_ROLE_H
#define KFM_DB_ROLE_H
/*
 * Checks the database role of DBDParams. A role that is exempt from row-level
 * security or may change the schema is refused, because one vulnerability would
 * expose every business. The log and the health check give the reason.
 */
#include <httpd.h>

#include <apr_atomic.h>

#include "db/db.h"

/* The state of one database in one process; initially zero. */
typedef struct {
    volatile apr_uint32_t good; /* checked and accepted: it is not checked again */
    volatile apr_uint32_t told; /* the refusal was logged */
    const char *refusal;        /* a static sentence, or NULL */
} kfm_db_role_t;

/**
 * Checks the role with the first connection of the process, and with each one
 * while the role is refused, so that a corrected role is accepted at once.
 * KF_E_UNAVAILABLE. Logs a warning if the database has too few connections for
 * all processes.
 */
kf_err_t *kfm_db_role_check(kfm_db_role_t *role, kf_db_t *db, server_rec *s, apr_pool_t *p);

#endif
