#ifndef KFM_DB_ROLE_H
#define KFM_DB_ROLE_H
/*
 * Whom DBDParams connects as. A role that row security does not bind, or that may
 * change the schema, would show every business to whoever finds one hole: it is
 * refused, and the log and the health check say why.
 */
#include <httpd.h>

#include <apr_atomic.h>

#include "db/db.h"

/* Of one database in one process; zeroed at first. */
typedef struct {
    volatile apr_uint32_t good; /* looked at and fit to be used: nothing is asked any more */
    volatile apr_uint32_t told; /* the log has it */
    const char *refusal;        /* a static sentence for people, or NULL */
} kfm_db_role_t;

/**
 * Looks with the first connection of the process, and with every one while the
 * role is refused, so that a role that was put right is taken at once.
 * KF_E_UNAVAILABLE. Says in the log where the database has not room for the
 * connections of all processes.
 */
kf_err_t *kfm_db_role_check(kfm_db_role_t *role, kf_db_t *db, server_rec *s, apr_pool_t *p);

#endif
